import { Random } from '@sdg/values';

/** Bits of a sketch. */
export const SKETCH_BITS = 512;
/** Rotations one after the other: from three on the result is as good as one drawn at random. */
const ROTATIONS = 3;
/** Standard deviations by which the bits of two vectors may differ more than their angle says: 3 of 100,000 go beyond. */
const DEVIATIONS = 4;

/**
 * Signs of a random rotation of a vector less the mean of others: two differ in a share of bits that is their angle in half turns
 * (M. Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002). Turned by Hadamard's matrix and random
 * signs (A. Andoni et al., "Practical and Optimal LSH for Angular Distance", 2015), in n log n steps; the same on every machine.
 */
export class Sketcher {
  readonly #mean: Float32Array;
  readonly #signs: readonly Float32Array[];
  readonly #turned: Float32Array;

  /** @param vectors at least one; their mean is what angles are seen from */
  constructor(vectors: readonly Float32Array[]) {
    const { length } = vectors[0]!;
    const sums = new Float64Array(length);
    for (const vector of vectors) vector.forEach((value, i) => void (sums[i]! += value));
    this.#mean = Float32Array.from(sums, (sum) => sum / vectors.length);
    const size = 2 ** Math.ceil(Math.log2(Math.max(length, SKETCH_BITS)));
    const random = new Random('sketch', size);
    this.#signs = Array.from({ length: ROTATIONS }, () => Float32Array.from({ length: size }, () => (random.uint32() & 1) * 2 - 1));
    this.#turned = new Float32Array(size);
  }

  /** Writes the bits of a vector's sketch, and gives its distance from the mean. */
  write(vector: Float32Array, bits: Uint8Array): number {
    const turned = this.#turned.fill(0);
    let square = 0;
    for (let i = 0; i < vector.length; i++) {
      const value = vector[i]! - this.#mean[i]!;
      turned[i] = value;
      square += value * value;
    }
    for (const signs of this.#signs) {
      for (let i = 0; i < turned.length; i++) turned[i] = turned[i]! * signs[i]!;
      hadamard(turned);
    }
    bits.fill(0);
    for (let i = 0; i < SKETCH_BITS; i++) if (turned[i]! > 0) bits[i >> 3]! |= 1 << (i & 7);
    return Math.sqrt(square);
  }
}

/** Multiplies by Hadamard's matrix (of plus and minus one), in place. */
function hadamard(values: Float32Array): void {
  const { length } = values;
  for (let half = 1; half < length; half *= 2) {
    for (let from = 0; from < length; from += 2 * half) {
      for (let i = from; i < from + half; i++) {
        const one = values[i]!;
        const other = values[i + half]!;
        values[i] = one + other;
        values[i + half] = one - other;
      }
    }
  }
}

/** By the number of bits in which two sketches of `length` bits differ: the largest cosine that is still likely. */
export function likelyCosines(length: number): Float32Array {
  // The lower bound of Wilson's score interval: the smallest share of which so many are not out of the way.
  const z2 = DEVIATIONS ** 2;
  return Float32Array.from({ length: length + 1 }, (_, bits) => {
    const share = bits / length;
    const spread = DEVIATIONS * Math.sqrt((share * (1 - share)) / length + z2 / (4 * length * length));
    const least = (share + z2 / (2 * length) - spread) / (1 + z2 / length);
    return Math.cos(Math.PI * Math.max(0, least));
  });
}
