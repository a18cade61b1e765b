import { setImmediate } from 'node:timers/promises';
import { type Random, sumOf } from '@sdg/core';
import { EventQueue } from './event-queue.js';

/** Orders of the calls that the mean is taken over. */
const ORDERS = 200;

/**
 * Share of the slots that would be busy if each took the next call of the list the moment it is free (list scheduling,
 * R. L. Graham, "Bounds for certain multiprocessing anomalies", 1966): what is lost is the tail, in which the list is
 * empty and other slots still work. `serviceTimes`, in any unit, are those of the calls, in their order.
 */
export function listSchedule(serviceTimes: readonly number[], slots: number): number {
  const free = new EventQueue<undefined>();
  for (let slot = 0; slot < slots; slot++) free.put(0, undefined);
  let end = 0;
  for (const time of serviceTimes) {
    free.take();
    free.put(free.now + time, undefined);
    end = Math.max(end, free.now + time);
  }
  return sumOf(serviceTimes) / (slots * end);
}

/**
 * The mean of {@link listSchedule} over random orders of the same calls: as busy as slots can be kept, in the mean, by
 * whoever does not know how long calls will take, even if none had to wait for another. Gives way to others as it works.
 */
export async function expectedSchedule(serviceTimes: readonly number[], slots: number, random: Random): Promise<number> {
  let sum = 0;
  for (let i = 0; i < ORDERS; i++) {
    sum += listSchedule(random.shuffle(serviceTimes), slots);
    await setImmediate();
  }
  return sum / ORDERS;
}
