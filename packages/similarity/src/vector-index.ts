import { cosine } from './cosine.js';
import { Sketcher, SKETCH_BITS } from './sketch.js';
import { MOST_DIMENSIONS, PackedVectors, VectorMemory, type PackedVector } from './vector-memory.js';

/** A vector of an index: 0 is the first that was added. */
export interface VectorMatch {
  readonly index: number;
  /** Cosine. */
  readonly similarity: number;
}

export interface VectorIndexOptions {
  /** Vectors up to which each is compared as it is. Default 512. */
  readonly exactUpTo?: number;
  /** Shared with other indexes. Default: one of its own. */
  readonly memory?: VectorMemory;
}

/**
 * Cosine from which two texts mean the same. Of 2,000 questions of 40 templates by 50 names it lost 4 with all-MiniLM-L6-v2
 * in int8, and found 0.41 of 300 rewordings; at 0.88 it lost 21 and found 0.53. ROUGE-L at 0.7 lost 1,960, MinHash at 0.8
 * lost 110 and found 0.06. Models differ: what is right for one is not for another.
 */
export const SEMANTIC_THRESHOLD = 0.9;

const EXACT = 512;
/** A cosine as large as the least counts, whatever was rounded. */
const SLACK = 1e-6;

/**
 * The nearest among vectors of length 1, by the angle between them. Few are compared as they are. Of many all are looked at too, by
 * a sketch of 512 bits first (see `Sketcher`): those that may be near enough, hardly any, are then compared in whole numbers
 * from -127 to 127, by which a cosine changes by 0.001 or so. One is overlooked where its sketch is four standard deviations off: 6
 * of 100,000. The same vectors in the same order give the same answers on any machine.
 * A vector must not change once it was handed in.
 *
 * Memory: 4 bytes for each dimension of few; 1, and 72 bytes, of many: 0.5 KB a vector of 384 dimensions. Time grows with
 * the square: some 4 ns a pair, where `least` is above what vectors have in common anyway.
 *
 * @example
 * const index = new VectorIndex();
 * index.add(Float32Array.of(1, 0));
 * index.nearest(Float32Array.of(0.8, 0.6)); // { index: 0, similarity: 0.8 }
 */
export class VectorIndex {
  readonly #exactUpTo: number;
  readonly #memory: VectorMemory;
  #few: Float32Array[] = [];
  #many: { readonly packed: PackedVectors; readonly pack: (vector: Float32Array) => PackedVector } | undefined;
  #dimensions = 0;
  #size = 0;

  constructor({ exactUpTo = EXACT, memory = new VectorMemory() }: VectorIndexOptions = {}) {
    this.#exactUpTo = exactUpTo;
    this.#memory = memory;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws RangeError for a vector of another length than those before, or of more than 65,536 dimensions */
  add(vector: Float32Array): void {
    this.#check(vector);
    this.#dimensions = vector.length;
    if (this.#many) this.#many.packed.add(this.#many.pack(vector));
    else this.#few.push(vector);
    this.#size++;
    if (!this.#many && this.#size > this.#exactUpTo) this.#grow();
  }

  #check({ length }: Float32Array): void {
    if (length > MOST_DIMENSIONS) throw new RangeError(`a vector of ${length} dimensions; ${MOST_DIMENSIONS} at most`);
    if (this.#size === 0 || length === this.#dimensions) return;
    throw new RangeError(`a vector of ${length} dimensions among others of ${this.#dimensions}`);
  }

  /** From now on by sketches. */
  #grow(): void {
    const pack = packer(this.#few);
    const packed = new PackedVectors(this.#memory);
    for (const vector of this.#few) packed.add(pack(vector));
    this.#many = { packed, pack };
    this.#few = [];
  }

  /**
   * The nearest one, the first added of several equally near; undefined where there is none.
   *
   * @param least cosine below which none is of interest: the higher, the quicker
   */
  nearest(vector: Float32Array, least = -1): VectorMatch | undefined {
    this.#check(vector);
    if (this.#many) return this.#many.packed.nearest(this.#many.pack(vector), least - SLACK);
    let [index, similarity] = [-1, least - SLACK];
    for (let i = 0; i < this.#few.length; i++) {
      const near = cosine(vector, this.#few[i]!);
      if (near > similarity) [index, similarity] = [i, near];
    }
    return index < 0 ? undefined : { index, similarity };
  }
}

/** What makes of vectors the forms in which they are compared; each is overwritten by the next. */
function packer(first: readonly Float32Array[]): (vector: Float32Array) => PackedVector {
  const sketcher = new Sketcher(first);
  const sketch = new Uint8Array(SKETCH_BITS / 8);
  // The module takes sixteen at once.
  const bytes = new Int8Array(Math.ceil(first[0]!.length / 16) * 16);
  let last: Float32Array | undefined;
  let packed: PackedVector | undefined;
  return (vector) => {
    // One that is new is added after it was looked for.
    if (vector === last) return packed!;
    last = vector;
    let most = 0;
    for (const one of vector) most = Math.max(most, Math.abs(one));
    const scale = most === 0 ? 0 : 127 / most;
    let square = 0;
    for (let i = 0; i < vector.length; i++) {
      const byte = Math.round(vector[i]! * scale);
      bytes[i] = byte;
      square += byte * byte;
    }
    return (packed = { sketch, bytes, length: sketcher.write(vector, sketch), factor: square === 0 ? 0 : 1 / Math.sqrt(square) });
  };
}

/** A column as a vector of length 1; undefined for what is no list of numbers, or of zeros alone. */
export function unitVector(value: unknown): Float32Array | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (!value.every(Number.isFinite)) return undefined;
  const vector = Float32Array.from(value as number[]);
  const length = Math.sqrt(cosine(vector, vector));
  return length === 0 || !Number.isFinite(length) ? undefined : vector.map((one) => one / length);
}
