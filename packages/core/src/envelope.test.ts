import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { filtered, type Sample, seedSample } from '@sdg/values';
import { childEnvelope, compareTurns, envelopeOf, inEnvelope } from './envelope.js';
import { expand } from './expand.js';
import { Run } from './run.js';

it('turns are in the order of depth-first descent: a parent before its children, those in order', () => {
  const turn = fc.array(fc.nat(3), { maxLength: 4 });
  fc.assert(
    fc.property(turn, turn, turn, (a, b, c) => {
      expect(Math.sign(compareTurns(a, b))).toBe(-Math.sign(compareTurns(b, a)) + 0);
      if (compareTurns(a, b) <= 0 && compareTurns(b, c) <= 0) expect(compareTurns(a, c)).toBeLessThanOrEqual(0);
      expect(compareTurns(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(compareTurns(a, [...a, ...b, 0])).toBeLessThan(0);
      expect(compareTurns([...a, 1, ...b], [...a, 2, ...c])).toBeLessThan(0);
    }),
  );
});

it('a sample can be put into an envelope and out of it, and stays what it is', () => {
  const sample = seedSample({ a: 1 });
  const at = { seed: 3, turn: [1, 2] };
  const under = inEnvelope(sample, at);
  expect([envelopeOf(sample), envelopeOf(under)]).toEqual([undefined, at]);
  expect(inEnvelope(under, at)).toBe(under);
  expect(inEnvelope(sample, undefined)).toBe(sample);
  expect(inEnvelope(under, undefined)).toEqual(sample);
  expect('at' in inEnvelope(under, undefined)._sdg).toBe(false);
  expect(inEnvelope<Sample>({ a: 1 }, at)._sdg).toEqual({ ...sample._sdg, at });
});

it('several children get turns of their own, one has its parent’s, and whoever has none gets none', () => {
  expect(childEnvelope({ seed: 1 }, 2)).toEqual({ seed: 1 });
  expect(childEnvelope({ seed: 1, turn: [4] }, 2)).toEqual({ seed: 1, turn: [4, 2] });
});

it.each([
  [
    'several',
    [{}, {}],
    [
      [5, 0],
      [5, 1],
    ],
  ],
  ['one', [{}], [[5]]],
  ['one by itself', {}, [[5]]],
  ['one beside a drop', [filtered(), {}], [[5, 1]]],
])('whatever a block makes of a sample is in its envelope: %s', async (_, outcomes, turns) => {
  const sample = inEnvelope<Sample>({ a: 1 }, { seed: 9, turn: [5] });
  const made = await lastValueFrom(
    from([sample]).pipe(
      expand(new Run().block('b'), () => () => outcomes),
      toArray(),
    ),
  );
  expect(made.map((one) => envelopeOf(one))).toEqual(turns.map((turn) => ({ seed: 9, turn })));
});
