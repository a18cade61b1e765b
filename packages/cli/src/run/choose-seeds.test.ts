import type { Sample } from '@sdg/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeedChoice } from './choose-seeds.js';

const choose = (seeds: readonly Sample[], count: number): Sample[] => {
  const choice = new SeedChoice(count);
  for (const seed of seeds) choice.take(seed);
  return choice.chosen();
};

it('takes kinds in turn, then leaves, then seeds, and gives them in the order of the input', () => {
  const seed = (kind: string, leaf: string, n: number): Sample => ({ leaf_node_type: kind, leaf_node_path: leaf, n });
  const seeds = [seed('a', 'x', 0), seed('a', 'x', 1), seed('a', 'y', 2), seed('a', 'z', 3), seed('b', 'w', 4)];
  expect(choose(seeds, 2).map(({ n }) => n)).toEqual([0, 4]);
  expect(choose(seeds, 3).map(({ n }) => n)).toEqual([0, 2, 4]);
  expect(choose(seeds, 9)).toEqual(seeds);
});

it('takes as many as there are, each once, in order, and of each leaf its first', () => {
  const seed = fc.record({ leaf_node_path: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(seed), fc.integer({ min: 1, max: 12 }), (seeds, count) => {
      const distinct = [...new Map(seeds.map((one) => [JSON.stringify(one), one])).values()];
      const chosen = choose(seeds, count);
      expect(chosen).toHaveLength(Math.min(count, distinct.length));
      const places = chosen.map((one) => distinct.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      const leaves = new Set(seeds.map((one) => one.leaf_node_path));
      for (const leaf of leaves) {
        const some = chosen.filter((one) => one['leaf_node_path'] === leaf);
        if (count >= 4) expect(some.length).toBeGreaterThan(0);
        expect(some).toEqual(distinct.filter((one) => one.leaf_node_path === leaf).slice(0, some.length));
      }
    }),
  );
});
