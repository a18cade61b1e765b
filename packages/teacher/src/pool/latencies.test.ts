import fc from 'fast-check';
import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { Latencies } from './latencies.js';

const MIXED = 0.33;

/** What is known of a server with so many slots after some calls at every load: beyond them calls wait, by Little's law. */
function known(slots: number, loads: readonly number[], { calls = 24, spread = 0.05 } = {}): Latencies {
  const random = new Random(7, 'latencies');
  const latencies = new Latencies();
  for (const load of loads) {
    for (let i = 0; i < calls; i++) latencies.add(load, 1000 * Math.max(1, load / slots) * (1 + spread * (2 * random.float() - 1)));
  }
  return latencies;
}
const LOADS = [1, 2, 4, 8, 16, 32, 64];

describe('what latencies by load say', () => {
  it('is nothing before there are any, or where all are of higher loads', () => {
    expect(new Latencies().estimate([], 0, 64, MIXED)).toBeUndefined();
    expect(known(8, [32, 64]).estimate([], 0, 16, MIXED)).toBeUndefined();
    expect(known(8, [16, 64]).estimate([], 0, 16, MIXED)).toBeDefined();
  });

  it.each([2, 6, 8, 24])('is how many slots there are: %d', (slots) => {
    const { least, most, slope } = known(slots, LOADS).estimate([], 0, 64, MIXED)!;
    expect([least <= 1.1 * slots, least > 0.7 * slots, most >= 0.9 * slots, most < 1.4 * slots]).toEqual([true, true, true, true]);
    expect(slope).toBeCloseTo(1, 1);
  });

  it('rules out no more than it has seen: up to so many calls none has waited', () => {
    const { least, most, slope } = known(1000, LOADS).estimate([], 0, 64, MIXED)!;
    expect([least > 50, most]).toEqual([true, 64]);
    expect(Math.abs(slope)).toBeLessThan(0.05);
  });

  it('is the same whatever a call takes: time has no unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.constantFrom(3, 12, 40), (unit, slots) => {
        const [one, other] = [known(slots, LOADS), new Latencies()];
        const random = new Random(7, 'latencies');
        for (const load of LOADS) {
          for (let i = 0; i < 24; i++) other.add(load, unit * 1000 * Math.max(1, load / slots) * (1 + 0.05 * (2 * random.float() - 1)));
        }
        const [a, b] = [one, other].map((each) => each.estimate([], 0, 64, MIXED)!);
        expect([b!.least, b!.most]).toEqual([a!.least, a!.most]);
        expect(b!.slope).toBeCloseTo(a!.slope, 6);
      }),
      { numRuns: 30 },
    );
  });

  it('is how calls at one load differ, not how loads do', () => {
    expect(known(2, LOADS, { calls: 60, spread: 0 }).estimate([], 0, 64, MIXED)!.spread).toBeLessThan(0.1);
    // Between half and one and a half times: a deviation of 0.29.
    expect(known(2, LOADS, { calls: 60, spread: 0.5 }).estimate([], 0, 64, MIXED)!.spread).toBeCloseTo(0.29, 1);
    // After a few calls nobody knows.
    expect(known(2, [1], { calls: 2, spread: 0 }).estimate([], 0, 64, MIXED)!.spread).toBeGreaterThan(0.5);
  });

  it('leaves more open where calls differ in length', () => {
    const latencies = known(8, LOADS, { calls: 8, spread: 0.5 });
    const [strict, mild] = [1, 0].map((mixed) => latencies.estimate([], 0, 64, mixed)!);
    expect(mild!.least <= strict!.least && mild!.most >= strict!.most && mild!.most / mild!.least > strict!.most / strict!.least).toBe(
      true,
    );
  });

  it('counts calls under way: of a load just reached the short ones have ended first', () => {
    const calls = () => {
      const latencies = known(8, [1, 2, 4, 8], { spread: 0.8 });
      for (let i = 0; i < 4; i++) latencies.add(64, 300);
      return latencies;
    };
    const underWay = Array.from({ length: 60 }, () => ({ load: 64, startedAt: 0 }));
    const fooled = calls().estimate([], 5000, 64, MIXED)!;
    const careful = calls().estimate(underWay, 5000, 64, MIXED)!;
    expect([fooled.most, careful.most < 16]).toEqual([64, true]);
    // Those that have only begun say nothing, nor do those of loads of which no call has ended.
    expect(calls().estimate(underWay, 0, 64, MIXED)).toEqual(fooled);
    expect(
      calls().estimate(
        underWay.map((call) => ({ ...call, load: 30 })),
        5000,
        64,
        MIXED,
      ),
    ).toEqual(fooled);
  });

  it('goes by the last calls of each load, and forgets what is long ago', () => {
    const latencies = known(2, LOADS);
    for (const load of LOADS) for (let i = 0; i < 64; i++) latencies.add(load, 1000);
    expect(latencies.estimate([], 0, 64, MIXED)!.least).toBeGreaterThan(50);
    const grown = known(2, [64]);
    for (let i = 0; i < 2000; i++) grown.add(8, 1000);
    expect(grown.estimate([], 0, 64, MIXED)!.most).toBeLessThanOrEqual(8.1);
  });
});
