import { randomUUID } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { SdgError } from '@sdg/core';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link.js';
import { isMissing } from './server-errors.js';
import { ageMs, mostBytes } from './names.js';

/** The first byte says how the rest is to be read. */
const PLAIN = 0;
const DEFLATED = 1;
const ELSEWHERE = 2;

/** Bytes from which on deflating pays: answers of 70 kB become a twentieth in 200 µs, a seventh of the time to read their JSON. */
const WORTH_DEFLATING = 4096;

const marked = (mark: number, bytes: Uint8Array): Uint8Array => {
  const all = new Uint8Array(bytes.length + 1);
  all[0] = mark;
  all.set(bytes, 1);
  return all;
};

/** Values as messages: JSON, deflated where large, and in an object store where still larger than a message may be. */
export class Parcels {
  #objects: Promise<ObjectStore> | undefined;

  /** `bucket`: name of the object store, made when it is needed. */
  constructor(
    readonly link: Link,
    readonly bucket: string,
  ) {}

  pack(value: unknown): Promise<Uint8Array> {
    return this.packText(JSON.stringify(value));
  }

  /** The same for what is JSON already. */
  async packText(json: string): Promise<Uint8Array> {
    const plain = new TextEncoder().encode(json);
    if (plain.length < WORTH_DEFLATING) return marked(PLAIN, plain);
    const deflated = marked(DEFLATED, deflateRawSync(plain, { level: 1 }));
    if (deflated.length <= this.link.maxBytes) return deflated;
    const name = randomUUID();
    await this.link.persist(() => this.#inStore((store) => store.putBlob({ name }, deflated)));
    return marked(ELSEWHERE, new TextEncoder().encode(name));
  }

  /** What was packed. Fails with `config` for what another program wrote. */
  async unpack(bytes: Uint8Array): Promise<unknown> {
    const rest = bytes.subarray(1);
    switch (bytes[0]) {
      case PLAIN:
        return JSON.parse(new TextDecoder().decode(rest));
      case DEFLATED:
        return JSON.parse(inflateRawSync(rest).toString());
      case ELSEWHERE: {
        const name = new TextDecoder().decode(rest);
        const blob = await this.link.persist(() => this.#inStore((store) => store.getBlob(name)));
        if (!blob) throw new SdgError('config', `object ${name} of ${this.bucket} is gone`, { remedy: 'run the same command again' });
        return this.unpack(blob);
      }
      default:
        throw new SdgError('config', `${this.bucket} holds a message that is not ours`, { remedy: 'use another --prefix' });
    }
  }

  /** Makes the object store, or gives one that is there the limits of today. */
  async open(): Promise<void> {
    // One that was there is gone, where all is put up again.
    this.#objects = undefined;
    const limits = { max_age: nanos(ageMs(this.link)), max_bytes: mostBytes(this.link) ?? -1 };
    await this.link.persist(() => this.#inStore(() => this.link.jsm.streams.update(`OBJ_${this.bucket}`, limits)));
  }

  /** Does something in the object store. Where that fails the next one makes the store anew: it may be gone with all of the run. */
  async #inStore<T>(use: (store: ObjectStore) => Promise<T>): Promise<T> {
    const { nc, replicas } = this.link;
    try {
      return await use(await (this.#objects ??= new Objm(nc).create(this.bucket, { replicas, ttl: nanos(ageMs(this.link)) })));
    } catch (error) {
      this.#objects = undefined;
      throw error;
    }
  }

  /** Removes the object store, if there is one. */
  async remove(): Promise<void> {
    try {
      await this.link.jsm.streams.delete(`OBJ_${this.bucket}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
