import { envelopeOf, inEnvelope, seedSample, type Sample } from '@sdg/core';
import { expect, it } from 'vitest';
import { Settlement } from './settlement.js';

const seed = (leaf: string, n = 0): Sample => seedSample({ n, leaf_node_path: leaf });
const numberOf = (sample: Sample): number => envelopeOf(sample)!.seed!;

/** Ends an attempt that brings these texts. */
function bring(settlement: Settlement, attempt: Sample, texts: readonly string[]) {
  const number = numberOf(attempt);
  settlement.change(number, texts.length - 1);
  for (const text of texts) {
    settlement.put({ ...attempt, text });
    settlement.change(number, -1);
  }
  if (texts.length === 0) settlement.over(number);
  return [...settlement.settle()].map(({ sample, drop }) => [sample['text'], drop?.reason]);
}

it('accepts what is new, in the order of the attempts, and cuts off what is too much', () => {
  const settlement = new Settlement([seed('a')], { perLeaf: 3 }, () => 1);
  const [first, second, third] = settlement.begin() as [Sample, Sample, Sample];
  expect([first, second, third].map(numberOf)).toEqual([0, 1, 2]);
  expect(bring(settlement, second, ['x', 'y'])).toEqual([]);
  expect(settlement.waiting()).toEqual({ count: 2, for: 0 });
  expect(bring(settlement, first, ['y', 'y'])).toEqual([
    ['y', undefined],
    ['y', 'duplicate'],
    ['x', undefined],
    ['y', 'duplicate'],
  ]);
  expect(settlement.isOver).toBe(false);
  expect(bring(settlement, third, ['z', 'w'])).toEqual([['z', undefined]]);
  expect([settlement.isOver, settlement.begin()]).toEqual([true, []]);
  expect(settlement.ends()).toMatchObject([{ leaf: 'a', wanted: 3, accepted: 3, reason: 'enough' }]);
});

it('says which leaf has enough, or is given up, so that no more is asked for it', () => {
  const settlement = new Settlement([seed('a'), seed('b')], { perLeaf: 1, maxStalledAttempts: 1 }, () => 1);
  const [a, b] = settlement.begin() as [Sample, Sample];
  const done = (sample: Sample): boolean | undefined => settlement.pool.done!(sample)?.aborted;
  expect([done(a), done(b), done(seed('c'))]).toEqual([false, false, undefined]);
  bring(settlement, a, ['x']);
  expect([done(a), done(b)]).toEqual([true, false]);
  bring(settlement, b, []);
  expect([done(b), settlement.isOver]).toEqual([true, true]);
  expect(settlement.ends().map(({ leaf, reason, stalled }) => [leaf, reason, stalled])).toEqual([
    ['a', 'enough', 0],
    ['b', 'stalled', 1],
  ]);
});

it('takes nothing more for a leaf that it has given up, whatever is still under way', () => {
  const settlement = new Settlement([seed('a'), seed('b')], { perLeaf: 3, maxStalledAttempts: 1 });
  const [a, b, late] = settlement.begin() as [Sample, Sample, Sample];
  bring(settlement, a, []);
  expect(bring(settlement, b, ['x'])).toEqual([['x', undefined]]);
  expect(late['leaf_node_path']).toBe('a');
  expect(bring(settlement, late, ['y'])).toEqual([['y', 'surplus']]);
  expect(settlement.ends()).toMatchObject([
    { leaf: 'a', accepted: 0, reason: 'stalled' },
    { leaf: 'b', accepted: 1, reason: 'stopped' },
  ]);
});

it('shows an attempt the seeds of its leaf, and what was accepted before it set out', () => {
  const settlement = new Settlement([seed('a', 0), seed('a', 1), seed('b')], { perLeaf: 40, attemptsUnderWay: 1 }, () => 1);
  const [first, other] = settlement.begin() as [Sample, Sample];
  expect(settlement.pool.seeds(first).map(({ n }) => n)).toEqual([0, 1]);
  expect([settlement.pool.accepted(first), settlement.pool.seeds(seed('none')), settlement.pool.accepted(seed('none'))]).toEqual([
    [],
    [],
    [],
  ]);
  bring(settlement, first, ['x']);
  const [second] = settlement.begin() as [Sample];
  expect(settlement.pool.accepted(second).map(({ text }) => text)).toEqual(['x']);
  // The other leaf knows of nothing of this one's, and what is over knows of nothing.
  expect([settlement.pool.accepted(other), settlement.pool.accepted(first)]).toEqual([[], []]);
});

it('judges no attempt by what it did not bring where it is stopped', () => {
  const settlement = new Settlement([seed('a')], { perLeaf: 9, maxStalledAttempts: 1 }, () => 1);
  const [first, second] = settlement.begin() as [Sample, Sample];
  settlement.put({ ...second, text: 'late' });
  settlement.change(numberOf(first), 1);
  settlement.put({ ...first, text: 'early' });
  expect([...settlement.rest()].map(({ sample, drop }) => [sample['text'], drop])).toEqual([
    ['early', undefined],
    ['late', undefined],
  ]);
  expect(settlement.ends()).toMatchObject([{ accepted: 2, attempts: 0, reason: 'stopped', stalled: 0 }]);
});

it('takes what lost its envelope for one of the oldest attempt', () => {
  const settlement = new Settlement([seed('a')], { perLeaf: 9 }, () => 1);
  const [first] = settlement.begin() as [Sample];
  expect(settlement.put(inEnvelope({ ...first, text: 'x' }, undefined))).toBe(0);
});
