import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

const draw = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.uint32());

describe('Random', () => {
  it('depends on its keys alone', () => {
    expect(draw(new Random(42, 'a'), 5)).toEqual(draw(new Random(42, 'a'), 5));
    expect(draw(new Random(42, 'a'), 5)).not.toEqual(draw(new Random(42, 'b'), 5));
    expect(draw(new Random(1, '2'), 5)).not.toEqual(draw(new Random('1', 2), 5));
  });

  it('gives the same numbers for ever: rows of old runs are made again with them', () => {
    expect(draw(new Random(42, 'a'), 3)).toEqual([2107558127, 2457145954, 627772449]);
    expect(new Random(42, 'a').float()).toBe(0.49070411601736297);
    expect([10, 2 ** 32, 2 ** 33, 2 ** 40].map((bound) => new Random(1).below(bound))).toEqual([9, 2207908229, 4415816507, 565224512904]);
    expect(new Random('x').shuffle([0, 1, 2, 3, 4, 5])).toEqual([0, 2, 4, 3, 5, 1]);
    expect(new Random('x').sample([0, 1, 2, 3, 4, 5], 2)).toEqual([0, 2]);
    expect(new Random('x').pick([0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual(1);
  });

  it('draws below any bound evenly (chi-square, 9 degrees of freedom, p = 0.001)', () => {
    const random = new Random(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]!++;
    const chi2 = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chi2).toBeLessThan(27.88);
  });

  it('has no bias where the bound is no small part of what is drawn from', () => {
    const random = new Random(9);
    const bound = 3 * 2 ** 30;
    const low = Array.from({ length: 3000 }, () => random.below(bound)).filter((value) => value < 2 ** 30).length;
    // A third of them; what is drawn beyond the bound and taken by its remainder would make it a half.
    expect(Math.abs(low - 1000)).toBeLessThan(100);
  });

  it('gives floats in [0, 1) with the mean of an even spread', () => {
    const random = new Random(8);
    const values = Array.from({ length: 100_000 }, () => random.float());
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((v) => v < 1)).toBe(true);
    expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(0.5, 2);
  });

  it('shuffles into a permutation and samples without repetition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(30), fc.integer(), (items, n, seed) => {
        const shuffled = new Random(seed).shuffle(items);
        expect([...shuffled].sort()).toEqual([...items].sort());
        const places = new Random(seed).sample([...items.keys()], n);
        expect(new Set(places).size).toBe(places.length);
        expect(places).toHaveLength(Math.min(n, items.length));
      }),
    );
  });

  it('refuses to pick from nothing', () => {
    expect(() => new Random(1).pick([])).toThrow(RangeError);
    expect(new Random(1).pick(['only'])).toBe('only');
  });
});
