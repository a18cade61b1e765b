import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';

it('gives events by time, those of one time as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (times) => {
      const queue = new EventQueue<readonly [number, number]>();
      for (const [i, at] of times.entries()) queue.put(at, [at, i]);
      const taken = times.map(() => queue.take());
      expect(taken).toEqual(times.map((at, i) => [at, i]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!));
      expect([queue.take(), queue.now]).toEqual([undefined, Math.max(0, ...times)]);
    }),
  );
});

it('lets nothing happen in the past', () => {
  const queue = new EventQueue<string>();
  queue.put(5, 'a');
  queue.take();
  queue.put(1, 'b');
  queue.take();
  expect(queue.now).toBe(5);
});
