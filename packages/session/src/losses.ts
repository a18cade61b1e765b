import {
  counted,
  groupDigits as count,
  SdgError,
  type DropRecord,
  type Ledger,
  type Observer,
  type RejectRecord,
  type Reply,
  type CallFailure,
  isReply,
} from '@sdg/core';
import type { Pipeline } from '@sdg/pipeline';

/** Samples that ended in one block for one reason. */
interface Loss {
  readonly block: string;
  readonly kind: DropRecord['kind'];
  readonly reason: string;
  /** What the first of them shows: which column, what the server said. */
  readonly message: string | undefined;
  count: number;
}

const PAST = {
  filtered: 'filtered out',
  deduplicated: 'dropped as repeated',
  rejected: 'rejected',
  unfinished: 'left unfinished',
} as const;

function inWords({ block, kind, reason, message, count: n }: Loss): string {
  const why = kind === 'filtered' && reason === 'filter' ? '' : `: ${reason}`;
  // It may quote what a model wrote, and stands in one line with others.
  return `${count(n)} ${PAST[kind]} by ${block}${why}${message === undefined ? '' : ` (${message.replace(/\s+/g, ' ')})`}`;
}

/** Keeps why samples were lost, as far as a person is told at the end: one example a block and reason. */
export class Losses {
  readonly #losses = new Map<string, Loss>();
  #refusal: CallFailure | undefined;
  #refused = 0;
  #answered = 0;

  readonly observer: Observer = {
    sampleDropped: ({ name }, _sample, { kind, reason, detail }) => this.#lost(name, kind, reason, detail?.message),
    callEnded: (_block, _call, _request, end) => this.#callEnded(end),
  };

  #lost(block: string, kind: DropRecord['kind'], reason: string, message?: string, count = 1): void {
    const key = `${block}\0${kind}\0${reason}`;
    const known = this.#losses.get(key);
    if (known) known.count += count;
    else this.#losses.set(key, { block, kind, reason, message, count });
  }

  /** A reject of a run that is carried out elsewhere. */
  take({ block, kind, reason, message }: RejectRecord): void {
    // Repetitions are in the accounts already.
    if (kind === 'rejected') this.#lost(block, kind, reason, message);
  }

  /** What the accounts of a run elsewhere say of its other losses. */
  takeAccounts({ blocks }: Ledger): void {
    for (const { block, filtered, deduplicated } of blocks) {
      if (filtered > 0) this.#lost(block, 'filtered', 'filter', undefined, filtered);
      if (deduplicated > 0) this.#lost(block, 'deduplicated', 'duplicate', undefined, deduplicated);
    }
  }

  #callEnded(end: Reply | CallFailure): void {
    if (isReply(end)) this.#answered++;
    else if (end.code === 'teacher-refused') {
      this.#refusal ??= end;
      this.#refused++;
    }
  }

  #allRefused({ message, remedy, status }: CallFailure): SdgError {
    return new SdgError(
      'teacher-hopeless',
      `the teacher has refused ${this.#refused === 1 ? 'the request' : `all ${count(this.#refused)} requests`}: ${message}`,
      {
        ...(remedy === undefined && { remedy: 'change what it does not take, then run the same command again' }),
        ...(status !== undefined && { status }),
      },
    );
  }

  /** In words what most samples were lost by; empty where none was. */
  most(reasons: number): string {
    return [...this.#losses.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, reasons)
      .map(inWords)
      .join('; ');
  }

  /** What to fail with where samples came in and none came out; undefined where nothing came in. */
  nothingOut(ledger: Ledger): SdgError | undefined {
    const entered = ledger.blocks[0]?.in ?? 0;
    if (entered === 0) return undefined;
    if (this.#refusal && this.#answered === 0) return this.#allRefused(this.#refusal);
    const whys = this.most(3);
    return new SdgError('no-output', `nothing came out of ${counted(entered, 'sample')}${whys && `: ${whys}`}`, {
      remedy: 'mend that, or see every one of them with --rejects FILE',
    });
  }

  /** A line for every chain that samples went into and none came out of. */
  barren(ledger: Ledger, { chains }: Pipeline): string[] {
    if (chains.length < 2) return [];
    return chains.flatMap(({ name }) => {
      const blocks = ledger.blocks.filter(({ block }) => block.startsWith(`${name}/`));
      const [first, last] = [blocks[0], blocks.at(-1)];
      if (!first || !last || first.in === 0 || last.out > 0 || blocks.some(({ unfinished }) => unfinished > 0)) return [];
      const worst = [...this.#losses.values()].filter(({ block }) => block.startsWith(`${name}/`)).sort((a, b) => b.count - a.count)[0];
      return [`chain ${name}: nothing came out of ${counted(first.in, 'sample')}` + `${worst ? `: ${inWords(worst)}` : ''}`];
    });
  }
}
