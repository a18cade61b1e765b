import { expect, it } from 'vitest';
import { UnitFeed, type UnitFeedOptions } from './unit-feed.js';
import type { Delivery, WorkQueue } from './work-queue.js';

/** Levels with so many units each, and what was asked of them. */
function queueOf(units: Record<string, number>) {
  const asked: string[] = [];
  const queue: Pick<WorkQueue, 'pullNow'> = {
    async pullNow(consumer, most) {
      asked.push(`${consumer} ${most}`);
      const count = Math.min(most, units[consumer] ?? 0);
      units[consumer] = (units[consumer] ?? 0) - count;
      return Array.from({ length: count }, (_, i) => ({ waiting: units[consumer]! + count - 1 - i }) as Delivery);
    },
  };
  return { queue: queue as WorkQueue, asked };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('asks level after level, none again that was empty until it is woken, and knows how many wait', async () => {
  const { queue, asked } = queueOf({ level_1: 9, level_2: 2 });
  let room = 5;
  const options: UnitFeedOptions = {
    ...{ queue, levels: [1, 2], inTurn: () => [2, 1], wanted: () => room },
    take: () => void room--,
  };
  const feed = new UnitFeed(options);
  await settled();
  expect(asked).toEqual(['level_2 5', 'level_1 3']);
  expect(feed.waiting).toBe(6);
  room = 4;
  feed.wake();
  await settled();
  expect(asked.splice(0)).toEqual(['level_2 5', 'level_1 3', 'level_1 4']);
  expect(feed.waiting).toBe(2);
  room = 4;
  feed.wake([2]);
  await settled();
  expect(asked).toEqual(['level_2 4', 'level_1 4']);
  expect(feed.waiting).toBe(0);
  feed.stop();
  await feed.ended;
});
