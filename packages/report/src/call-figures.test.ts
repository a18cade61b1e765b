import { type CallRecord, sumOf } from '@sdg/core';
import { expect, it } from 'vitest';
import { CallTally } from './call-figures.js';

const record = (at: number, serviceMs: number, over: Partial<CallRecord> = {}): CallRecord => ({
  ...{ id: 0, at, server: 's', n: 1, queuedMs: 5, serviceMs, outcome: 'ok', inFlight: 1, limit: 4 },
  ...over,
});

const total = (values: readonly (number | null)[]): number => sumOf(values, (n) => n ?? 0);

it('adds busy time up to what the calls took, however the bins widen', () => {
  const tally = new CallTally();
  let busy = 0;
  for (let i = 0; i < 5000; i++) {
    const ms = 1 + ((i * 7919) % 1000);
    busy += ms;
    tally.add(record(1_700_000_000_000 + i * 137, ms));
  }
  const { timeline, tries, latency } = tally.figures!;
  expect(tries).toBe(5000);
  expect(timeline.inFlight.length).toBeLessThanOrEqual(402);
  expect(total(timeline.inFlight) * timeline.binSeconds * 1000).toBeCloseTo(busy, -5);
  expect(total(timeline.answered) * timeline.binSeconds).toBeCloseTo(5000, -2);
  expect(latency.p50).toBeGreaterThan(480);
  expect(latency.p50).toBeLessThan(520);
});

it('stays small where a run was taken up again a day later', () => {
  const tally = new CallTally();
  tally.add(record(1_700_000_000_000, 10));
  tally.add(record(1_700_086_400_000, 10, { outcome: 'teacher-timeout' }));
  const { timeline, failed, faults } = tally.figures!;
  expect(timeline.inFlight.length).toBeLessThanOrEqual(402);
  expect([failed, faults]).toEqual([1, { 'teacher-timeout': 1 }]);
});

it('has no figures without calls', () => expect(new CallTally().figures).toBeUndefined());
