import { Random } from '@sdg/values';
import { cosine } from './cosine.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterVectors } from './cluster-vectors.js';
import { coverageBy, selectSubset, shareEvenly } from './select-subset.js';
import { unitVector } from './vector-index.js';

const DIMENSIONS = 16;
/** Vectors around places: `sizes[i]` of them around the i-th. */
function around(sizes: readonly number[], spread = 0.2, seed = 1): Float32Array[] {
  const random = new Random(seed, 'vectors');
  const place = (): number[] => Array.from({ length: DIMENSIONS }, () => random.float() - 0.5);
  return sizes.flatMap((size) => {
    const centre = place();
    return Array.from({ length: size }, () => unitVector(centre.map((value) => value + spread * (random.float() - 0.5)))!);
  });
}
const value = (vectors: readonly Float32Array[], chosen: readonly number[]): number =>
  vectors.reduce((sum, one) => sum + Math.max(0, ...chosen.map((at) => cosine(one, vectors[at]!))), 0);

describe('selectSubset', () => {
  it('takes one of each of several places before a second of any', () => {
    const vectors = around([50, 20, 5, 1]);
    const { chosen, coverage, randomCoverage } = selectSubset(vectors, { count: 4 });
    const placeOf = (at: number): number => [50, 70, 75, 76].findIndex((end) => at < end);
    expect(chosen.map(placeOf)).toEqual([0, 1, 2, 3]);
    expect(coverage).toBeGreaterThan(randomCoverage);
    expect(coverage).toBeGreaterThan(0.95);
  });

  it('is at least as good as the law of the greedy choice says, against the best of all choices', () => {
    const sets = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 8,
    });
    fc.assert(
      fc.property(sets, (raw) => {
        const vectors = raw.flatMap((one) => unitVector(one) ?? []);
        if (vectors.length < 3) return;
        const pairs = vectors.flatMap((_, i) => vectors.slice(i + 1).map((__, j) => [i, i + 1 + j]));
        const best = Math.max(...pairs.map((pair) => value(vectors, pair)));
        const { chosen } = selectSubset(vectors, { count: 2 });
        expect(chosen).toHaveLength(2);
        expect(value(vectors, chosen)).toBeGreaterThanOrEqual((1 - 1 / Math.E) * best - 1e-6);
      }),
    );
  });

  it('gives as many as asked for, in order, each once, and the same again', () => {
    const options = fc.record({
      count: fc.integer({ min: 0, max: 60 }),
      balance: fc.constantFrom('none' as const, 'leaf' as const, 'cluster' as const),
      seed: fc.integer({ min: 0, max: 9 }),
    });
    const vectors = around([30, 9, 1]);
    const leaves = vectors.map((_, i) => `leaf ${i % 3}`);
    fc.assert(
      fc.property(options, (given) => {
        const { chosen, clusterOf, clusters } = selectSubset(vectors, { ...given, leaves });
        expect(chosen).toHaveLength(Math.min(given.count, 40));
        expect([...new Set(chosen)].sort((a, b) => a - b)).toEqual(chosen);
        expect(new Set(clusterOf).size).toBe(clusters);
        expect(selectSubset(vectors, { ...given, leaves }).chosen).toEqual(chosen);
      }),
      { numRuns: 30 },
    );
  });

  it('prefers the better of two that say the same', () => {
    const vectors = around([5, 5], 0);
    const weights = [1, 2, 5, 2, 1, 0, 0, 3, 0, 0];
    expect(selectSubset(vectors, { count: 2, weights }).chosen).toEqual([2, 7]);
  });

  it('weighs more vectors than a call takes arguments', () => {
    const vectors = Array.from({ length: 130_000 }, (_, i) => Float32Array.of(i % 2, 1 - (i % 2)));
    const leaves = vectors.map((_, i) => String(i >> 4));
    const { chosen } = selectSubset(vectors, { count: 10, balance: 'leaf', leaves, weights: vectors.map((_, i) => i % 5) });
    expect(chosen).toHaveLength(10);
  });

  it('gives every leaf, or every cluster, as much as it has room for', () => {
    const vectors = around([60, 6, 2]);
    const leaves = vectors.map((_, i) => (i < 60 ? 'a' : i < 66 ? 'b' : 'c'));
    const ofLeaf = ({ chosen }: { readonly chosen: readonly number[] }) =>
      ['a', 'b', 'c'].map((leaf) => chosen.filter((at) => leaves[at] === leaf).length);
    expect(ofLeaf(selectSubset(vectors, { count: 12, leaves, balance: 'leaf' }))).toEqual([5, 5, 2]);
    expect(ofLeaf(selectSubset(vectors, { count: 12, balance: 'cluster', clusters: 3 }))).toEqual([5, 5, 2]);
  });

  it('chooses among more than are compared with all', () => {
    const vectors = around([900, 900, 300]);
    const { chosen, clusters, coverage } = selectSubset(vectors, { count: 10 });
    expect(clusters).toBeGreaterThan(1);
    expect(chosen).toHaveLength(10);
    expect(coverage).toBeGreaterThan(0.9);
  });

  it('names what is like nothing else, and bears vectors of zeros', () => {
    const vectors = [...around([10, 10]), new Float32Array(DIMENSIONS)];
    const { outliers, chosen } = selectSubset(vectors, { count: 20 });
    expect(outliers[0]).toEqual({ index: 20, similarity: 0 });
    expect(chosen).not.toContain(20);
    expect(selectSubset([], { count: 3 })).toMatchObject({ chosen: [], clusters: 0, coverage: 0 });
  });
});

it('clusters cover all, none larger than allowed, alike ones too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 8 }), (size, most, count) => {
      for (const spread of [0, 0.5]) {
        const clusters = clusterVectors(around([size], spread), new Random(3), { most, count });
        expect(clusters.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
        for (const cluster of clusters) expect(cluster.length).toBeLessThanOrEqual(most);
      }
    }),
  );
});

it('shares out evenly what there is room for', () => {
  expect(shareEvenly(10, [1, 100, 100])).toEqual([1, 5, 4]);
  expect(shareEvenly(10, [1, 2])).toEqual([1, 2]);
  expect(shareEvenly(0, [1, 2])).toEqual([0, 0]);
});

it('says how near the chosen are to all', () => {
  const vectors = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  expect(coverageBy(vectors, [0], new Random(1))).toBe(0.5);
  expect(coverageBy(vectors, [0, 1], new Random(1))).toBe(1);
  expect(coverageBy(vectors, [], new Random(1))).toBe(0);
});

it('goes where it covers most, not to each part alike, where there are more vectors than a part holds', () => {
  // 1,400 that say the same, and 40 that each say something else.
  const dimensions = 48;
  const axis = (at: number): Float32Array => Float32Array.from({ length: dimensions }, (_, i) => (i === at ? 1 : 0));
  const vectors = Array.from({ length: 1440 }, (_, i) => axis(i % 36 === 35 ? 1 + Math.floor(i / 36) : 0));
  const { chosen } = selectSubset(vectors, { count: 30 });
  expect(new Set(chosen.map((at) => vectors[at]!.indexOf(1))).size).toBeGreaterThan(25);
});
