import { setTimeout as pause } from 'node:timers/promises';
import type { KV } from '@nats-io/kv';
import type { OutputKey, ReplyStore, StoredFacts, StoredOutput } from '@sdg/core';
import { isThereAlready, type Link } from './link.js';
import type { Buckets } from './names.js';
import type { Parcels } from './parcel.js';

/** Hex digits of a key that are the same for every `max_tokens`. */
const ENDING = 24;
const keyOf = (exact: string): string => `${exact.slice(0, ENDING)}.${exact.slice(ENDING)}`;

/** Milliseconds between looks at a call that another worker has under way. */
const LOOK = 100;

const text = new TextEncoder();
const noteKey = (name: string): string => `note.${Buffer.from(name).toString('hex')}`;

/**
 * The call cache of several machines: a bucket of JetStream's, with a folder of this machine below it. The first writer
 * wins, and everybody uses the winner's. What this machine paid for is in its folder, flushed, before it is in the bucket:
 * it survives the loss of the server too.
 */
export class SharedReplies implements ReplyStore {
  readonly #claimed = new Set<string>();

  /** `worker`: who claims, as the bucket of workers names it. */
  constructor(
    readonly link: Link,
    readonly buckets: Pick<Buckets, 'replies' | 'claims' | 'workers'>,
    readonly parcels: Parcels,
    readonly worker: string,
    readonly own?: ReplyStore,
  ) {}

  get #replies(): KV {
    return this.buckets.replies;
  }

  async #find(exact: string): Promise<StoredOutput | undefined> {
    const entry = await this.link.persist(() => this.#replies.get(keyOf(exact)));
    return entry?.operation === 'PUT' ? ((await this.parcels.unpack(entry.value)) as StoredOutput) : undefined;
  }

  async get(keys: readonly string[]): Promise<readonly (StoredOutput | undefined)[]> {
    const shared = await Promise.all(keys.map((key) => this.#find(key)));
    if (!this.own || shared.every((one) => one !== undefined)) return shared;
    const mine = await this.own.get(keys);
    // What only this machine knew is shared from now on; another may be quicker even so.
    return Promise.all(
      shared.map((found, i) => found ?? (mine[i] === undefined || mine[i].blotted ? undefined : this.#first(keys[i]!, mine[i]))),
    );
  }

  /** Shares an output; gives the one that is shared. */
  async #first(exact: string, output: StoredOutput): Promise<StoredOutput> {
    const parcel = await this.parcels.pack(output);
    try {
      await this.link.persist(() => this.#replies.create(keyOf(exact), parcel));
      return output;
    } catch (error) {
      if (!isThereAlready(error)) throw error;
      return (await this.#find(exact)) ?? output;
    }
  }

  async ended(ending: string): Promise<StoredOutput | undefined> {
    for await (const key of await this.link.persist(() => this.#replies.keys(`${ending}.*`))) {
      const found = await this.#find(key.replace('.', ''));
      if (found && found.choice.finishReason !== 'length') return found;
    }
    return this.own?.ended(ending);
  }

  async put(
    outputs: readonly (readonly [OutputKey, StoredOutput])[],
    facts: StoredFacts,
    replace = false,
  ): Promise<readonly StoredOutput[]> {
    await this.own?.put(outputs, facts, replace);
    const kept = await Promise.all(
      outputs.map(async ([{ exact }, output]) => {
        if (!replace) return this.#first(exact, output);
        const parcel = await this.parcels.pack(output);
        await this.link.persist(() => this.#replies.put(keyOf(exact), parcel));
        return output;
      }),
    );
    const theirs = outputs.flatMap(([key, output], i) => (kept[i] === output ? [] : [[key, kept[i]!] as const]));
    if (theirs.length > 0) await this.own?.put(theirs, facts, true);
    await this.release(outputs.map(([{ exact }]) => exact));
    return kept;
  }

  /** Claims one after another in their order, so that two who want the same never wait for each other. */
  async claim(keys: readonly string[]): Promise<boolean> {
    for (const key of [...keys].sort()) {
      if (await this.#claim(key)) continue;
      await this.release(keys);
      return false;
    }
    // Whoever had it before may have put it between our look and our claim.
    const found = await Promise.all(keys.map((key) => this.#find(key)));
    if (found.every((one) => one === undefined)) return true;
    await this.release(keys);
    return false;
  }

  async #claim(key: string): Promise<boolean> {
    const { claims } = this.buckets;
    const name = keyOf(key);
    try {
      await this.link.persist(() => claims.create(name, text.encode(this.worker)));
      this.#claimed.add(key);
      return true;
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
    for (;;) {
      const entry = await this.link.persist(() => claims.get(name));
      if (entry?.operation !== 'PUT') return false;
      const holder = entry.string();
      if (holder === this.worker && !this.#claimed.has(key)) return this.#takeOver(name, key, entry.revision);
      if (holder !== this.worker && !(await this.#isAlive(holder))) return this.#takeOver(name, key, entry.revision);
      await pause(LOOK);
    }
  }

  async #takeOver(name: string, key: string, revision: number): Promise<boolean> {
    try {
      await this.link.persist(() => this.buckets.claims.update(name, text.encode(this.worker), revision));
      this.#claimed.add(key);
      return true;
    } catch (error) {
      if (!isThereAlready(error)) throw error;
      return false;
    }
  }

  async #isAlive(worker: string): Promise<boolean> {
    const entry = await this.link.persist(() => this.buckets.workers.get(worker));
    return entry?.operation === 'PUT';
  }

  async release(keys: readonly string[]): Promise<void> {
    const held = keys.filter((key) => this.#claimed.delete(key));
    await Promise.all(held.map((key) => this.link.persist(() => this.buckets.claims.delete(keyOf(key)))));
  }

  async note(name: string): Promise<unknown> {
    const entry = await this.link.persist(() => this.#replies.get(noteKey(name)));
    return entry?.operation === 'PUT' ? entry.json() : this.own?.note(name);
  }

  async setNote(name: string, value: unknown): Promise<void> {
    await this.link.persist(() => this.#replies.put(noteKey(name), JSON.stringify(value)));
    await this.own?.setNote(name, value);
  }

  async close(): Promise<void> {
    await this.own?.close();
  }
}
