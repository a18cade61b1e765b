import { sumOf } from '@sdg/values';
import { Random } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawIndices, drawWithReplacement, selectionSize, selectRows } from './draw-indices.js';
import { GroupReservoirs } from './group-reservoirs.js';
import { Reservoir } from './reservoir.js';
import { Substitutes } from './substitutes.js';
import { WeightedReservoir } from './weighted-reservoir.js';

/** Pearson's statistic of counts that should be equal, in standard deviations from its mean (df = n − 1). */
function excess(counts: readonly number[]): number {
  const mean = sumOf(counts) / counts.length;
  const statistic = sumOf(counts, (count) => (count - mean) ** 2 / mean);
  const freedom = counts.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}
/** About one in a thousand fair draws would fail this; seeds are fixed, so the verdict never changes. */
const FAIR = 3.5;

describe('drawIndices', () => {
  it.each([
    [50, 1],
    [50, 7],
    [200, 100],
    [97, 96],
  ])('draws every position of %i equally often when it draws %i', (length, count) => {
    const counts = Array<number>(length).fill(0);
    const trials = Math.ceil((400 * length) / count);
    for (let trial = 0; trial < trials; trial++) {
      for (const index of drawIndices(length, count, new Random('uniform', trial))) counts[index]!++;
    }
    // Drawing without replacement varies less than independent draws do: by (length − count) / (length − 1).
    const shrink = (length - count) / (length - 1);
    const mean = (trials * count) / length;
    const spread = counts.map((c) => mean + (c - mean) / Math.sqrt(shrink));
    expect(Math.abs(excess(spread))).toBeLessThan(FAIR);
  });

  it('draws every pair equally often', () => {
    const counts = new Map<string, number>();
    for (let trial = 0; trial < 15_000; trial++) {
      const pair = drawIndices(6, 2, new Random('pairs', trial)).join();
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(15);
    expect(Math.abs(excess([...counts.values()]))).toBeLessThan(FAIR);
  });

  it('gives exactly as many as asked, different, ascending, in range', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(600), fc.integer(), (length, count, seed) => {
        const drawn = [...drawIndices(length, count, new Random(seed))];
        expect(drawn).toHaveLength(Math.min(length, count));
        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
        expect(drawn.every((i) => i >= 0 && i < length)).toBe(true);
      }),
    );
  });

  it('takes few steps for a long stream', () => {
    expect(drawIndices(1e12, 10, new Random(1))).toHaveLength(10);
  });
});

describe('selectRows', () => {
  it('makes whole copies plus a draw when asked for more than there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(300), (length, count) => {
        const selection = selectRows(length, count, new Random(9));
        expect(selectionSize(length, selection)).toBe(count);
        expect(new Set(selection.drawn).size).toBe(selection.drawn.length);
      }),
    );
  });
  it('takes nothing of nothing', () => {
    expect(selectionSize(0, selectRows(0, 5, new Random(1)))).toBe(0);
  });
  it('draws with replacement only on request', () => {
    expect(new Set(drawWithReplacement(1000, 300, new Random(3))).size).toBeLessThan(300);
    expect(new Set(selectRows(1000, 300, new Random(3)).drawn).size).toBe(300);
  });
});

describe('GroupReservoirs', () => {
  it('is fair to every position in every group, however the groups interleave', () => {
    const sizes = { a: 30, b: 10, c: 60 };
    const order = new Random('order').shuffle(Object.entries(sizes).flatMap(([name, size]) => Array<string>(size).fill(name)));
    const counts = Array<number>(order.length).fill(0);
    for (let trial = 0; trial < 4000; trial++) {
      const groups = new GroupReservoirs(5, 'group-test', trial);
      order.forEach((name, position) => groups.offer(name, position));
      for (const position of groups.kept()) counts[position]!++;
    }
    for (const name of Object.keys(sizes)) {
      expect(Math.abs(excess(counts.filter((_, i) => order[i] === name)))).toBeLessThan(FAIR);
    }
  });

  it('chooses the same of a group whatever comes between', () => {
    const alone = new GroupReservoirs(3, 1);
    const mixed = new GroupReservoirs(3, 1);
    for (let i = 0; i < 100; i++) {
      alone.offer('x', i);
      mixed.offer('y', 1000 + i);
      mixed.offer('x', i);
    }
    expect([...mixed.kept()].filter((i) => i < 1000)).toEqual([...alone.kept()]);
    expect(mixed.cut()).toEqual(
      new Map([
        ['y', 100],
        ['x', 100],
      ]),
    );
  });
});

describe('Reservoir after a filter', () => {
  it('is fair to the rows that pass', () => {
    const passing = Array.from({ length: 300 }, (_, i) => i).filter((i) => i % 7 !== 3 && i % 2 === 0);
    const counts = new Map(passing.map((i) => [i, 0]));
    for (let trial = 0; trial < 3000; trial++) {
      const reservoir = new Reservoir(10, new Random('filtered', trial));
      const kept: number[] = [];
      let seen = 0;
      for (let i = 0; i < 300; i++) {
        if (i % 7 === 3 || i % 2 !== 0) continue;
        if (seen++ === reservoir.next) kept[reservoir.take()] = i;
      }
      for (const i of kept) counts.set(i, counts.get(i)! + 1);
    }
    expect(Math.abs(excess([...counts.values()]))).toBeLessThan(FAIR);
  });
});

describe('WeightedReservoir', () => {
  it('chooses one item in proportion to the weights', () => {
    const weights = [1, 2, 3, 4, 0, 10];
    const counts = weights.map(() => 0);
    for (let trial = 0; trial < 20_000; trial++) {
      const reservoir = new WeightedReservoir(1, new Random('weighted', trial));
      weights.forEach((weight, position) => reservoir.offer(position, weight));
      counts[reservoir.kept()[0]!]!++;
    }
    expect(counts[4]).toBe(0);
    const perWeight = counts.map((count, i) => ({ count, expected: weights[i]! * 1000 })).filter(({ expected }) => expected > 0);
    const statistic = sumOf(perWeight, ({ count, expected }) => (count - expected) ** 2 / expected);
    expect(statistic).toBeLessThan(18.5);
  });
  it('keeps as many as it can, in order', () => {
    const reservoir = new WeightedReservoir(5, new Random(1));
    for (let i = 0; i < 20; i++) reservoir.offer(i, i % 2);
    const kept = [...reservoir.kept()];
    expect(kept).toHaveLength(5);
    expect(kept.every((i) => i % 2 === 1)).toBe(true);
  });
});

describe('Substitutes', () => {
  it.each([
    [40, 5],
    [40, 37],
  ])('gives every row of %i that was not drawn, %i of them, once, then begins again', (length, drawn) => {
    const taken = Array.from({ length: drawn }, (_, i) => i);
    const substitutes = new Substitutes(length, taken, new Random('spares', drawn));
    const round = (count: number): number[] => Array.from({ length: count }, () => substitutes.next()!.position).sort((a, b) => a - b);
    expect(round(length - drawn)).toEqual(Array.from({ length: length - drawn }, (_, i) => i + drawn));
    substitutes.reject(3);
    const all = Array.from({ length }, (_, i) => i).filter((i) => i !== 3);
    expect(round(length - 1)).toEqual(all);
    for (const position of all) substitutes.reject(position);
    expect(substitutes.next()).toBeUndefined();
  });

  it('gives any row of use any number of times, with replacement', () => {
    const substitutes = new Substitutes(30, [], new Random('spares'), true);
    for (let position = 0; position < 27; position++) substitutes.reject(position);
    const given = Array.from({ length: 50 }, () => substitutes.next()!.position);
    expect(new Set(given)).toEqual(new Set([27, 28, 29]));
  });
});
