import type { SlotsEstimate } from './latencies.js';

/** Where the search begins: what one slot may be asked, four times itself and four more. */
export const FIRST = 8;
/** Standard errors by which a higher load must have brought more answers, where calls differ in length. */
const SIGNIFICANT = 1.5;
/** Spread of latencies from which order tells how many slots there are; and from which it does where hardly any call overtakes another. */
export const MIXED = 0.33;
export const UNEVEN = 0.2;
/** Share of the limit that calls must have overtaken for no queue to be there. */
export const OVERTAKEN = 0.6;
/** And where latencies rule out fewer slots than that share: so much overtaken is enough, which one slot or two never show. */
const HINTED = 0.3;
/** Slope of latency over load from which more load only waits. */
const SPENT = 0.9;
/** Spread of latencies of calls that all took the same. */
export const EQUAL = 0.04;
/** What a higher load must bring in the search, as a power of how much higher it is. */
export const GAIN = 0.2;

/** How far the limit may fall at once: by latencies that hardly differ all is known. */
export const dropOf = (spread: number): number => (spread < UNEVEN ? 4 : 1.5);

/** A limit of the search, and what came of it. */
export interface Level {
  readonly limit: number;
  /** Answers a millisecond, and how many there were. */
  readonly rate: number;
  readonly answers: number;
}

/** Whether a higher load brought more answers in a time, and, where calls differ in length, not by chance. */
export function gains(level: Level, before: Level, isMixed: boolean): boolean {
  const chance = isMixed ? SIGNIFICANT * Math.sqrt(1 / level.answers + 1 / before.answers) : 0;
  return level.rate >= before.rate * Math.max((level.limit / before.limit) ** GAIN, Math.exp(chance));
}

/** What the calls at one limit of the search say. */
export interface Signs {
  /** Calls overtake so many others that no queue is there. */
  readonly byOrder: boolean;
  /** Calls differ in length, so that their order tells something. */
  readonly isMixed: boolean;
  /** Nothing speaks against a higher limit. */
  readonly isOpen: boolean;
}

/** Reads latencies at a limit, and how many others a call has overtaken at most. */
export function signsOf({ slope, spread, least, most }: SlotsEstimate, limit: number, overtaken: number): Signs {
  const isFirst = limit <= FIRST;
  const isSpent = slope >= SPENT && most < 0.8 * limit;
  const byOrder = overtaken >= OVERTAKEN * limit;
  const isMixed = spread >= MIXED || (spread >= UNEVEN && (isFirst || overtaken < 0.55 * limit));
  const isHinted = overtaken >= HINTED * limit && least >= OVERTAKEN * limit;
  if (isMixed) return { byOrder, isMixed, isOpen: (byOrder || isHinted) && !isSpent };
  // First calls that take nearly the same may all have waited for a longer one: then they end in the order in which they began.
  const isInOrder = isFirst && spread >= EQUAL && overtaken < HINTED * limit;
  const byLatency = spread < UNEVEN ? !isInOrder && (most >= 0.7 * limit || slope < 0.7) : !isSpent;
  return { byOrder, isMixed, isOpen: byOrder || byLatency };
}
