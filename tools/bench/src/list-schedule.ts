import { setImmediate } from 'node:timers/promises';
import { type Random, sumOf } from '@sdg/core';

/** Orders of the calls that the mean is taken over. */
const ORDERS = 200;

/** Adds `time` to the least of `ends`, a binary heap, and lets it sink to its place. */
function addToLeast(ends: Float64Array, time: number): void {
  const end = ends[0]! + time;
  let at = 0;
  for (let child = 1; child < ends.length; child = 2 * at + 1) {
    if (child + 1 < ends.length && ends[child + 1]! < ends[child]!) child++;
    if (ends[child]! >= end) break;
    ends[at] = ends[child]!;
    at = child;
  }
  ends[at] = end;
}

/**
 * Share of the slots that would be busy if each took the next call of the list the moment it is free (list scheduling,
 * R. L. Graham, "Bounds for certain multiprocessing anomalies", 1966): what is lost is the tail, in which the list is
 * empty and other slots still work. `serviceTimes`, in any unit, are those of the calls, in their order.
 */
export function listSchedule(serviceTimes: readonly number[], slots: number): number {
  const ends = new Float64Array(slots);
  for (const time of serviceTimes) addToLeast(ends, time);
  return sumOf(serviceTimes) / (slots * Math.max(...ends));
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
