import { type DropKind, type Sample, SdgError } from '@sdg/values';
import type { BlockAccount, ModelUse } from './block-account.js';
import { isReply, type BlockRef, type CallFailure, type DropRecord, type Observer } from './observer.js';
import type { Reply, TeacherRequest } from './teacher.js';

const byKey = <T>(map: ReadonlyMap<string, T>): Record<string, T> => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** The account of one block while it is kept. */
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
    if (!cached) this.#pay(model, { calls: 1, promptTokens: paid.promptTokens, completionTokens: paid.completionTokens });
  }

  /** Adds another account of the same block: one kept on another machine, or in another part of the run. */
  add(other: BlockAccount): void {
    this.in += other.in;
    this.out += other.out;
    this.made += other.made;
    this.filtered += other.filtered;
    this.deduplicated += other.deduplicated;
    this.unfinished += other.unfinished;
    this.calls += other.calls;
    this.cachedCalls += other.cachedCalls;
    this.promptTokens += other.promptTokens;
    this.completionTokens += other.completionTokens;
    this.tokensEstimated ||= other.tokensEstimated;
    for (const [reason, count] of Object.entries(other.rejected)) this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + count);
    for (const [model, use] of Object.entries(other.models)) this.#pay(model, use);
  }

  /** Rejected samples by reason. */
  get reasons(): ReadonlyMap<string, number> {
    return this.#rejected;
  }

  #pay(model: string, more: ModelUse): void {
    const { calls = 0, promptTokens = 0, completionTokens = 0 } = this.#models.get(model) ?? {};
    this.#models.set(model, {
      calls: calls + more.calls,
      promptTokens: promptTokens + more.promptTokens,
      completionTokens: completionTokens + more.completionTokens,
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

/**
 * The accounts of a run: for every block, in + made = out + filtered + deduplicated + rejected + unfinished. It is the
 * first observer of its run, and can be told the events of any other. It prints itself: as a table where it becomes
 * text, as accounts where it becomes JSON.
 *
 * @example
 * console.log(String(run.ledger));
 * const whole = new Ledger().add(run.ledger).add(JSON.parse(accountsOfAnotherMachine));
 */
export class Ledger implements Observer {
  readonly #blocks: BlockLedger[] = [];

  get blocks(): readonly BlockLedger[] {
    return this.#blocks;
  }

  blockOpened({ name, type }: Pick<BlockRef, 'name' | 'type'>): void {
    this.#blocks.push(new BlockLedger(name, type));
  }
  sampleEntered({ index }: BlockRef): void {
    this.#blocks[index]!.in++;
  }
  sampleMade({ index }: BlockRef, _sample: Sample, more: number): void {
    this.#blocks[index]!.made += more;
  }
  sampleSettled({ index }: BlockRef): void {
    this.#blocks[index]!.out++;
  }
  sampleDropped({ index }: BlockRef, _sample: Sample, { kind, reason }: DropRecord): void {
    this.#blocks[index]!.drop(kind, reason);
  }
  samplesAbandoned({ index }: BlockRef, count: number): void {
    this.#blocks[index]!.unfinished += count;
  }
  callSpent({ index }: BlockRef, _call: number, reply: Reply): void {
    this.#blocks[index]!.reply(reply);
  }
  callEnded({ index }: BlockRef, _call: number, _request: TeacherRequest, end: Reply | CallFailure): void {
    if (isReply(end)) this.#blocks[index]!.reply(end);
  }

  unitAnswered(_leaf: string, accounts: readonly BlockAccount[]): void {
    this.add(accounts);
  }

  /** Adds the accounts of another ledger, block by block by name; blocks that it does not know follow those it has. */
  add(other: Ledger | readonly BlockAccount[]): this {
    for (const account of other instanceof Ledger ? other.toJSON() : other) {
      let block = this.#blocks.find(({ block }) => block === account.block);
      if (!block) this.#blocks.push((block = new BlockLedger(account.block, account.type)));
      block.add(account);
    }
    return this;
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

  /** The accounts as they stand, what is under way being `unfinished`: they balance at any moment. */
  soFar(): BlockAccount[] {
    return this.#blocks.map((block) => ({ ...block.toJSON(), unfinished: block.unfinished + Math.max(0, block.imbalance) }));
  }

  /** A line for each block, and below it one for each reason for which samples were rejected. */
  toString(): string {
    if (this.#blocks.length === 0) return 'ledger: no blocks';
    const rows = this.#blocks.map(({ block, in: entered, made, out, filtered, deduplicated, rejected, unfinished, calls }) => [
      block,
      ...[entered, made, out, filtered, deduplicated, rejected, unfinished, calls].map(String),
    ]);
    const table = [['block', 'in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished', 'calls'], ...rows];
    const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
    return table
      .flatMap((row, i) => [
        row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
        ...(i === 0 ? [] : [...this.#blocks[i - 1]!.reasons].map(([reason, count]) => `  ${count} rejected: ${reason}`)),
      ])
      .join('\n');
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
