import { CallsUnderWay } from './calls-under-way.js';
import { Latencies, type SlotsEstimate } from './latencies.js';
import type { CallOutcome } from './limit.js';
import { type Level, MIXED, UNEVEN } from './search-signs.js';

/** Limit over slots, and how far latency may say more than order does. */
export const AIM = 1.4;
const BEYOND_ORDER = 1.2;
/** Share of the limit below which there is a lull: a server that was away, or too little to do, tells nothing of the limit. */
const LULL = 0.5;

/** A number of calls, and their share of the limit, that are enough; never more than the last. */
export type Share = readonly [least: number, share: number, most?: number];

/** What is seen of a server's calls: since the limit was last changed, and of all of them for what they say of slots. */
export class LimitMeasures {
  readonly #underWay = new CallsUnderWay();
  readonly #latencies = new Latencies();
  /** Of the last calls: 1 for the oldest of those under way, n for one that overtook n − 1. */
  readonly #ranks: number[] = [];
  /** Answers since the last look, and those of them that came while the limit was in use. */
  count = 0;
  #used = 0;
  /** Since the limit changed: when it did, answers, those of calls begun since at nearly that load, and when the first latency was over. */
  #changedAt: number | undefined;
  answers = 0;
  #begunSince = 0;
  #steadyAt = 0;
  /** Latencies of the calls that ended since then. */
  #spent = 0;
  /** Since when there is a lull. */
  #lullSince: number | undefined;

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Mean latency since the limit changed. */
  get latency(): number {
    return this.#spent / this.answers;
  }

  began(at: number, limit: number): void {
    this.#changedAt ??= at;
    this.#underWay.began(at);
    if (this.#underWay.size < LULL * limit) return;
    // Rates of answers count no time in which there was nothing to answer. What is as short as a call is the change from one to the next.
    if (this.#lullSince !== undefined && (at - this.#lullSince) * this.answers >= this.#spent) {
      this.answers = this.#spent = this.#begunSince = this.count = this.#used = 0;
      this.#changedAt = at;
    }
    this.#lullSince = undefined;
  }

  ended({ startedAt, endedAt }: CallOutcome, limit: number): ReturnType<CallsUnderWay['ended']> {
    const call = this.#underWay.ended(startedAt);
    if (this.#underWay.size < LULL * limit) this.#lullSince ??= endedAt;
    return call;
  }

  /** One that ended was answered. */
  answered(
    { load, rank }: NonNullable<ReturnType<CallsUnderWay['ended']>>,
    { startedAt, endedAt }: CallOutcome,
    limit: number,
    isUsed: boolean,
  ): void {
    this.#latencies.add(load, endedAt - startedAt);
    this.#ranks.push(rank);
    if (this.#ranks.length > Math.max(64, 2 * limit)) this.#ranks.shift();
    this.count++;
    this.#spent += endedAt - startedAt;
    if (isUsed) this.#used++;
    if (load >= 0.7 * limit && startedAt >= this.#changedAt!) this.#begunSince++;
    if (++this.answers === limit) this.#steadyAt = endedAt;
  }

  /** The limit is another one from now on. */
  changed(isHigher: boolean, now: number | undefined): void {
    this.answers = this.#spent = 0;
    if (isHigher) this.#begunSince = 0;
    this.#changedAt = now ?? this.#changedAt;
  }

  /** What latencies say, at a look; undefined: nothing, or there was too little to do to learn how much more a server could take. */
  look(limit: number, now: number): SlotsEstimate | undefined {
    const isUsed = this.#used >= this.count / 2;
    this.count = this.#used = 0;
    const latencies = this.#latencies.estimate(this.#underWay, now, 1.1 * limit, MIXED);
    return isUsed ? latencies : undefined;
  }

  /** Enough calls have begun at this limit. */
  hasBegun([least, share, most = Infinity]: Share, limit: number): boolean {
    return this.#begunSince >= Math.min(most, Math.max(least, share * limit));
  }

  /** Answers in a time at this limit. */
  level(limit: number, now: number): Level {
    return { limit, rate: this.answers / Math.max(1, now - this.#changedAt!), answers: this.answers };
  }

  /** The same without those of the first latency, which come of another limit. */
  steady(limit: number, now: number): Level {
    const answers = this.answers - limit;
    return { limit, rate: answers / (now - this.#steadyAt), answers };
  }

  /** Calls that end take up so much of the limit, by Little's law: all of it, unless some are never served. */
  served(now: number): number {
    return this.#spent / Math.max(1, now - this.#changedAt!);
  }

  /** How many others the last calls have overtaken at most. */
  get mostOvertaken(): number {
    return Math.max(...this.#ranks);
  }

  /** Slots that the order of ends proves. Some calls get past any queue: from a cache, say. */
  get #overtaken(): number {
    const ranks = [...this.#ranks].sort((a, b) => a - b);
    return ranks[Math.ceil(0.97 * ranks.length) - 1] ?? 1;
  }

  /** Slots by the order of ends and by latencies. */
  slots({ least, most, spread }: SlotsEstimate, limit: number): number {
    const overtaken = this.#overtaken;
    const middle = Math.sqrt(least * most);
    if (spread >= MIXED) return Math.min(Math.max(overtaken, middle), BEYOND_ORDER * overtaken);
    const tells = spread >= UNEVEN && overtaken < 0.55 * limit;
    if (!tells && most >= 0.8 * limit) return limit;
    return Math.min(Math.max(overtaken, middle), tells ? 2 * AIM * overtaken : Infinity);
  }
}
