import { setTimeout as pause } from 'node:timers/promises';
import type { KV } from '@nats-io/kv';
import type { OutputKey, ReplyStore, StoredFacts, StoredOutput } from '@sdg/core';
import { Claims } from './claims.js';
import type { Link } from './link.js';
import { isThereAlready } from './server-errors.js';
import type { Buckets } from './names.js';
import type { Parcels } from './parcel.js';

/** Hex digits of a key that are the same for every `max_tokens`. */
const ENDING = 24;
const keyOf = (exact: string): string => `${exact.slice(0, ENDING)}.${exact.slice(ENDING)}`;

/** Milliseconds between looks at a call that another worker has under way. */
const LOOK = 100;

/** Outputs of which a store keeps in mind what it gave. */
const MOST_LOOKED = 4096;

/** First byte of a value that is no parcel: the worker whose name follows has the output under way. */
const CLAIM = 0xff;
const isClaim = (value: Uint8Array): boolean => value[0] === CLAIM;
const claimOf = (worker: string): Uint8Array => Uint8Array.from([CLAIM, ...new TextEncoder().encode(worker)]);
const claimantOf = (value: Uint8Array): string => new TextDecoder().decode(value.subarray(1));

const noteKey = (name: string): string => `note.${Buffer.from(name).toString('hex')}`;

/**
 * The call cache of several machines: a bucket of JetStream's, with a folder of this machine below it. The first writer
 * wins, and everybody uses the winner's. Where an output is to be, a claim stands while somebody has it under way: whoever
 * else wants it waits, or takes the claim over from a worker that is dead. What this machine paid for is in its folder,
 * flushed, before it is in the bucket: it survives the loss of the server too.
 */
export class SharedReplies implements ReplyStore {
  readonly #claims: Claims;

  /** `worker`: who claims, as the bucket of workers names it. `claims`: shared by all that claim in its name. */
  constructor(
    readonly link: Link,
    readonly buckets: Pick<Buckets, 'replies' | 'workers'>,
    readonly parcels: Parcels,
    readonly worker: string,
    { own, claims = new Claims() }: { readonly own?: ReplyStore | undefined; readonly claims?: Claims } = {},
  ) {
    this.own = own;
    this.#claims = claims;
  }
  /** The folder of this machine. */
  readonly own: ReplyStore | undefined;

  get #replies(): KV {
    return this.buckets.replies;
  }

  async #find(exact: string): Promise<StoredOutput | undefined> {
    await this.#claims.shared(exact);
    const entry = await this.link.persist(() => this.#replies.get(keyOf(exact)));
    if (entry?.operation !== 'PUT' || isClaim(entry.value)) return undefined;
    this.#looked.set(exact, entry.revision);
    // Most will do, and are not claimed. Of one that is forgotten here, whoever claims it looks once more.
    if (this.#looked.size > MOST_LOOKED) this.#looked.delete(this.#looked.keys().next().value!);
    return (await this.parcels.unpack(entry.value)) as StoredOutput;
  }
  /** Revisions of what was given, by key; the last of them. */
  readonly #looked = new Map<string, number>();

  async get(keys: readonly string[]): Promise<readonly (StoredOutput | undefined)[]> {
    const shared = await Promise.all(keys.map((key) => this.#find(key)));
    if (!this.own || shared.every((one) => one !== undefined)) return shared;
    const mine = await this.own.get(keys);
    // What only this machine knew is shared from now on; another may be quicker even so.
    return Promise.all(
      shared.map((found, i) => found ?? (mine[i] === undefined || mine[i].blotted ? undefined : this.#first(keys[i]!, mine[i]))),
    );
  }

  /** Shares an output, in the place of our claim if there is one; gives the one that is shared. */
  async #first(exact: string, output: StoredOutput): Promise<StoredOutput> {
    const name = keyOf(exact);
    // At once: it is released when the call ends.
    let revision = this.#claims.held.get(exact);
    this.#claims.held.delete(exact);
    const parcel = await this.parcels.pack(output);
    for (;;) {
      const seen = revision;
      const write = (): Promise<number> =>
        seen === undefined ? this.#replies.create(name, parcel) : this.#replies.update(name, parcel, seen);
      try {
        await this.link.persist(() => this.link.outbox.soon(write));
        return output;
      } catch (error) {
        if (!isThereAlready(error)) throw error;
      }
      const entry = await this.link.persist(() => this.#replies.get(name));
      if (entry?.operation === 'PUT' && !isClaim(entry.value)) {
        const stored = await this.parcels.unpack(entry.value);
        // Our own, where the word that it was taken did not come.
        return JSON.stringify(stored) === JSON.stringify(output) ? output : (stored as StoredOutput);
      }
      // Another claim stands there: what is had is better than what is under way, but never than what somebody has put meanwhile.
      revision = entry?.operation === 'PUT' ? entry.revision : undefined;
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
    const keys = outputs.map(([{ exact }]) => exact);
    const isClaimed = !replace && keys.every((key) => this.#claims.held.has(key));
    const shared = this.#share(outputs, facts, replace);
    if (!this.own || !isClaimed || this.#claims.isLate) return shared;
    // Safe here, and claimed: nobody else puts another, unless we are taken for dead. So the call need not wait for the server.
    const isOurs = shared.then((kept) => kept.every((one, i) => one === outputs[i]![1]));
    this.#claims.share(keys, isOurs);
    return outputs.map(([, output]) => output);
  }

  /** Gives outputs to everybody; and what everybody uses. */
  async #share(
    outputs: readonly (readonly [OutputKey, StoredOutput])[],
    facts: StoredFacts,
    replace: boolean,
  ): Promise<readonly StoredOutput[]> {
    const kept = await Promise.all(
      outputs.map(async ([{ exact }, output]) => {
        if (!replace) return this.#first(exact, output);
        const parcel = await this.parcels.pack(output);
        this.#claims.held.delete(exact);
        await this.link.persist(() => this.#replies.put(keyOf(exact), parcel));
        return output;
      }),
    );
    const theirs = outputs.flatMap(([key, output], i) => (kept[i] === output ? [] : [[key, kept[i]!] as const]));
    if (theirs.length > 0) await this.own?.put(theirs, facts, true);
    return kept;
  }

  /** Claims one after another in their order, so that two who want the same never wait for each other. */
  async claim(keys: readonly string[], looked = false): Promise<boolean> {
    for (const key of [...keys].sort()) {
      if (await this.#claim(key, looked)) continue;
      await this.release(keys);
      return false;
    }
    return true;
  }

  /** Whether the output is ours to get; false where it is there, or may be. */
  async #claim(key: string, isLooked: boolean): Promise<boolean> {
    const name = keyOf(key);
    await this.#claims.shared(key);
    // Whoever looks at what only this machine knows shares it.
    if (!isLooked && (await this.#isOwn(key))) return false;
    if (this.#claims.held.has(key)) await this.#passed(key);
    else if (await this.#write(key, () => this.#replies.create(name, claimOf(this.worker)))) return true;
    for (;;) {
      const entry = await this.link.persist(() => this.#replies.get(name));
      // What was looked at and will not do is asked for again although it is there; not what took its place meanwhile.
      if (entry?.operation === 'PUT' && !isClaim(entry.value)) return isLooked && this.#looked.get(key) === entry.revision;
      if (entry?.operation !== 'PUT') return this.#write(key, () => this.#replies.create(name, claimOf(this.worker)));
      if (await this.#isGivenUp(key, claimantOf(entry.value))) {
        return this.#write(key, () => this.#replies.update(name, claimOf(this.worker), entry.revision));
      }
      await pause(LOOK);
    }
  }

  async #isOwn(key: string): Promise<boolean> {
    return this.own !== undefined && (await this.own.get([key]))[0] !== undefined;
  }

  /** Waits until another request of this process is done with a key. */
  async #passed(key: string): Promise<void> {
    while (this.#claims.held.has(key)) await pause(LOOK);
  }

  async #write(key: string, work: () => Promise<number>): Promise<boolean> {
    try {
      this.#claims.held.set(key, await this.link.persist(() => this.link.outbox.soon(work)));
      return true;
    } catch (error) {
      if (!isThereAlready(error)) throw error;
      return false;
    }
  }

  /** Whether a claim is no longer held: its worker is dead, or it is of this one, which knows nothing of it. */
  async #isGivenUp(key: string, holder: string): Promise<boolean> {
    if (holder === this.worker) return !this.#claims.held.has(key);
    const entry = await this.link.persist(() => this.buckets.workers.get(holder));
    return entry?.operation !== 'PUT';
  }

  async release(keys: readonly string[]): Promise<void> {
    const held = keys.flatMap((key) => {
      const revision = this.#claims.held.get(key);
      this.#claims.held.delete(key);
      return revision === undefined ? [] : [[key, revision] as const];
    });
    await Promise.all(
      held.map(async ([key, previousSeq]) => {
        try {
          await this.link.persist(() => this.#replies.delete(keyOf(key), { previousSeq }));
        } catch (error) {
          // Taken over meanwhile: it is theirs.
          if (!isThereAlready(error)) throw error;
        }
      }),
    );
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
