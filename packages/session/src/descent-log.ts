import {
  columnsOf,
  inEnvelope,
  isReply,
  leafOf,
  lineageOf,
  type BlockRef,
  type CallFailure,
  type DropRecord,
  type NdjsonFile,
  type Observer,
  type Reply,
  type Sample,
  type TeacherRequest,
} from '@sdg/core';
import type { RunRecord } from './run-record.js';

/**
 * Bytes of `exchanges.jsonl` up to which calls are kept whole, some 100,000 of them. Of later ones it has the names of their outputs
 * in the call cache, of a million and more; what comes after those is counted.
 */
const MOST_EXCHANGES = 300_000_000;
const MOST_NAMES = 300_000_000;
/** Bytes of `rows.jsonl` from which on the rows of one seed in {@link ONE_IN} are kept, and at most. */
const MANY_ROWS = 100_000_000;
const MOST_ROWS = 300_000_000;
const ONE_IN = 64;
/** Lines of `dropped.jsonl` for each block and reason, and reasons at most. */
const DROPPED_A_REASON = 8;
const MOST_REASONS = 500;

/** What one call of a block asked and got, as `exchanges.jsonl` of a run folder has it. */
export interface Exchange {
  /** Lineage id of the sample that asked. */
  readonly sample: string | undefined;
  readonly block: string;
  readonly model?: string;
  /** The prompt, or the messages with their roles. Absent: the call cache has it, and the replies. */
  readonly prompt?: string | readonly { readonly role: string; readonly content: string }[];
  readonly replies?: readonly { readonly text: string; readonly reasoning?: string; readonly end: string | null }[];
  /** Why there is no reply. */
  readonly failure?: string;
  readonly cached?: true;
  /** Names of the outputs in the call cache. */
  readonly keys?: readonly string[];
}

/** What became of the samples of one leaf in one block. */
export interface LeafAccount {
  in: number;
  made: number;
  out: number;
  filtered: number;
  deduplicated: number;
  rejected: number;
  unfinished: number;
}

/** Accounts by leaf and block, as `leaves.json` of a run folder has them. */
export type LeafAccounts = Readonly<Record<string, Readonly<Record<string, LeafAccount>>>>;

/** About as many bytes as a value takes as JSON. Making that costs more than all else here, so it is made once, by whoever writes it. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 6;
  let sum = 2;
  for (const [name, member] of Object.entries(value)) sum += name.length + 4 + weightOf(member);
  return sum;
}

/** An account as it stands: what came in and is nowhere else is under way, or was when the run was given up. */
function balanced({ unfinished: _known, ...counts }: LeafAccount): LeafAccount {
  const { in: entered, made, out, filtered, deduplicated, rejected } = counts;
  return { ...counts, unfinished: entered + made - out - filtered - deduplicated - rejected };
}

/** A file that takes records while it is small enough for them. */
class BoundedFile {
  bytes = 0;
  leftOut = 0;
  constructor(readonly file: NdjsonFile) {}

  write(record: object, isWanted: (bytes: number) => boolean): void {
    if (!isWanted(this.bytes)) return void this.leftOut++;
    this.bytes += weightOf(record);
    this.file.write(record);
  }
}

/** The first few of what blocks filtered and found to be duplicates, for people to look at. What is rejected is on record whole. */
class DroppedExamples {
  readonly #kept = new Map<string, number>();
  constructor(readonly file: NdjsonFile) {}

  take(block: string, sample: Sample, { kind, reason }: DropRecord): void {
    if (kind !== 'filtered' && kind !== 'deduplicated') return;
    const key = `${block} ${kind} ${reason}`;
    const kept = this.#kept.get(key) ?? 0;
    if (kept >= DROPPED_A_REASON || this.#kept.size > MOST_REASONS) return;
    this.#kept.set(key, kept + 1);
    this.file.write({ block, kind, reason, sample: columnsOf(sample), _sdg: lineageOf(inEnvelope(sample, undefined)) });
  }
}

/** What a call for a sample of a block of that name asked and got. */
export function exchangeOf(block: string, request: TeacherRequest, end: Reply | CallFailure): Exchange {
  const sample = request.sampleId?.replace(/\/again\.\d+$/, '');
  const prompt = request.prompt ?? (request.messages ?? []).map(({ role, content }) => ({ role, content }));
  if (!isReply(end)) return { sample, block, prompt, failure: end.message };
  const replies = end.choices.map(({ text, reasoning, finishReason }) => ({ text, ...(reasoning && { reasoning }), end: finishReason }));
  const { model, cached, keys } = end;
  return { sample, block, prompt, model, replies, ...(cached && { cached: true as const }), ...(keys && { keys }) };
}

/** What a run folder keeps so that one can look at what came out, and how it came to be. */
export interface DescentLog {
  readonly observer: Observer;
  /** A row of the output. */
  row(sample: Sample): void;
  /** A call that was made elsewhere. */
  exchange(exchange: Exchange): void;
  /** Whether there is room for exchanges; `leave` counts those that were not even looked at. */
  hasRoom(): boolean;
  leave(exchanges: number): void;
  accounts(): LeafAccounts;
  /** How many rows of each leaf came out, kept or not. */
  rowsByLeaf(): Readonly<Record<string, number>>;
  /** How many exchanges and rows were left out, of large runs. */
  leftOut(): { readonly exchanges: number; readonly rows: number };
  close(): Promise<void>;
}

/**
 * Opens `exchanges.jsonl`, `rows.jsonl` and `dropped.jsonl`; `open` opens a file of the run folder, `mostExchanges` are the
 * bytes up to which calls are kept whole.
 */
export async function openDescentLog(open: RunRecord['open'], mostExchanges = MOST_EXCHANGES): Promise<DescentLog> {
  const [exchanges, rows] = await Promise.all(['exchanges.jsonl', 'rows.jsonl'].map(async (name) => new BoundedFile(await open(name))));
  const dropped = new DroppedExamples(await open('dropped.jsonl'));
  const leaves = new Map<string, Map<string, LeafAccount>>();
  const byLeaf = new Map<string, number>();
  const accountOf = (leaf: string, name: string): LeafAccount => {
    let blocks = leaves.get(leaf);
    if (!blocks) leaves.set(leaf, (blocks = new Map()));
    let found = blocks.get(name);
    if (!found) blocks.set(name, (found = { in: 0, made: 0, out: 0, filtered: 0, deduplicated: 0, rejected: 0, unfinished: 0 }));
    return found;
  };
  const account = ({ name }: BlockRef, sample: Sample): LeafAccount => accountOf(leafOf(sample), name);
  const keep = (exchange: Exchange): void => {
    const { prompt: _prompt, replies: _replies, ...named } = exchange;
    if (named.keys && exchanges!.bytes >= mostExchanges) exchanges!.write(named, (bytes) => bytes < mostExchanges + MOST_NAMES);
    else exchanges!.write(exchange, (bytes) => bytes < mostExchanges);
  };
  return {
    observer: {
      sampleEntered: (block, sample) => void account(block, sample).in++,
      sampleMade: (block, sample, more) => void (account(block, sample).made += more),
      sampleSettled: (block, sample) => void account(block, sample).out++,
      sampleDropped(block, sample, drop) {
        account(block, sample)[drop.kind]++;
        dropped.take(block.name, sample, drop);
      },
      unitAnswered(leaf, accounts) {
        for (const { block, rejected, ...counts } of accounts) {
          const found = accountOf(leaf, block);
          for (const name of ['in', 'made', 'out', 'filtered', 'deduplicated', 'unfinished'] as const) found[name] += counts[name];
          for (const count of Object.values(rejected)) found.rejected += count;
        }
      },
      callEnded: ({ name }, _call, request, end) => keep(exchangeOf(name, request, end)),
    },
    exchange: keep,
    hasRoom: () => exchanges!.bytes < mostExchanges,
    leave: (count) => void (exchanges!.leftOut += count),
    row(sample) {
      const leaf = leafOf(sample);
      byLeaf.set(leaf, (byLeaf.get(leaf) ?? 0) + 1);
      const isChosen = parseInt(lineageOf(sample).root.slice(0, 8), 16) % ONE_IN === 0;
      rows!.write(sample, (bytes) => bytes < MANY_ROWS || (isChosen && bytes < MOST_ROWS));
    },
    rowsByLeaf: () => Object.fromEntries(byLeaf),
    accounts: () =>
      Object.fromEntries(
        [...leaves].map(([leaf, blocks]) => [leaf, Object.fromEntries([...blocks].map(([block, account]) => [block, balanced(account)]))]),
      ),
    leftOut: () => ({ exchanges: exchanges!.leftOut, rows: rows!.leftOut }),
    close: async () => void (await Promise.all([exchanges!.file.close(), rows!.file.close(), dropped.file.close()])),
  };
}
