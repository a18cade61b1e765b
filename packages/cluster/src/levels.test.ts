import { expect, it } from 'vitest';
import type { Stage } from '@sdg/pipeline';
import { drainOrder, levelOf, levelsOf, priorityOf, tailOrder } from './levels.js';

/** A stage whose first block is the `depth`-th of a chain of so many blocks, beside one of `longest`. */
const stage = (depth: number, length: number, longest: number, order: Stage['order'] = 'none'): Stage =>
  ({ order, steps: [{ depth, priority: depth + longest - length }] }) as unknown as Stage;

// A chain of three blocks and one of eight, with two and three stages.
const short = [stage(1, 3, 8), stage(3, 3, 8)];
const long = [stage(1, 8, 8), stage(3, 8, 8), stage(7, 8, 8)];
const stages = [...short, ...long, stage(2, 3, 8, 'leaf')];
const names = new Map([
  ...short.map((one, i) => [levelOf(one), `short ${i}`] as const),
  ...long.map((one, i) => [levelOf(one), `long ${i}`] as const),
]);
const named = (levels: readonly number[]): (string | undefined)[] => levels.map((level) => names.get(level));

it('asks for what is deepest in its own chain first, and lets no chain begin later since it is longer', () => {
  const levels = levelsOf(stages);
  expect(levels).toHaveLength(5);
  expect(named(drainOrder(levels, 0))).toEqual(['long 2', 'long 1', 'short 1', 'long 0', 'short 0']);
  expect(named(drainOrder(levels, 1))).toEqual(['long 2', 'short 1', 'long 1', 'short 0', 'long 0']);
  expect(drainOrder(levels, 2)).toEqual(drainOrder(levels, 0));
});

it('lets the longest way to go lead once no seed can come', () => {
  expect(named(tailOrder(levelsOf(stages)))).toEqual(['long 0', 'long 1', 'short 0', 'long 2', 'short 1']);
  expect(priorityOf(levelOf(short[0]!))).toBe(6);
});
