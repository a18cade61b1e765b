import {
  isReply,
  lineageOf,
  openNdjson,
  scopeOf,
  type BlockRef,
  type NdjsonFile,
  type Observer,
  type Sample,
} from '@sdg/core';

/** Bytes of `exchanges.jsonl` at most: some 100,000 calls. What comes later is counted. */
const MOST_EXCHANGES = 300_000_000;
/** Bytes of `rows.jsonl` from which on the rows of one seed in {@link ONE_IN} are kept, and at most. */
const MANY_ROWS = 100_000_000;
const MOST_ROWS = 300_000_000;
const ONE_IN = 64;

/** What one call of a block asked and got, as `exchanges.jsonl` of a run folder has it. */
export interface Exchange {
  /** Lineage id of the sample that asked. */
  readonly sample: string | undefined;
  readonly block: string;
  readonly model?: string;
  /** The prompt, or the messages with their roles. */
  readonly prompt: string | readonly { readonly role: string; readonly content: string }[];
  readonly replies?: readonly { readonly text: string; readonly reasoning?: string; readonly end: string | null }[];
  /** Why there is no reply. */
  readonly failure?: string;
  readonly cached?: true;
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

/** A file that takes records while it is small enough for them. */
class BoundedFile {
  bytes = 0;
  leftOut = 0;
  constructor(readonly file: NdjsonFile) {}

  write(record: object, isWanted: (bytes: number) => boolean): void {
    if (!isWanted(this.bytes)) return void this.leftOut++;
    this.bytes += JSON.stringify(record).length;
    this.file.write(record);
  }
}

/** What a run folder keeps so that one can look at what came out, and how it came to be. */
export interface DescentLog {
  readonly observer: Observer;
  /** A row of the output. */
  row(sample: Sample): void;
  accounts(): LeafAccounts;
  /** How many exchanges and rows were left out, of large runs. */
  leftOut(): { readonly exchanges: number; readonly rows: number };
  close(): Promise<void>;
}

/** Opens `exchanges.jsonl` and `rows.jsonl`; `path` gives the path of a file in the run folder. */
export async function openDescentLog(path: (name: string) => string): Promise<DescentLog> {
  const [exchanges, rows] = await Promise.all(
    ['exchanges.jsonl', 'rows.jsonl'].map(async (name) => new BoundedFile(await openNdjson(path(name), { mode: 0o600 }))),
  );
  const leaves = new Map<string, Map<string, LeafAccount>>();
  const account = ({ name }: BlockRef, sample: Sample): LeafAccount => {
    const leaf = scopeOf(sample) || (lineageOf(sample).origin?.leaf ?? '');
    let blocks = leaves.get(leaf);
    if (!blocks) leaves.set(leaf, (blocks = new Map()));
    let found = blocks.get(name);
    if (!found) blocks.set(name, (found = { in: 0, made: 0, out: 0, filtered: 0, deduplicated: 0, rejected: 0, unfinished: 0 }));
    return found;
  };
  return {
    observer: {
      sampleEntered: (block, sample) => void account(block, sample).in++,
      sampleMade: (block, sample, more) => void (account(block, sample).made += more),
      sampleSettled: (block, sample) => void account(block, sample).out++,
      sampleDropped: (block, sample, { kind }) => void account(block, sample)[kind]++,
      callEnded({ name }, _call, request, end) {
        const sample = request.sampleId?.replace(/\/again\.\d+$/, '');
        const prompt = request.prompt ?? (request.messages ?? []).map(({ role, content }) => ({ role, content }));
        const answer = isReply(end)
          ? {
              model: end.model,
              replies: end.choices.map(({ text, reasoning, finishReason }) => ({
                text,
                ...(reasoning && { reasoning }),
                end: finishReason,
              })),
              ...(end.cached && { cached: true as const }),
            }
          : { failure: end.message };
        const exchange: Exchange = { sample, block: name, prompt, ...answer };
        exchanges!.write(exchange, (bytes) => bytes < MOST_EXCHANGES);
      },
    },
    row(sample) {
      const isChosen = parseInt(lineageOf(sample).root.slice(0, 8), 16) % ONE_IN === 0;
      rows!.write(sample, (bytes) => bytes < MANY_ROWS || (isChosen && bytes < MOST_ROWS));
    },
    accounts: () => Object.fromEntries([...leaves].map(([leaf, blocks]) => [leaf, Object.fromEntries(blocks)])),
    leftOut: () => ({ exchanges: exchanges!.leftOut, rows: rows!.leftOut }),
    close: async () => void (await Promise.all([exchanges!.file.close(), rows!.file.close()])),
  };
}
