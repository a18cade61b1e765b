import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { censoredLogs } from './censored-logs.js';

const random = new Random('censored logs', 1);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
const sums = (logs: readonly number[]) => ({ count: logs.length, sum: logs.reduce((a, b) => a + b, 0), squares: logs.reduce((a, b) => a + b * b, 0) });

describe('censoredLogs', () => {
  it('is the plain mean and variance where every call has ended', () => {
    const { mean, variance } = censoredLogs(sums(Array.from({ length: 2000 }, () => 6 + 0.8 * normal())), []);
    expect(Math.abs(mean - 6)).toBeLessThan(0.06);
    expect(Math.abs(variance - 0.64)).toBeLessThan(0.06);
  });

  it('is not taken in by the short calls, which end first', () => {
    const logs = Array.from({ length: 600 }, () => 6 + 0.8 * normal());
    const ended = logs.filter((log) => log < 5.8);
    const ages = logs.filter((log) => log >= 5.8).map(() => 5.8);
    expect(sums(ended).sum / ended.length).toBeLessThan(5.4);
    expect(Math.abs(censoredLogs(sums(ended), ages).mean - 6)).toBeLessThan(0.2);
  });

  it('makes nothing of calls that have only just begun', () => {
    const ended = sums([5, 6, 7]);
    expect(censoredLogs(ended, [-9, -9, -9])).toEqual(censoredLogs(ended, []));
  });

  it('stays finite for a call that lasts for ever', () => {
    expect(censoredLogs(sums([1, 1.1, 0.9]), [25]).mean).toBeGreaterThan(1);
    expect(censoredLogs(sums([1, 1.1, 0.9]), [25]).mean).toBeLessThan(25);
  });
});
