import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  counted,
  envelopeOf,
  fileError,
  inEnvelope,
  isRecord,
  Ledger,
  readNdjson,
  SdgError,
  type BlockAccount,
  type Sample,
} from '@sdg/core';
import { claimFolder } from './claim-folder.js';
import { lockChanges, PRIVATE, readLock, writeLock, writeRecord, type RunLock } from './run-lock.js';

/** A row of a shard, and where it stands. */
interface Row {
  readonly sample: Sample;
  readonly seed: number;
  readonly shard: string;
}

/** The file of one shard, read row by row. */
class ShardFile {
  readonly #rows: AsyncIterator<Sample>;
  #row = 0;
  /** The next row; undefined: there are no more. */
  head: Row | undefined;
  /** Undefined: the file has no rows, so it may be any shard's. */
  shard: string | undefined;

  constructor(readonly name: string) {
    this.#rows = readNdjson(createReadStream(name), { name })[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    const before = this.head;
    const next = await this.#rows.next().catch((error: unknown) => {
      throw error instanceof SdgError && error.code === 'bad-input'
        ? new SdgError('bad-input', error.what, {
            ...(error.place && { place: error.place }),
            remedy: 'a line that is cut off is that of a shard that was stopped: run it again',
            cause: error,
          })
        : fileError('read', this.name, error);
    });
    this.head = next.done ? undefined : this.#rowOf(next.value);
    if (!this.head) return;
    this.shard ??= this.head.shard;
    if (this.head.shard !== this.shard) {
      throw this.bad(`a row of shard ${this.head.shard} follows one of shard ${this.shard}`, 'merge takes a file for each shard');
    }
    if (before && before.seed > this.head.seed) {
      throw this.bad('the rows are not in the order of the input', 'run the shards without --unordered');
    }
  }

  close(): void {
    void this.#rows.return?.();
  }

  bad(what: string, remedy: string): SdgError {
    return new SdgError('bad-input', `${this.name}: row ${this.#row}: ${what}`, { remedy });
  }

  #rowOf(sample: Sample): Row {
    this.#row++;
    const { seed, shard } = envelopeOf(sample) ?? {};
    if (typeof seed !== 'number' || typeof shard !== 'string') {
      throw this.bad(
        'it does not say which seed and shard it is of',
        'merge takes what sdg-run --shard I/N wrote, before anything else was made of it',
      );
    }
    return { sample: inEnvelope(sample, undefined), seed, shard };
  }
}

/** Fails with `bad-input` unless the files are all shards of one division, each once. Empty files stand for what is left. */
function checkShards(files: readonly ShardFile[], partial: boolean): void {
  const named = files.filter(({ shard }) => shard !== undefined);
  const counts = new Map(named.map(({ shard, name }) => [shard!.split('/')[1]!, name]));
  if (counts.size > 1) {
    const list = [...counts].map(([count, name]) => `${name} is one of ${count}`).join(', ');
    throw new SdgError('bad-input', `the files are not of one division: ${list}`, { remedy: 'merge the shards of one run' });
  }
  for (const [i, { shard, name }] of named.entries()) {
    const other = named.findIndex((file) => file.shard === shard);
    if (other < i) {
      throw new SdgError('bad-input', `${named[other]!.name} and ${name} are both shard ${shard}`, { remedy: 'name each shard once' });
    }
  }
  const [count] = [...counts.keys()].map(Number);
  if (count === undefined || partial) return;
  const missing = Array.from({ length: count }, (_, i) => `${i + 1}/${count}`).filter(
    (shard) => !named.some((file) => file.shard === shard),
  );
  if (missing.length > files.length - named.length) {
    const empty = files.length - named.length;
    throw new SdgError(
      'bad-input',
      `found ${counted(files.length, 'file')} for ${counted(count, 'shard')}; no rows of ${missing.join(', ')}` +
        `${empty > 0 ? ` (empty: ${counted(empty, 'file')})` : ''}`,
      {
        remedy: 'name the missing files (that of a shard without rows is empty), or pass --partial to merge what there is',
      },
    );
  }
  if (files.length > count) {
    throw new SdgError('bad-input', `found ${counted(files.length, 'file')} for ${counted(count, 'shard')}`, {
      remedy: 'merge the shards of one run',
    });
  }
}

/**
 * The rows of shards in the order of the whole input, as one process would have written them: what is merged shows
 * nothing of the division. Holds one row a file. All files are looked into before the first row comes.
 *
 * @throws SdgError `bad-input` for a shard that is missing or there twice, rows out of order, a line that is cut off
 * @example for await (const row of mergeShards(['1.jsonl', '2.jsonl'])) console.log(JSON.stringify(row));
 */
export async function* mergeShards(names: readonly string[], { partial = false } = {}): AsyncGenerator<Sample, void, undefined> {
  const files = names.map((name) => new ShardFile(name));
  try {
    for (const file of files) await file.advance();
    checkShards(files, partial);
    for (;;) {
      const heads = files.flatMap((file) => (file.head ? [{ file, seed: file.head.seed }] : []));
      if (heads.length === 0) return;
      const first = heads.reduce((a, b) => (b.seed < a.seed ? b : a));
      const other = heads.find(({ file, seed }) => seed === first.seed && file !== first.file);
      if (other) {
        throw new SdgError('bad-input', `${first.file.name} and ${other.file.name} both have rows of seed ${first.seed}`, {
          remedy: 'the shards were not given the same input: run them again',
        });
      }
      yield first.file.head!.sample;
      await first.file.advance();
    }
  } finally {
    for (const file of files) file.close();
  }
}

type Figures = number | { readonly [name: string]: Figures };

/** Adds figures up by their names, in groups as deep as they come. */
function addUp(one: Figures | undefined, other: Figures): Figures {
  if (typeof other === 'number') return other + (typeof one === 'number' ? one : 0);
  const sum: Record<string, Figures> = typeof one === 'object' ? { ...one } : {};
  for (const [name, figure] of Object.entries(other)) sum[name] = addUp(sum[name], figure);
  return sum;
}

/** The record of a whole run as `ledger.json` has it. */
interface RunEndRecord {
  readonly written: number;
  readonly seconds: number;
  readonly exit: string;
  readonly cost?: number;
  readonly costs?: Figures;
  readonly blocks: readonly BlockAccount[];
}

/** What the folders of shards add up to. */
export interface MergedRecord {
  readonly ledger: Ledger;
  /** Rows that the shards wrote. */
  readonly written: number;
  /** Those of the shard that took longest. */
  readonly seconds: number;
  /** Shards that did not come to their end, a line each. */
  readonly unfinished: readonly string[];
  /** Writes the folder of the whole run, where one was named. */
  keep(): Promise<void>;
}

/** A file of the record; undefined for a shard that was killed before it first kept one. */
async function recordOf<T>(folder: string, name: string, isIt: (value: T) => boolean): Promise<T | undefined> {
  try {
    const value = JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
    if (isIt(value)) return value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  throw new SdgError('bad-input', `${join(folder, name)} is no record that this version can read`, {
    remedy: 'name the run folder of a shard, and run that to its end',
  });
}

const endOf = async (folder: string): Promise<RunEndRecord> =>
  (await recordOf<RunEndRecord>(folder, 'ledger.json', (end) => Array.isArray(end?.blocks))) ?? {
    written: 0,
    seconds: 0,
    exit: 'running',
    blocks: [],
  };

/** The lock of the whole run. Where sdg-read divided, each shard had an input of its own. */
function wholeLock({ settings, given, inputs, ...lock }: RunLock): RunLock {
  const { shard, ...others } = settings;
  const { shard: _given, ...flags } = given.flags;
  return { ...lock, settings: others, given: { ...given, flags }, inputs: shard === undefined ? { '-': null } : inputs };
}

/**
 * Fails with `bad-input` where folders are of different divisions, or a shard's is missing or there twice. Shards of sdg-read
 * are not on record.
 */
function checkFolders(folders: readonly string[], shards: readonly unknown[], partial: boolean): void {
  const known = shards.filter((shard): shard is string => typeof shard === 'string');
  const countOf = (shard: string): string => shard.split('/')[1]!;
  const other = known.find((shard) => countOf(shard) !== countOf(known[0]!));
  if (other !== undefined) {
    const named = [known[0]!, other].map((shard) => `${folders[shards.indexOf(shard)]} is one of ${countOf(shard)}`).join(', ');
    throw new SdgError('bad-input', `the run folders are not of one division: ${named}`, { remedy: 'merge the shards of one run' });
  }
  const twice = folders.find((_, i) => shards[i] !== undefined && shards.indexOf(shards[i]) < i);
  if (twice !== undefined) {
    throw new SdgError('bad-input', `${twice} records a shard that another of the folders records too`, { remedy: 'name each once' });
  }
  const count = known[0] === undefined ? folders.length : Number(countOf(known[0]));
  if (folders.length !== count && !partial) {
    throw new SdgError('bad-input', `found ${counted(folders.length, 'run folder')} for ${counted(count, 'shard')}`, {
      remedy: 'name those of all shards, or pass --partial to merge what there is',
    });
  }
}

/** The sum would take the place of what it is made of. */
function refuseOwn(folders: readonly string[], into: string): void {
  const own = folders.find((folder) => resolve(folder) === resolve(into));
  if (own === undefined) return;
  throw new SdgError('bad-input', `${own} is to be added up and to be written anew`, { remedy: 'keep the sum in another folder' });
}

/**
 * Adds up the run folders of shards. `keep` writes the folder of the whole run, `into`: lock, accounts, and what was logged, shard
 * by shard.
 *
 * @throws SdgError `bad-input` for folders that record other runs than the first, or none, and for one that `into` would overwrite
 */
export async function mergeRecords(
  folders: readonly string[],
  { into, partial = false }: { readonly into?: string | undefined; readonly partial?: boolean } = {},
): Promise<MergedRecord> {
  if (into !== undefined) refuseOwn(folders, into);
  const ledger = new Ledger();
  const unfinished: string[] = [];
  const shards: unknown[] = [];
  let [written, seconds] = [0, 0];
  let costs: Pick<RunEndRecord, 'cost' | 'costs'> = {};
  let first: RunLock | undefined;
  for (const folder of folders) {
    const lock = await readLock(folder);
    if (!lock) {
      throw new SdgError('bad-input', `${folder} holds no record of a run`, {
        remedy: 'name files of rows, and folders that sdg-run --run-dir wrote',
      });
    }
    const whole = wholeLock(lock);
    shards.push(lock.settings['shard']);
    first ??= whole;
    const changes = lockChanges(first, whole);
    if (changes.length > 0) {
      throw new SdgError(
        'bad-input',
        `${folder} does not record a shard of the same run as ${folders[0]!}:\n${changes.map((change) => `  ${change}`).join('\n')}`,
        { remedy: 'merge the shards of one run' },
      );
    }
    const end = await endOf(folder);
    ledger.add(end.blocks);
    written += end.written;
    seconds = Math.max(seconds, end.seconds);
    if (end.cost !== undefined) costs = addUp(costs as Figures, { cost: end.cost, costs: end.costs ?? {} }) as typeof costs;
    if (end.exit !== 'done') unfinished.push(`${folder}: ${end.exit}`);
  }
  checkFolders(folders, shards, partial);
  if (unfinished.length > 0 && !partial) {
    throw new SdgError(
      'bad-input',
      `shards have not come to their end:\n${unfinished.map((line) => `  ${line}`).join('\n')}\n  run the same commands again`,
      { remedy: 'or pass --partial to merge what there is' },
    );
  }
  ledger.reconcile();
  const exit = unfinished.length === 0 ? 'done' : unfinished.join('; ');
  const end = { written, seconds, exit, ...costs, blocks: ledger.toJSON() };
  const keep = async (): Promise<void> => void (into !== undefined && first && (await writeWhole(folders, into, first, end)));
  return { ledger, written, seconds, unfinished, keep };
}

/** What a run logs, of which the parts of shards stand one after another in the record of the whole. */
const LOGS = ['rejects.jsonl', 'dropped.jsonl', 'calls.jsonl', 'rows.jsonl', 'exchanges.jsonl'];

async function writeWhole(folders: readonly string[], into: string, lock: RunLock, end: RunEndRecord): Promise<void> {
  const letGo = await claimFolder(into);
  try {
    await writeLock(into, lock);
    // Of a run that was recorded there before.
    for (const name of ['input.jsonl', 'pulse.jsonl']) await rm(join(into, name), { force: true });
    for (const name of LOGS) await joinFiles(folders, into, name);
    let leaves: Figures | undefined;
    for (const folder of folders) leaves = addUp(leaves, (await recordOf<Figures>(folder, 'leaves.json', isRecord)) ?? {});
    await writeRecord(into, 'leaves.json', leaves);
    await writeRecord(into, 'ledger.json', end);
  } finally {
    await letGo();
  }
}

/** Writes a log of all folders, one after another; a folder may have none. */
async function joinFiles(folders: readonly string[], into: string, log: string): Promise<void> {
  const to = join(into, log);
  try {
    await writeFile(to, '', { mode: PRIVATE });
    for (const name of folders.map((folder) => join(folder, log))) {
      if (!(await stat(name).catch(() => undefined))) continue;
      await pipeline(createReadStream(name), wholeLines, createWriteStream(to, { flags: 'a' }));
    }
  } catch (error) {
    throw fileError('write', to, error);
  }
}

/** A kill cuts the last line off: nothing may stand behind it. */
async function* wholeLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer | string> {
  let last: number | undefined;
  for await (const piece of pieces) {
    last = piece.at(-1);
    yield piece;
  }
  if (last !== undefined && last !== 0x0a) yield '\n';
}
