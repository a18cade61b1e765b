import { Random } from '@sdg/values';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterVectors } from './cluster-vectors.js';

/** Vectors of length 1 at these angles, in degrees. */
const at = (...angles: number[]): Float32Array[] =>
  angles.map((angle) => Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)));

describe('clusterVectors', () => {
  it('finds what lies together, whatever vector it begins with', () => {
    const vectors = at(0, 90, 2, 180, 91, 4, 182, 93, 178);
    for (let seed = 0; seed < 20; seed++) {
      expect(clusterVectors(vectors, new Random(seed), { count: 3 })).toEqual([
        [0, 2, 5],
        [1, 4, 7],
        [3, 6, 8],
      ]);
    }
  });

  it('divides first what is scattered most', () => {
    const vectors = at(0, 1, 2, 100, 140, 141);
    for (let seed = 0; seed < 20; seed++) {
      expect(clusterVectors(vectors, new Random(seed), { count: 2 })).toEqual([
        [0, 1, 2],
        [3, 4, 5],
      ]);
      expect(clusterVectors(vectors, new Random(seed), { count: 3 })).toEqual([[0, 1, 2], [3], [4, 5]]);
    }
  });

  it('divides no further than vectors differ, unless there are too many', () => {
    const alike = at(10, 10, 10, 10, 10);
    expect(clusterVectors(alike, new Random(1), { count: 3 })).toEqual([[0, 1, 2, 3, 4]]);
    expect(clusterVectors(alike, new Random(1), { most: 2 })).toEqual([[0, 1], [2], [3, 4]]);
    expect(clusterVectors(at(10), new Random(1), { count: 3 })).toEqual([[0]]);
    expect(clusterVectors([], new Random(1), { count: 3 })).toEqual([]);
    expect(clusterVectors(at(0, 90), new Random(1))).toEqual([[0, 1]]);
  });

  it('gives each vector one cluster, in order, none larger than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(359), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (angles, most, seed) => {
          const clusters = clusterVectors(at(...angles), new Random(seed), { most });
          expect(clusters.flat().sort((a, b) => a - b)).toEqual([...angles.keys()]);
          expect(clusters.every((members) => members.length >= 1 && members.length <= most)).toBe(true);
          expect(clusters).toEqual(clusters.map((members) => [...members].sort((a, b) => a - b)).sort(([a], [b]) => a! - b!));
        },
      ),
    );
  });
});
