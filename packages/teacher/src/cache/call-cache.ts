import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  makeFolder,
  SdgError,
  type OutputKey,
  type ReplyStore,
  type StoredFacts,
  type StoredOutput,
  type VectorStore,
  NONE,
} from '@sdg/core';
import type * as Lmdb from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import { faultOf } from './check-file.js';
import { KEY_DIGITS } from './output-key.js';
import { WriteGuard } from './write-guard.js';

/** One output with everything that is known of it. */
export interface CacheEntry extends StoredOutput {
  /** 32 hex digits. */
  readonly key: string;
  /** When it was stored, milliseconds since 1970. */
  readonly at: number;
  readonly api: string;
  readonly block?: string;
  /** Beginning and end of the prompt, 200 characters each. */
  readonly prompt: string;
  /** The model itself said what an earlier version put in the place of secrets. */
  readonly verbatim?: boolean;
}

type CacheRecord = Omit<CacheEntry, 'key'>;

const EXCERPT = 200;

const excerpt = (text: string): string => (text.length <= 2 * EXCERPT ? text : `${text.slice(0, EXCERPT)} … ${text.slice(-EXCERPT)}`);

const bytes = (key: string): Buffer => Buffer.from(key, 'hex');

/** Whether a reply was cut off by its length: one that could go on. */
export const isTruncated = ({ choice }: StoredOutput): boolean => choice.finishReason === 'length';

/** Earlier versions blotted their key out of replies too, wherever its letters stood: `EMPTY`, say. */
const BLOT = '[secret]';
const isBlotted = ({ choice }: StoredOutput): boolean => choice.text.includes(BLOT) || choice.reasoning?.includes(BLOT) === true;

/** The library, when a cache is opened: its binary is a third of an installation, and may be left out of one. */
function loadLmdb(): typeof Lmdb {
  try {
    return createRequire(import.meta.url)('lmdb') as typeof Lmdb;
  } catch (error) {
    throw new SdgError('config', 'the call cache needs lmdb, which is not installed here with its binary', {
      remedy: 'install without --omit=optional (15 MB), or pass --no-cache',
      cause: error,
    });
  }
}

/**
 * Every output ever paid for, in an LMDB folder that any number of processes may use at once. Outputs of one reply are one
 * transaction; those of concurrent calls share a flush to disk.
 */
export class CallCache implements ReplyStore, VectorStore {
  readonly #root: RootDatabase<unknown, Buffer>;
  readonly #outputs: Database<CacheRecord, Buffer>;
  readonly #notes: Database<unknown, string>;
  readonly #vectors: Database<Buffer, Buffer>;
  readonly #guard: WriteGuard;

  private constructor(readonly folder: string) {
    // Without batching by turns of the event loop: its promises are nobody's, and would end the process when the disk is full.
    this.#root = loadLmdb().open<unknown, Buffer>({ path: folder, maxDbs: 4, overlappingSync: true, eventTurnBatching: false });
    this.#outputs = this.#root.openDB<CacheRecord, Buffer>({ name: 'outputs', keyEncoding: 'binary', encoding: 'msgpack' });
    this.#notes = this.#root.openDB<unknown, string>({ name: 'notes', encoding: 'json' });
    this.#vectors = this.#root.openDB<Buffer, Buffer>({ name: 'vectors', keyEncoding: 'binary', encoding: 'binary' });
    this.#guard = new WriteGuard(folder);
  }

  /** Opens the cache in a folder, which is made if it is missing. @throws SdgError `config` where that fails */
  static open(folder: string): CallCache {
    try {
      makeFolder(folder, 0o700);
      const fault = faultOf(join(folder, 'data.mdb'));
      if (fault !== undefined) throw new Error(fault);
      return new CallCache(folder);
    } catch (error) {
      if (error instanceof SdgError) throw error;
      throw new SdgError('config', `the call cache in ${folder} cannot be opened: ${(error as Error).message}`, {
        remedy: 'pass another folder with --cache DIR, or --no-cache',
        cause: error,
      });
    }
  }

  async get(keys: readonly string[]): Promise<readonly (StoredOutput | undefined)[]> {
    // LMDB reads one state of the file for a whole turn of the event loop: what others stored in it would not be seen.
    this.#outputs.resetReadTxn();
    return keys.map((key) => this.#get(key));
  }

  #get(key: string): StoredOutput | undefined {
    const kept = this.#read(() => this.#outputs.get(bytes(key)));
    if (kept === undefined) return undefined;
    if (typeof kept.choice?.text !== 'string') throw this.#damaged('an output is not whole');
    return kept.verbatim || !isBlotted(kept) ? kept : { ...kept, blotted: true };
  }

  #damaged(what: string, cause?: unknown): SdgError {
    return new SdgError('config', `the call cache in ${this.folder} is damaged: ${what}`, {
      remedy: 'put a copy of data.mdb in its place, or pass another folder with --cache DIR: what is not in it is asked again',
      cause,
    });
  }

  /** Looks into the folder. @throws SdgError `config` where LMDB finds damage */
  #read<T>(look: () => T): T {
    try {
      return look();
    } catch (error) {
      throw error instanceof SdgError ? error : this.#damaged((error as Error).message, error);
    }
  }

  async ended(ending: string): Promise<StoredOutput | undefined> {
    for (const entry of this.entries(ending)) if (!isTruncated(entry) && (entry.verbatim || !isBlotted(entry))) return entry;
    return undefined;
  }

  put(outputs: readonly (readonly [OutputKey, StoredOutput])[], facts: StoredFacts, replace = false): Promise<readonly StoredOutput[]> {
    const { prompt, ...rest } = facts;
    const common = { at: Date.now(), prompt: excerpt(prompt), ...rest };
    // The types of lmdb know this option of its synchronous sister only.
    const options = { noOverwrite: !replace } as never;
    const writeAll = () =>
      outputs.map(([{ exact }, output]) =>
        this.#outputs.put(bytes(exact), { ...NONE, ...output, ...(isBlotted(output) && { verbatim: true }), ...common }, options),
      );
    return this.#guard.write(async () => {
      const wasNew = await Promise.all(outputs.length === 1 ? writeAll() : this.#together(writeAll));
      await this.#outputs.flushed;
      // On a full disk lmdb may give the end of one transaction to another: of some that failed it says that they are kept.
      this.#outputs.resetReadTxn();
      if (!outputs.every(([{ exact }]) => this.#outputs.doesExist(bytes(exact)))) throw new Error('a transaction failed');
      return outputs.map(([{ exact }, output], i) => (!wasNew[i] ? (this.#get(exact) ?? output) : output));
    });
  }

  /** All writes that are begun in it are one transaction. */
  #together<T>(begin: () => Promise<T>[]): Promise<T>[] {
    let writes: Promise<T>[] = [];
    // Where it fails so do the writes.
    this.#outputs.batch(() => (writes = begin())).catch(() => undefined);
    return writes;
  }

  /** A small fact that a later run may need where no server can be asked. */
  async note(name: string): Promise<unknown> {
    return this.#read(() => this.#notes.get(name));
  }

  async setNote(name: string, value: unknown): Promise<void> {
    await this.#guard.write(() => this.#notes.put(name, value));
  }

  async vectors(keys: readonly string[]): Promise<readonly (Float32Array | undefined)[]> {
    this.#vectors.resetReadTxn();
    return keys.map((key) => {
      const kept = this.#read(() => this.#vectors.get(bytes(key)));
      // A copy, since LMDB may use the memory again, and since floats must begin at a multiple of four.
      return kept && new Float32Array(Uint8Array.from(kept).buffer);
    });
  }

  async putVectors(vectors: readonly (readonly [string, Float32Array])[]): Promise<void> {
    const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);
    await this.#guard.write(async () => {
      await Promise.all(vectors.map(([key, vector]) => this.#vectors.put(bytes(key), bytesOf(vector))));
      await this.#vectors.flushed;
    });
  }

  /** How many outputs are stored. Known without looking at them. */
  get size(): number {
    return (this.#outputs.getStats() as { entryCount: number }).entryCount;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return statSync(join(this.folder, 'data.mdb')).size;
  }

  /** All outputs whose key begins with `prefix` (hex digits), in order of their keys, which is no order at all. */
  *entries(prefix = ''): Generator<CacheEntry, void, undefined> {
    const start = prefix === '' ? undefined : bytes(prefix.padEnd(KEY_DIGITS, '0'));
    const range = this.#read(() => this.#outputs.getRange(start ? { start } : {})[Symbol.iterator]());
    try {
      for (;;) {
        const { done, value: entry } = this.#read(() => range.next());
        if (done) return;
        const { key, value } = entry;
        const name = Buffer.from(key).toString('hex');
        if (!name.startsWith(prefix)) return;
        yield { key: name, ...value };
      }
    } finally {
      range.return?.();
    }
  }

  /** Removes outputs. Their room is used again; the file does not shrink. */
  async remove(keys: Iterable<string>): Promise<number> {
    return this.#guard.write(async () => {
      const results = await Promise.all([...keys].map((key) => this.#outputs.remove(bytes(key))));
      await this.#outputs.flushed;
      return results.filter(Boolean).length;
    });
  }

  async close(): Promise<void> {
    await this.#guard.close(() => this.#root.close());
  }
}
