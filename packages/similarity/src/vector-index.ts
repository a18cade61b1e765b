import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cosine } from '@sdg/core';

/** A vector of an index: 0 is the first that was added. */
export interface VectorMatch {
  readonly index: number;
  /** Cosine. */
  readonly similarity: number;
}

export interface VectorIndexOptions {
  /** Vectors up to which every one is compared: exact, and as quick as a graph. Default 2,048. */
  readonly exactUpTo?: number;
  /** Neighbours that are looked at in a graph: more find more surely, and take longer. Default 80. */
  readonly effort?: number;
}

/** The part of usearch that is used here. It is optional: where there is no binary of it, every vector is compared. */
interface Usearch {
  readonly Index: new (options: Readonly<Record<string, unknown>>) => UsearchIndex;
}
interface UsearchIndex {
  add(key: bigint, vector: Int8Array, threads: number): void;
  search(vector: Int8Array, k: number, threads: number): { readonly keys: BigUint64Array; readonly distances: Float32Array };
}

/**
 * Cosine from which two texts mean the same. Of 2,000 questions of 40 templates by 50 names it lost 4 with all-MiniLM-L6-v2
 * in int8, and found 0.41 of 300 rewordings; at 0.88 it lost 21 and found 0.53. ROUGE-L at 0.7 lost 1,960, MinHash at 0.8
 * lost 110 and found 0.06. Models differ: what is right for one is not for another.
 */
export const SEMANTIC_THRESHOLD = 0.9;

/** What is said, once, where there are many vectors and usearch is not there. */
export const COMPARES_ALL =
  'usearch is not installed, so each text is compared with all before it; npm install usearch@2.25.3 (23 MB) makes it quick';

/** Edges of a vector in the graph. */
const CONNECTIVITY = 12;
const EXACT = 2048;
const EFFORT = 80;

/**
 * A vector in whole numbers from -127 to 127, its own largest being 127: cosines stay within 0.001 or so, and machines without
 * instructions for half numbers compare them twice as quickly.
 */
function inBytes(vector: Float32Array): Int8Array {
  let most = 0;
  for (const one of vector) most = Math.max(most, Math.abs(one));
  const scale = most === 0 ? 0 : 127 / most;
  const bytes = new Int8Array(vector.length);
  for (let i = 0; i < vector.length; i++) bytes[i] = Math.round(vector[i]! * scale);
  return bytes;
}

let library: Usearch | null | undefined;
function usearch(): Usearch | null {
  if (library === undefined) {
    library = null;
    // Beside this package, or in the folder in which the command runs.
    for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
      try {
        library ??= createRequire(place)('usearch') as Usearch;
      } catch {
        // Not there, or not for this machine: whoever asks for nearness is told by `isSlow`.
      }
    }
  }
  return library;
}

/**
 * The nearest among vectors of length 1, by the angle between them. Few are all compared; many are kept by usearch in a
 * graph of neighbours (HNSW: Y. Malkov and D. Yashunin, 2016), which may overlook one: with an effort of 64 three in a thousand of
 * 4,000 repeats among 40,000 vectors of 384 dimensions, ten in a thousand among 100,000. The same vectors in the same order give the
 * same answers.
 *
 * Memory: 4 bytes for each dimension of few; 1, and some 200 bytes, of many: 0.6 KB a vector of 384 dimensions.
 *
 * @example
 * const index = new VectorIndex();
 * index.add(Float32Array.of(1, 0));
 * index.nearest(Float32Array.of(0.8, 0.6)); // { index: 0, similarity: 0.8 }
 */
export class VectorIndex {
  readonly #exactUpTo: number;
  readonly #effort: number;
  #few: Float32Array[] = [];
  #graph: UsearchIndex | undefined;
  #size = 0;

  constructor({ exactUpTo = EXACT, effort = EFFORT }: VectorIndexOptions = {}) {
    this.#exactUpTo = exactUpTo;
    this.#effort = effort;
  }

  get size(): number {
    return this.#size;
  }
  /** Whether all are compared with all, although they are many: usearch is not there. */
  get isSlow(): boolean {
    return this.#few.length > this.#exactUpTo;
  }

  /** @throws RangeError for a vector of another length than those before */
  add(vector: Float32Array): void {
    this.#check(vector);
    if (this.#graph) this.#graph.add(BigInt(this.#size), inBytes(vector), 1);
    else this.#few.push(vector);
    this.#size++;
    if (!this.#graph && this.#size === this.#exactUpTo + 1) this.#grow();
  }

  #check({ length }: Float32Array): void {
    const [first] = this.#few;
    if (first && first.length !== length) throw new RangeError(`a vector of ${length} dimensions among others of ${first.length}`);
  }

  /** From now on in a graph, where that can be. */
  #grow(): void {
    const found = usearch();
    if (!found) return;
    this.#graph = new found.Index({
      dimensions: this.#few[0]!.length,
      metric: 'cos',
      quantization: 'i8',
      connectivity: CONNECTIVITY,
      // An edge that is missing costs one vector, a neighbour overlooked in a search the repeat itself.
      expansion_add: Math.ceil(this.#effort / 2),
      expansion_search: this.#effort,
      multi: false,
    });
    this.#few.forEach((vector, i) => this.#graph!.add(BigInt(i), inBytes(vector), 1));
    // The first one says how long vectors are.
    this.#few = this.#few.slice(0, 1);
  }

  /** The nearest one; the first added of several equally near. Undefined where there is none. */
  nearest(vector: Float32Array): VectorMatch | undefined {
    if (this.#graph) return this.neighbours(vector, 1)[0];
    this.#check(vector);
    let [index, similarity] = [-1, -Infinity];
    for (let i = 0; i < this.#few.length; i++) {
      const near = cosine(vector, this.#few[i]!);
      if (near > similarity) [index, similarity] = [i, near];
    }
    return index < 0 ? undefined : { index, similarity };
  }

  /** The nearest ones, nearest first. */
  neighbours(vector: Float32Array, count: number): VectorMatch[] {
    this.#check(vector);
    if (this.#graph) {
      const { keys, distances } = this.#graph.search(inBytes(vector), count, 1);
      return Array.from(keys, (key, i) => ({ index: Number(key), similarity: 1 - distances[i]! }));
    }
    return this.#few
      .map((other, index) => ({ index, similarity: cosine(vector, other) }))
      .sort((a, b) => b.similarity - a.similarity || a.index - b.index)
      .slice(0, count);
  }
}

/** A column as a vector of length 1; undefined for what is no list of numbers, or of zeros alone. */
export function unitVector(value: unknown): Float32Array | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (!value.every(Number.isFinite)) return undefined;
  const vector = Float32Array.from(value as number[]);
  const length = Math.sqrt(cosine(vector, vector));
  return length === 0 || !Number.isFinite(length) ? undefined : vector.map((one) => one / length);
}
