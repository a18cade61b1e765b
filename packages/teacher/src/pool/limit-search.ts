import type { SlotsEstimate } from './latencies.js';
import { AIM, type LimitMeasures, type Share } from './limit-measures.js';
import { dropOf, EQUAL, FIRST, GAIN, gains, type Level, OVERTAKEN, type Signs, signsOf, UNEVEN } from './search-signs.js';

/** Answers after which the first limit may be raised where the order of ends already shows that nothing waits. */
const SOONEST = 4;
/** The search goes up by this, and where calls hardly differ in length. */
const FASTER = 3;
const FLAT = 12;
/**
 * Where the first ones all took the same: what they do not tell no later one will for a whole latency. Unless calls are
 * turned away in the first part of it, the limit leaps from there, but not so far that eight slots would need so many milliseconds.
 * It gains one latency: where that is short, it is not worth the crowd that a server with few slots would get.
 */
const LEAP_AFTER = 0.25;
const LEAP = 1000;
const LEAP_MS = 130_000;
const LEAP_WORTH_MS = 500;
/** Share of the limit that calls which end have taken up, below which others are not served at all. */
export const SERVED = 0.5;
/** Answers after the search, and the power of the load, by which a higher one is seen to have brought something. */
const DOUBT = 16;
const SOON = 0.2;
/** Share of the limit below which slots by latency end the search at once. */
const TOO_MUCH = 0.5;
/** Calls begun at a limit, and their share of it, that are enough to raise it; and to end the search. */
const ENOUGH: Share = [4, 0.12];
const SURE: Share = [36, 1.5, 300];
/** Share of the most answers in a time that a lower load must have brought to do as well. */
const KNEE = 0.8;

/** When to leap, and how far. */
export interface Leap {
  readonly at: number;
  readonly goal: number;
  readonly latency: number;
}

/** What the search makes of a look: the next limit, or the last. */
export interface SearchStep {
  readonly goal: number;
  readonly isLast: boolean;
  /** In force at once: calls that all take the same end together, and the next answer may be a whole latency away. */
  readonly isAtOnce?: boolean;
}

/** The search for a first limit: goes up while nothing speaks against it. */
export class LimitSearch {
  readonly #measures: LimitMeasures;
  readonly #levels: Level[] = [];
  /** The last level of the search, where it is not certain that it brought nothing; null: that has been looked into. */
  #doubted: Level | null | undefined;
  leap: Leap | undefined;

  constructor(measures: LimitMeasures) {
    this.#measures = measures;
  }

  /** Limits that were looked at. */
  get looked(): number {
    return this.#levels.length;
  }

  look(latencies: SlotsEstimate, limit: number, now: number): SearchStep | undefined {
    const measures = this.#measures;
    const isFirst = limit <= FIRST;
    const overtaken = measures.mostOvertaken;
    if (isFirst) {
      const isPlain = overtaken >= OVERTAKEN * limit && latencies.spread >= UNEVEN;
      if (measures.answers < (isPlain ? SOONEST : FIRST)) return undefined;
    } else if (!measures.hasBegun(ENOUGH, limit)) return undefined;
    const level = measures.level(limit, now);
    const signs = signsOf(latencies, limit, overtaken);
    const before = this.#levels.at(-1);
    if (signs.isOpen && (!before || gains(level, before, signs.isMixed))) return this.#climb(level, latencies, signs, now);
    const isSure = isFirst ? measures.answers >= 4 * FIRST : this.#isSure(latencies, signs, limit);
    return isSure ? { goal: this.#settle(level, latencies, signs, now), isLast: true } : undefined;
  }

  /** Enough is known to end the search; where neither order nor latencies leave room for so much no more need be asked. */
  #isSure({ spread, most }: SlotsEstimate, { byOrder }: Signs, limit: number): boolean {
    return this.#measures.hasBegun(spread < UNEVEN ? ENOUGH : SURE, limit) || (!byOrder && most < TOO_MUCH * limit);
  }

  /** The next limit of the search. */
  #climb(level: Level, { spread, least, most }: SlotsEstimate, { isMixed }: Signs, now: number): SearchStep {
    const { limit } = level;
    this.#levels.push(level);
    const threefold = FASTER * limit;
    if (spread < EQUAL && limit <= FIRST) {
      const { latency } = this.#measures;
      const goal = latency < LEAP_WORTH_MS ? 0 : Math.min(LEAP, (FIRST * LEAP_MS) / latency);
      if (goal > FLAT * limit) this.leap = { at: now + LEAP_AFTER * latency, goal, latency };
    }
    if (spread < UNEVEN) return { goal: FLAT * limit, isLast: false, isAtOnce: true };
    const goal = isMixed ? Math.min(threefold, Math.max(1.5 * limit, 4 * most + 4)) : Math.max(threefold, 4 * least + 4);
    return { goal, isLast: false };
  }

  /** The limit where as many answers came as at the best, or what the order of ends proves. */
  #settle(level: Level, latencies: SlotsEstimate, { byOrder, isMixed }: Signs, now: number): number {
    const { limit } = level;
    this.#levels.push(level);
    // Calls that are not served at all say that there are too many, however few answers came at the lower load.
    if (byOrder && this.#doubted === undefined && this.#measures.served(now) >= SERVED * limit) this.#doubted = level;
    if (!byOrder) return Math.max(limit / dropOf(latencies.spread), AIM * this.#measures.slots(latencies, limit));
    const [first] = this.#levels as [Level];
    const best = Math.max(...this.#levels.map(({ rate }) => rate));
    const knee = this.#levels.find(({ rate }) => rate >= KNEE * best)!.limit;
    // Where the first load brought as much as the last, less may do.
    const isLess = knee <= FIRST && (level === first || (isMixed && level.rate < first.rate * (limit / first.limit) ** GAIN));
    return isLess ? knee / 2 : knee;
  }

  /**
   * Where to search on, once: so few answers come at a lower load than the last of the search that there was something in the
   * higher one. Undefined: it is over.
   */
  resumed(limit: number, now: number): number | undefined {
    const far = this.#doubted;
    const level = this.#measures.steady(limit, now);
    if (!far || limit >= far.limit || level.answers < DOUBT) return undefined;
    if (level.rate * (far.limit / limit) ** SOON >= far.rate) return undefined;
    this.#doubted = null;
    this.#levels.splice(0, Infinity, level);
    return far.limit;
  }
}
