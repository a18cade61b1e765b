import { Random } from '@sdg/values';
import { cosine } from './cosine.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitVector, VectorIndex } from './vector-index.js';
import { VectorMemory } from './vector-memory.js';

const DIMENSIONS = 48;
/** Vectors around `centres` places, as texts of so many subjects have them. */
function scattered(count: number, centres: number, seed = 1): Float32Array[] {
  const random = new Random(seed, 'vectors');
  const gauss = (): number => random.float() + random.float() + random.float() + random.float() - 2;
  const places = Array.from({ length: centres }, () => Array.from({ length: DIMENSIONS }, gauss));
  return Array.from({ length: count }, (_, i) => unitVector(places[i % centres]!.map((value) => value + 0.5 * gauss()))!);
}
const exact = (vectors: readonly Float32Array[], wanted: Float32Array): number =>
  vectors.reduce((best, one, i) => (cosine(one, wanted) > cosine(vectors[best]!, wanted) ? i : best), 0);

describe('VectorIndex', () => {
  it('names the nearest of a few, the first of equals', () => {
    const index = new VectorIndex();
    expect(index.nearest(Float32Array.of(1, 0))).toBeUndefined();
    for (const vector of [Float32Array.of(0, 1), Float32Array.of(1, 0), Float32Array.of(1, 0)]) index.add(vector);
    expect(index.nearest(Float32Array.of(0.8, 0.6))).toMatchObject({ index: 1 });
    expect(index.nearest(Float32Array.of(0.8, 0.6))?.similarity).toBeCloseTo(0.8, 6);
  });

  /** For how many of some vectors the nearest one of at least `least` is not as near as comparing all tells, but for rounding. */
  function missed(vectors: readonly Float32Array[], queries: readonly Float32Array[], ...leasts: readonly number[]): number {
    const index = new VectorIndex({ exactUpTo: 50 });
    vectors.forEach((vector) => index.add(vector));
    const rounding = 0.003;
    return queries.filter((query) => {
      const best = cosine(query, vectors[exact(vectors, query)]!);
      return leasts.some((least) => {
        const { similarity = -1 } = index.nearest(query, least) ?? {};
        return similarity > best + rounding || (best > least + rounding && similarity < best - rounding);
      });
    }).length;
  }
  const turned = (vector: Float32Array, random: Random, by: number): Float32Array =>
    unitVector(Array.from(vector, (value) => value + (by * (random.float() - 0.5)) / Math.sqrt(vector.length)))!;

  it('finds among many what comparing all finds, and the same again', () => {
    const vectors = scattered(2500, 40);
    const random = new Random('queries');
    const queries = [...vectors.slice(0, 60).map((vector) => turned(vector, random, 1)), ...scattered(40, 40, 2)];
    expect(missed(vectors, queries, -1, 0.5, 0.8, 0.9, 0.99)).toBe(0);
    const build = (): VectorIndex => {
      const index = new VectorIndex({ exactUpTo: 100 });
      vectors.forEach((vector) => index.add(vector));
      return index;
    };
    const [one, other] = [build(), build()];
    expect(queries.map((query) => one.nearest(query))).toEqual(queries.map((query) => other.nearest(query)));
  });

  it.each([
    ['of two dimensions', 2, () => 0],
    ['of 17', 17, () => 0],
    ['of 700, more than a sketch has bits', 700, () => 0],
    ['that all lie near one another', 64, () => 1],
    ['with few dimensions that are not 0', 300, (i: number) => (i % 50 === 0 ? 0 : -1)],
  ])('finds as much among vectors %s', (_, dimensions, offset) => {
    const random = new Random('shapes', dimensions);
    const value = (i: number): number => (offset(i) < 0 ? 0 : offset(i) + random.float() - 0.5);
    const vectors = Array.from({ length: 800 }, () => unitVector(Array.from({ length: dimensions }, (__, i) => value(i)))!);
    const queries = vectors.slice(0, 40).map((vector) => turned(vector, random, 0.7));
    expect(missed(vectors, queries, -1, 0.9, 0.97)).toBe(0);
  });

  it('keeps indexes apart that share memory, over many blocks', () => {
    const memory = new VectorMemory();
    const sets = [1, 2, 3].map((seed) => scattered(1500, 30, seed));
    const indexes = sets.map(() => new VectorIndex({ exactUpTo: 20, memory }));
    for (let i = 0; i < 1500; i++) indexes.forEach((index, k) => index.add(sets[k]![i]!));
    indexes.forEach((index, k) => {
      for (let i = 0; i < 1500; i += 100) expect(index.nearest(sets[k]![i]!)?.index).toBe(i);
      expect(index.nearest(sets[(k + 1) % 3]![7]!, 0.999)).toBeUndefined();
    });
  });

  it('names one that is there, also where all of them are far from what is looked for', () => {
    const index = new VectorIndex({ exactUpTo: 20 });
    const near = scattered(1500, 30).map((vector) => vector.map((one, i) => (i === 0 ? 1 : one / 10)));
    for (const vector of near) index.add(vector.map((one) => one / Math.hypot(...vector)));
    const { index: found, similarity } = index.nearest(Float32Array.from({ length: 48 }, (_, i) => (i === 0 ? -1 : 0)))!;
    expect([found >= 0, found < 1500, similarity < -0.5]).toEqual([true, true, true]);
  });

  it('gives similarities that hold to two digits and more when it has grown', () => {
    const vectors = scattered(300, 10);
    const index = new VectorIndex({ exactUpTo: 10 });
    vectors.forEach((vector) => index.add(vector));
    for (const vector of vectors.slice(0, 50)) expect(index.nearest(vector)!.similarity).toBeCloseTo(1, 2);
  });

  it('names the only one, and nothing where there is none', () => {
    const index = new VectorIndex();
    expect(index.nearest(Float32Array.of(1, 0))).toBeUndefined();
    index.add(Float32Array.of(0, 1));
    expect(index.nearest(Float32Array.of(0, 1))).toEqual({ index: 0, similarity: 1 });
  });

  it('refuses a vector of another length, however many there are', () => {
    for (const exactUpTo of [1, 100]) {
      const index = new VectorIndex({ exactUpTo });
      for (let i = 0; i < 3; i++) index.add(Float32Array.of(1, 0));
      expect(() => index.add(Float32Array.of(1, 0, 0))).toThrow(RangeError);
      expect(() => index.nearest(Float32Array.of(1, 0, 0))).toThrow(RangeError);
      expect(index.size).toBe(3);
    }
  });
});

describe('unitVector', () => {
  it('has length 1 whatever it is made of, or is none', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 20 }), (values) => {
        const vector = unitVector(values);
        if (vector) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
        else expect(values.every((value) => Math.abs(value) < 1e-20)).toBe(true);
      }),
    );
  });

  it.each([[null], ['text'], [[]], [['1']], [[1, '1']], [[NaN]], [[1, NaN]], [[1, null]], [[0, 0]], [{ length: 1 }]])(
    'refuses %j',
    (value) => {
      expect(unitVector(value)).toBeUndefined();
    },
  );
});
