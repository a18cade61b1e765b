import { sumOf } from '@sdg/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Reservoirs } from './reservoirs.js';

it('keeps so many of a group and so many in all, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(40), { maxLength: 400 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 30 }),
      (groups, size, most) => {
        const kept = new Reservoirs<number>(size, most, 'test');
        for (const group of groups) kept.take(String(group), group);
        expect(kept.all.length).toBeLessThanOrEqual(most);
        for (const group of new Set(kept.all)) expect(kept.all.filter((one) => one === group).length).toBeLessThanOrEqual(size);
        if (groups.length > 0) expect(kept.all.length).toBeGreaterThan(0);
      },
    ),
  );
});

it('gives each item of a group the same chance, also where fewer are kept as groups come', () => {
  const times = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 2000; seed++) {
    const kept = new Reservoirs<number>(8, 12, String(seed));
    for (let item = 0; item < 20; item++) kept.take('many', item);
    for (let group = 0; group < 40; group++) kept.take(`one ${group % 6}`, -1);
    for (const item of kept.all) if (item >= 0) times[item]!++;
  }
  const mean = sumOf(times) / 20;
  // Four standard deviations of a count that is about binomial.
  for (const n of times) expect(Math.abs(n - mean)).toBeLessThan(4 * Math.sqrt(mean));
});

it('begins with one of each group', () => {
  const kept = new Reservoirs<string>(3, 100, 'test');
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) kept.take(item[0]!, item);
  expect(kept.all.slice(0, 3).map((item) => item[0])).toEqual(['a', 'b', 'c']);
});
