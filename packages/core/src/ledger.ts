import type { Reply } from './teacher.js';
import { SdgError } from './errors.js';

/** Why a sample did not come out of a block. `unfinished`: the run was stopped before its turn. */
export type DropKind = 'filtered' | 'deduplicated' | 'rejected' | 'unfinished';

/** What one model was asked and paid for; replies from the cache cost nothing and are not in it. */
export interface ModelUse {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The account of one block, as written to the run folder. Counts are samples unless named otherwise. */
export interface BlockAccount {
  readonly block: string;
  readonly type: string;
  readonly in: number;
  /** Samples beyond the first that one sample became (fan-out), whether they came out or were dropped. */
  readonly made: number;
  readonly out: number;
  readonly filtered: number;
  readonly deduplicated: number;
  readonly unfinished: number;
  /** Rejected samples by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Calls answered, and how many of them by the cache. */
  readonly calls: number;
  readonly cachedCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Whether any of the tokens were estimated, because the server gave no usage. */
  readonly tokensEstimated: boolean;
  /** What was paid for, by model. */
  readonly models: Readonly<Record<string, ModelUse>>;
}

const byKey = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Keeps the account of one block. */
export class BlockLedger {
  in = 0;
  out = 0;
  made = 0;
  filtered = 0;
  deduplicated = 0;
  unfinished = 0;
  calls = 0;
  cachedCalls = 0;
  promptTokens = 0;
  completionTokens = 0;
  tokensEstimated = false;
  readonly #rejected = new Map<string, number>();
  readonly #models = new Map<string, ModelUse>();

  constructor(
    readonly block: string,
    readonly type: string,
  ) {}

  drop(kind: DropKind, reason: string): void {
    if (kind === 'rejected') this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
    else this[kind]++;
  }

  get rejected(): number {
    let sum = 0;
    for (const count of this.#rejected.values()) sum += count;
    return sum;
  }

  reply({ usage, cached, model, paid = usage }: Reply): void {
    this.calls++;
    if (cached) this.cachedCalls++;
    this.promptTokens += usage.promptTokens;
    this.completionTokens += usage.completionTokens;
    this.tokensEstimated ||= usage.estimated === true;
    if (cached) return;
    const { calls = 0, promptTokens = 0, completionTokens = 0 } = this.#models.get(model) ?? {};
    this.#models.set(model, {
      calls: calls + 1,
      promptTokens: promptTokens + paid.promptTokens,
      completionTokens: completionTokens + paid.completionTokens,
    });
  }

  /** Samples that went in or were made and are not accounted for: 0 when the block has ended. */
  get imbalance(): number {
    return this.in + this.made - this.out - this.filtered - this.deduplicated - this.unfinished - this.rejected;
  }

  toJSON(): BlockAccount {
    const { block, type, in: entered, made, out, filtered, deduplicated, unfinished } = this;
    const { calls, cachedCalls, promptTokens, completionTokens, tokensEstimated } = this;
    return {
      block,
      type,
      in: entered,
      made,
      out,
      filtered,
      deduplicated,
      unfinished,
      rejected: byKey(this.#rejected),
      calls,
      cachedCalls,
      promptTokens,
      completionTokens,
      tokensEstimated,
      models: byKey(this.#models),
    };
  }
}

/** The accounts of a run: for every block, in + made = out + filtered + deduplicated + rejected + unfinished. */
export class Ledger {
  readonly #blocks: BlockLedger[] = [];

  get blocks(): readonly BlockLedger[] {
    return this.#blocks;
  }

  open(block: string, type: string): BlockLedger {
    const ledger = new BlockLedger(block, type);
    this.#blocks.push(ledger);
    return ledger;
  }

  /** Fails with `internal` if a block's account does not balance: a sample was lost or doubled. */
  reconcile(): void {
    const off = this.#blocks.filter((block) => block.imbalance !== 0);
    if (off.length === 0) return;
    const list = off.map(({ block, imbalance }) => `${block} (${imbalance > 0 ? `${imbalance} lost` : `${-imbalance} too many`})`);
    throw new SdgError('internal', `the ledger does not balance: ${list.join(', ')}`, {
      remedy: 'please report this with the run folder',
    });
  }

  toJSON(): readonly BlockAccount[] {
    return this.#blocks.map((block) => block.toJSON());
  }
}
