import { SIGNATURE, similarity } from '../treat/min-hash.js';
import type { RowMark } from '../treat/treat-block.js';
import { hash53 } from '../treat/words.js';
import { DEFAULT_THRESHOLD, type Dedupe } from '../recipe/recipe.js';

/** Rows of a signature in a band: pairs of similarity 0.8 share one of the 25 bands with probability 0.9999. */
const BAND = 5;
const BANDS = Math.floor(SIGNATURE / BAND);

/**
 * Tells rows that say something new from those that repeat an earlier one, in all datasets of the mix; the first wins.
 * Exact duplicates share a hash of their turns; near ones are found by locality-sensitive hashing of MinHash signatures
 * (P. Indyk and R. Motwani, 1998) and confirmed by the estimate of the whole signature. Takes about 100 bytes a row for
 * exact, 3 KB for near.
 */
export class Deduper {
  readonly #exact = new Set<string>();
  readonly #bands = new Map<number, number[]>();
  readonly #signatures: Uint32Array[] = [];
  readonly #threshold: number;

  constructor({ threshold = DEFAULT_THRESHOLD }: Dedupe) {
    this.#threshold = threshold;
  }

  isNew({ key, signature }: RowMark): boolean {
    if (key === undefined) return true;
    if (this.#exact.has(key)) return false;
    if (signature) {
      const keys = Array.from({ length: BANDS }, (_, band) => hash53(signature.subarray(band * BAND, (band + 1) * BAND).join(), band));
      for (const band of keys) {
        for (const other of this.#bands.get(band) ?? []) if (similarity(signature, this.#signatures[other]!) >= this.#threshold) return false;
      }
      const own = this.#signatures.push(signature) - 1;
      for (const band of keys) {
        const others = this.#bands.get(band);
        if (others) others.push(own);
        else this.#bands.set(band, [own]);
      }
    }
    this.#exact.add(key);
    return true;
  }
}
