import { Random, sumOf } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedSchedule, listSchedule } from './list-schedule.js';

describe('listSchedule', () => {
  it('gives each call to the slot that is free first', () => {
    // 3 | 1 2 4: the second slot ends at 7, and 10 of 14 slot-seconds are worked.
    expect(listSchedule([3, 1, 2, 4], 2)).toBeCloseTo(10 / 14, 12);
    expect(listSchedule([4, 3, 2, 1], 2)).toBe(1);
    expect(listSchedule([5], 4)).toBe(0.25);
  });

  it('loses no more than the longest call on every slot but one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (times, slots) => {
          const total = sumOf(times);
          const busy = listSchedule(times, slots);
          expect(busy).toBeLessThanOrEqual(1 + 1e-12);
          expect(total / busy).toBeLessThanOrEqual(total + (slots - 1) * Math.max(...times) + 1e-6);
        },
      ),
    );
  });
});

describe('expectedSchedule', () => {
  it('lies between the worst order and the best, the same in every run', async () => {
    const times = [1, 1, 1, 1, 4];
    const expected = await expectedSchedule(times, 2, new Random('test'));
    expect(expected).toBeGreaterThan(listSchedule([1, 1, 1, 1, 4], 2));
    expect(expected).toBeLessThan(listSchedule([4, 1, 1, 1, 1], 2));
    expect(await expectedSchedule(times, 2, new Random('test'))).toBe(expected);
  });
});
