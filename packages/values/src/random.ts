import { createHash } from 'node:crypto';

export const DEFAULT_SEED = 42;

/**
 * A seeded source of randomness. It depends on its keys alone, never on timing: whoever draws makes one of their own
 * from the run's seed and a name (`new Random(seed, block, sampleId)`).
 *
 * Generator: sfc32 (C. Doty-Humphrey, PractRand), state from SHA-256 of the keys, first 12 outputs thrown away.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...keys: readonly (string | number)[]) {
    const digest = createHash('sha256').update(JSON.stringify(keys)).digest();
    this.#a = digest.readUInt32LE(0);
    this.#b = digest.readUInt32LE(4);
    this.#c = digest.readUInt32LE(8);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number from 0 to 2³² − 1. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A number in [0, 1), of 53 random bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A whole number in [0, bound), without bias for any bound up to 2⁵³. */
  below(bound: number): number {
    if (bound > 4294967296) return Math.floor(this.float() * bound);
    const limit = 4294967296 - (4294967296 % bound);
    let value: number;
    do value = this.uint32();
    while (value >= limit);
    return value % bound;
  }

  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick from no items');
    return items[this.below(items.length)] as T;
  }

  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  /** `count` different items in random order; all of them if there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffle(items).slice(0, count);
  }
}
