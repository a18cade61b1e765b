import { agreements, estimate, minHash, rowsPerBand, type MinHashOptions } from './min-hash.js';

export interface NearIndexOptions extends Omit<MinHashOptions, 'scope'> {
  /** Jaccard similarity from which two texts are near duplicates, 0 to 1. Default 0.8. */
  readonly threshold?: number;
}

/** Where a text of an index was found to be nearly repeated. */
export interface NearMatch {
  /** Which text of the index: 0 is the first that was added. */
  readonly index: number;
  readonly similarity: number;
}

/** Signatures in a chunk: an array that doubled would need three times its memory while it is copied. */
const CHUNK = 8192;
const NONE = 0;

/** The texts of one band, by hash of their bytes there: heads of chains, and the next in each chain, both counted from 1. */
class Band {
  #heads = new Uint32Array(16);
  #next: Uint32Array[] = [];

  get bytes(): number {
    return 4 * (this.#heads.length + this.#next.length * CHUNK);
  }

  head(hash: number): number {
    return this.#heads[hash & (this.#heads.length - 1)]!;
  }
  /** The one before `id` in its chain. */
  after(id: number): number {
    return this.#next[Math.floor((id - 1) / CHUNK)]![(id - 1) % CHUNK]!;
  }

  /** Puts the `id`-th text in; `hashOf` gives the hash of any earlier one, for when the table doubles. */
  add(id: number, hash: number, hashOf: (id: number) => number): void {
    if (id > this.#heads.length) {
      this.#heads = new Uint32Array(2 * this.#heads.length);
      for (let other = 1; other < id; other++) this.#link(other, hashOf(other));
    }
    if ((id - 1) % CHUNK === 0) this.#next.push(new Uint32Array(CHUNK));
    this.#link(id, hash);
  }

  #link(id: number, hash: number): void {
    const slot = hash & (this.#heads.length - 1);
    this.#next[Math.floor((id - 1) / CHUNK)]![(id - 1) % CHUNK] = this.#heads[slot]!;
    this.#heads[slot] = id;
  }
}

/** Hash of the bytes of one band. */
function bandHash(bytes: Uint8Array, from: number, rows: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + rows; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/**
 * Finds near duplicates among any number of texts: signatures by {@link minHash}, cut into bands; texts that agree in
 * all of one band are compared in full (P. Indyk and R. Motwani, Approximate Nearest Neighbors, 1998). A pair at the
 * threshold is found with probability 0.95 or more, nearer ones more surely; none below it, but for the error of the
 * estimate. The one definition of a near duplicate for blocks and mixer.
 *
 * Memory at the defaults: 128 bytes of signature and about 8 bytes for each of 18 bands, some 270 bytes a text.
 *
 * @example
 * const index = new NearIndex({ threshold: 0.7 });
 * const text = index.sign('Where does the river Elbe flow into the sea?');
 * if (!index.find(text)) index.add(text);
 */
export class NearIndex {
  readonly threshold: number;
  readonly #options: Required<Omit<MinHashOptions, 'scope'>>;
  readonly #rows: number;
  readonly #bands: readonly Band[];
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor({ threshold = 0.8, ngram = 5, length = 128 }: NearIndexOptions = {}) {
    this.threshold = threshold;
    this.#options = { ngram, length };
    this.#rows = rowsPerBand(length, threshold);
    this.#bands = Array.from({ length: Math.floor(length / this.#rows) }, () => new Band());
  }

  /** Texts added. */
  get size(): number {
    return this.#size;
  }
  /** Memory of signatures and bands, in bytes. */
  get bytes(): number {
    const signatures = this.#chunks.length * CHUNK * this.#options.length;
    return this.#bands.reduce((sum, band) => sum + band.bytes, signatures);
  }

  /** The signature that this index compares a text by; only texts of the same scope are alike. */
  sign(text: string, scope?: string): Uint8Array {
    return minHash(text, { ...this.#options, ...(scope !== undefined && { scope }) });
  }

  /** The nearest of the added texts that is near enough; the first added of several equally near. */
  find(signature: Uint8Array): NearMatch | undefined {
    const { length } = this.#options;
    let [best, index] = [-1, -1];
    for (const [i, band] of this.#bands.entries()) {
      for (let id = band.head(bandHash(signature, i * this.#rows, this.#rows)); id !== NONE; id = band.after(id)) {
        const equal = agreements(signature, 0, this.#chunkOf(id), this.#offsetOf(id), length);
        if (equal > best || (equal === best && id - 1 < index)) [best, index] = [equal, id - 1];
      }
    }
    const similarity = estimate(best, length);
    return index >= 0 && similarity >= this.threshold ? { index, similarity } : undefined;
  }

  /** Puts a signature in; gives its index. */
  add(signature: Uint8Array): number {
    const id = ++this.#size;
    if ((id - 1) % CHUNK === 0) this.#chunks.push(new Uint8Array(CHUNK * this.#options.length));
    this.#chunkOf(id).set(signature, this.#offsetOf(id));
    for (const [i, band] of this.#bands.entries()) {
      const hashOf = (other: number): number => bandHash(this.#chunkOf(other), this.#offsetOf(other) + i * this.#rows, this.#rows);
      band.add(id, hashOf(id), hashOf);
    }
    return id - 1;
  }

  /** Puts a text in if it nearly repeats none; the match if it does. */
  addIfNew(text: string, scope?: string): NearMatch | undefined {
    const signature = this.sign(text, scope);
    const match = this.find(signature);
    if (!match) this.add(signature);
    return match;
  }

  #chunkOf(id: number): Uint8Array {
    return this.#chunks[Math.floor((id - 1) / CHUNK)]!;
  }
  #offsetOf(id: number): number {
    return ((id - 1) % CHUNK) * this.#options.length;
  }
}
