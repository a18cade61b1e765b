import { Random } from '@sdg/core/values';
import { shingles } from './words.js';

/** Words in a shingle. */
const SHINGLE = 3;
/** Length of a signature. */
export const SIGNATURE = 128;

const random = new Random('min-hash');
const factors = Uint32Array.from({ length: SIGNATURE }, () => random.uint32() | 1);
const offsets = Uint32Array.from({ length: SIGNATURE }, () => random.uint32());

/**
 * A signature of a text: the share of equal places in two signatures estimates the Jaccard similarity of the texts' sets
 * of three-word shingles. A. Broder, On the resemblance and containment of documents, 1997.
 */
export function minHash(text: string): Uint32Array {
  const signature = new Uint32Array(SIGNATURE).fill(0xffffffff);
  for (const shingle of shingles(text, SHINGLE)) {
    const value = (shingle ^ (shingle / 4294967296)) | 0;
    for (let i = 0; i < SIGNATURE; i++) {
      let hash = (Math.imul(value, factors[i]!) + offsets[i]!) | 0;
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      hash = (hash ^ (hash >>> 13)) >>> 0;
      if (hash < signature[i]!) signature[i] = hash;
    }
  }
  return signature;
}

/** Estimated Jaccard similarity, 0 to 1. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}
