import { expect, it } from 'vitest';
import { RecentRate } from './pace.js';

it('RecentRate: goes by the last ten seconds, whatever was before', () => {
  const rate = new RecentRate();
  expect(rate.of(1000, 500)).toBe(0);
  expect(rate.of(1010, 1500)).toBe(10);
  for (let at = 2500; at < 60_000; at += 1000) rate.of(1010 + (at - 1500) / 100, at);
  expect(rate.of(1010 + (60_000 - 1500) / 100, 60_000)).toBeCloseTo(10);
  expect(rate.of(1595, 69_500)).toBe(0.5);
  expect(rate.of(1595, 100_000)).toBe(0);
  expect(rate.of(1595, 110_001)).toBe(0);
});
