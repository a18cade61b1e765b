import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SdgError } from '@sdg/core';
import { open, type Database, type RootDatabase } from 'lmdb';
import { KEY_DIGITS } from './output-key.js';
import type { OutputKey, OutputStore, StoredFacts, StoredOutput } from './output-store.js';

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
}

type CacheRecord = Omit<CacheEntry, 'key'>;

const EXCERPT = 200;

const excerpt = (text: string): string =>
  text.length <= 2 * EXCERPT ? text : `${text.slice(0, EXCERPT)} … ${text.slice(-EXCERPT)}`;

const bytes = (key: string): Buffer => Buffer.from(key, 'hex');

/** Whether a reply was cut off by its length: one that could go on. */
export const isTruncated = ({ choice }: StoredOutput): boolean => choice.finishReason === 'length';

/**
 * Every output ever paid for, in an LMDB folder that any number of processes may use at once. Writes of one turn of the
 * event loop are one transaction; those of concurrent calls share one flush to disk.
 */
export class CallCache implements OutputStore {
  readonly #root: RootDatabase<unknown, Buffer>;
  readonly #outputs: Database<CacheRecord, Buffer>;
  readonly #notes: Database<unknown, string>;

  private constructor(readonly folder: string) {
    this.#root = open<unknown, Buffer>({ path: folder, maxDbs: 4, overlappingSync: true });
    this.#outputs = this.#root.openDB<CacheRecord, Buffer>({ name: 'outputs', keyEncoding: 'binary', encoding: 'msgpack' });
    this.#notes = this.#root.openDB<unknown, string>({ name: 'notes', encoding: 'json' });
  }

  /** Opens the cache in a folder, which is made if it is missing. @throws SdgError `config` where that fails */
  static open(folder: string): CallCache {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return new CallCache(folder);
    } catch (error) {
      throw new SdgError('config', `the call cache in ${folder} cannot be opened: ${(error as Error).message}`, {
        remedy: 'pass another folder with --cache DIR, or --no-cache',
        cause: error,
      });
    }
  }

  get(key: string): StoredOutput | undefined {
    return this.#outputs.get(bytes(key));
  }

  ended(ending: string): StoredOutput | undefined {
    for (const entry of this.entries(ending)) if (!isTruncated(entry)) return entry;
    return undefined;
  }

  async put(outputs: readonly (readonly [OutputKey, StoredOutput])[], facts: StoredFacts, replace = false): Promise<readonly StoredOutput[]> {
    const { prompt, ...rest } = facts;
    const common = { at: Date.now(), prompt: excerpt(prompt), ...rest };
    const options = { noOverwrite: !replace };
    try {
      // All in one turn of the event loop: one transaction. The types of `put` do not know of its options.
      const wasNew = await Promise.all(outputs.map(([{ exact }, output]) => this.#outputs.put(bytes(exact), { ...output, ...common }, options as never)));
      await this.#outputs.flushed;
      return outputs.map(([{ exact }, output], i) => (!wasNew[i] ? (this.get(exact) ?? output) : output));
    } catch (error) {
      throw new SdgError('config', `the call cache in ${this.folder} cannot be written: ${(error as Error).message}`, {
        remedy: 'free some space, or pass another folder with --cache DIR; then run the same command again: it resumes',
        cause: error,
      });
    }
  }

  /** A small fact that a later run may need where no server can be asked. */
  note(name: string): unknown {
    return this.#notes.get(name);
  }

  async setNote(name: string, value: unknown): Promise<void> {
    await this.#notes.put(name, value);
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
    for (const { key, value } of this.#outputs.getRange(start ? { start } : {})) {
      const name = Buffer.from(key).toString('hex');
      if (!name.startsWith(prefix)) return;
      yield { key: name, ...value };
    }
  }

  /** Removes outputs. Their room is used again; the file does not shrink. */
  async remove(keys: Iterable<string>): Promise<number> {
    const removed: Promise<boolean>[] = [];
    for (const key of keys) removed.push(this.#outputs.remove(bytes(key)));
    const results = await Promise.all(removed);
    await this.#outputs.flushed;
    return results.filter(Boolean).length;
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
