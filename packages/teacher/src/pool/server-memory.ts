import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@sdg/core';

const FILE = 'servers.json';
/** What was found so long ago is not believed: servers are moved to other machines. */
const LONGEST_MS = 14 * 86_400_000;
/** Milliseconds between two writes. */
const WRITE_EVERY = 10_000;

interface Entry {
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What runs found out about servers, in a small JSON file of the cache's folder: for each address (without user, password
 * and query) and model the calls that it takes at once. A convenience: a file that cannot be read or written is none.
 */
export class ServerMemory {
  readonly #folder: string;
  readonly #model: string;
  readonly #now: () => number;
  #writtenAt = -Infinity;

  constructor(folder: string, model = '', now: () => number = Date.now) {
    this.#folder = folder;
    this.#model = model;
    this.#now = now;
  }

  /** The limit that an earlier run found for the server of this address. */
  recall(address: string): number | undefined {
    const entry = this.#read()[this.#key(address)];
    return entry && this.#now() - entry.at < LONGEST_MS ? entry.limit : undefined;
  }

  /** Puts down what was found so far; if not `isLast`, only now and then. Others' entries stay, old ones go. */
  keep(found: ReadonlyMap<string, number>, isLast = false): void {
    const at = this.#now();
    if (found.size === 0 || (!isLast && at - this.#writtenAt < WRITE_EVERY)) return;
    this.#writtenAt = at;
    const kept = Object.entries(this.#read()).filter(([, entry]) => at - entry.at < LONGEST_MS);
    const fresh = [...found].map(([address, limit]) => [this.#key(address), { limit, at }] as const);
    try {
      makeFolder(this.#folder);
      const partial = join(this.#folder, `${FILE}.${process.pid}`);
      writeFileSync(partial, `${JSON.stringify(Object.fromEntries([...kept, ...fresh]), undefined, 1)}\n`);
      renameSync(partial, join(this.#folder, FILE));
    } catch {
      // The next run will search again.
    }
  }

  #key(address: string): string {
    return `${address.replace(/[?#].*$/, '')} ${this.#model}`;
  }

  #read(): Readonly<Record<string, Entry>> {
    try {
      const read = JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8')) as Record<string, Entry | null>;
      const isSound = ([, entry]: [string, Entry | null]): boolean =>
        Number.isInteger(entry?.limit) && entry!.limit >= 1 && Number.isFinite(entry!.at);
      return Object.fromEntries(Object.entries(read).filter(isSound)) as Record<string, Entry>;
    } catch {
      return {};
    }
  }
}
