import type { TeacherState } from '@sdg/core';

/** Units ahead, for each slot. */
const AHEAD = 0.25;
/** Share of the slots for which units ahead are asked for at once. */
const AT_ONCE = 0.125;
/** Units in hand for each slot at most, whatever goes before what. */
const MOST = 4;
/**
 * Units that wait for workers, for each slot of all of them, from which on those that have been begun let them by. In virtual
 * time the tail is as short with two as with any more, and what is in hand has to be spoken up for.
 */
const LAST = 2;

/** How busy a worker is, seen from a unit that it might ask for. */
export interface WorkerLoad {
  /** Calls that its teachers take at once, and that are in flight. */
  readonly slots: number;
  readonly inFlight: number;
  /** Calls that wait for a slot and go before the first call of the unit, and after it. */
  readonly before: number;
  readonly after: number;
  /** Units in hand, and those of them that have not come to their first call: each will need a slot. */
  readonly units: number;
  readonly beginning: number;
  /** Units that wait for any worker, as far as this one has heard. */
  readonly waiting: number;
}

/**
 * Whether units that wait go before the next calls of those that have been begun: no seed can come any more, and of the
 * longest ways the last are to be begun before it is too late for them.
 */
export const areLast = (waiting: number, allSlots: number): boolean => waiting <= allSlots * LAST;

/**
 * Units to be asked for now: as many as there are slots with nothing to do. Where more than that wait, some ahead, so that no
 * slot waits for the next; several at a time, because requests cost the server as much as units. Where few wait, others may
 * have a slot for them, unless they go before calls that wait here: once no seed can come the longest way goes first, and what
 * lies at the server must not come last for it.
 */
export function unitsWanted({ slots, inFlight, before, after, units, beginning, waiting }: WorkerLoad): number {
  const idle = slots - inFlight - before - beginning;
  const ahead = waiting > slots || after > 0 ? Math.ceil(slots * AHEAD) : 0;
  const room = Math.min(idle + ahead, Math.ceil(slots * MOST) - units);
  return idle <= 0 && room < slots * AT_ONCE ? 0 : Math.max(0, room);
}

/** Calls that wait for a slot of a teacher and go before one that comes now with this priority. */
export const waitingBefore = ({ queued, byPriority }: TeacherState, priority: number): number =>
  byPriority ? [...byPriority].reduce((sum, [other, calls]) => sum + (other >= priority ? calls : 0), 0) : queued;
