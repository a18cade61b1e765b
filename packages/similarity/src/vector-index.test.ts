import { cosine, Random } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitVector, VectorIndex } from './vector-index.js';

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
    expect(index.neighbours(Float32Array.of(1, 0), 2).map(({ index: at }) => at)).toEqual([1, 2]);
  });

  it('finds among many what comparing all finds, hardly ever less, and the same again', () => {
    const vectors = scattered(2500, 40);
    const build = (): VectorIndex => {
      const index = new VectorIndex({ exactUpTo: 100 });
      vectors.forEach((vector) => index.add(vector));
      return index;
    };
    const [one, other] = [build(), build()];
    const near = (vector: Float32Array, i: number) => unitVector([...vectors[i * 7]!].map((value, at) => value + 0.2 * vector[at]!))!;
    const queries = scattered(100, 40, 2).map(near);
    const found = queries.map((query) => one.nearest(query)!.index);
    expect(queries.map((query) => other.nearest(query)!.index)).toEqual(found);
    const missed = queries.filter((query, i) => {
      const best = cosine(query, vectors[exact(vectors, query)]!);
      return cosine(query, vectors[found[i]!]!) < best - 0.005;
    });
    expect(missed.length).toBeLessThanOrEqual(2);
    expect(one.isSlow).toBe(false);
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
