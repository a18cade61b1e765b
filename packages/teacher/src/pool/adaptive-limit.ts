import { CallsUnderWay } from './calls-under-way.js';
import { ChangeWatch } from './change-watch.js';
import type { CallOutcome, Limit } from './limit.js';
import { LoadModel } from './load-model.js';

export interface AdaptiveLimitOptions {
  /** Concurrency to begin with. Default 4. */
  readonly initial?: number;
  /** Upper bound. Default 4096. */
  readonly max?: number;
}

/** Share of the limit that must be in use, most of the time, for more to be worth a try. */
const ENOUGH = 0.8;
const MOSTLY = 0.5;
/** How the limit grows after startup, and what it is divided by when the server has changed: from √2 slots to one each. */
const STEP = Math.SQRT2;
/** Calls known at about the present load before a higher one is tried: at startup, where time is lost, and later. */
const STARTUP_CALLS = 8;
const CALLS = 32;
/** One latency in so many is spent at a limit so many times lower: of slots and a short queue none idles, and latency tells them apart. */
const PROBES = 8;
const PROBE = 1.25;
/** Looks at what is known are as many calls apart, and at least a quarter of the limit. */
const LOOK = 8;
/** What a raise must bring, of answers in a time, for another to follow; and the calls without which that is chance. */
const PAYS = 1.05;
const PAYS_CALLS = 16;
/** Calls between two raises of a server that turns calls away; below a low limit, where they take long, as many rounds. */
const CREEP_CALLS = 48;
const CREEP_ROUNDS = 4;
/** Slots beside the limit by which a server that used to turn calls away is known to queue them. */
const QUEUES = 0.8;
/**
 * Share of calls that fail, of the last sixteen or so, that is borne, and what the limit falls to otherwise. Some servers
 * and proxies break a few connections in a hundred at any load; one that is overloaded breaks a good part of them.
 */
const BORNE = 0.25;
/** The same of calls turned away. One beyond what a server can take is turned away again and again; one in a hundred is the share of a sick replica. */
const BORNE_REFUSALS = 0.15;
const MEMORY = 1 / 16;
const DECREASE = 0.7;

/**
 * Finds how many calls a server can work on at once, from nothing but when calls begin and end. A {@link LoadModel} tells
 * between which bounds, `least` and `most`, the number of slots must lie.
 *
 * - *startup*: every answer raises the limit by one, so that it doubles in about a latency (slow start: Jacobson,
 *   "Congestion Avoidance and Control", 1988), until there is a queue or, at any doubling, answers come no faster
 *   (BBR: Cardwell et al., ACM Queue 14(5), 2016);
 * - *cruise*: the limit is √(2 × least × most), the middle of what leaves no slot idle (`most`) and of what is twice
 *   the slots (2 × `least`). Where the bounds are far apart it lies between them, and what it shows brings them together.
 *   While there is no sign of a queue it grows. Now and then a lower limit shows whether there is one (as BBR's probes
 *   do). When calls have become longer or shorter it falls to about the slots, which costs nothing if it is the calls
 *   that changed, and what was known is forgotten.
 *
 * A server that turns calls away time and again says outright what it can take: the limit falls to what it did take, though by no more
 * than half at a time, then grows by 1, 2, 4, … calls until it is turned away again (additive increase,
 * multiplicative decrease: Chiu and Jain, 1989; the steps double as in slow start). Calls that time out or break lower it
 * by 0.7 where they are a quarter of the last sixteen or so. When latency shows that calls queue after all, it cruises again.
 */
export class AdaptiveLimit implements Limit {
  readonly #max: number;
  readonly #underWay = new CallsUnderWay();
  readonly #model = new LoadModel();
  readonly #watch = new ChangeWatch();
  #value: number;
  #phase: 'startup' | 'cruise' | 'turned away' = 'startup';
  /** Where it climbs to, by one for every answer. */
  #goal: number;
  /** Latencies of calls begun before are those of a server that has changed since. */
  #since = -Infinity;
  /** Calls since the last look, and those of them that ended while the limit was in use. */
  #count = 0;
  #used = 0;
  /** The limit, were it not for probes; latencies since the last probe, and answers of this one. */
  #base: number;
  #turn = 1;
  #probed = 0;
  /** Since the last raise: answers, and when it was; and the rate before it, in answers a millisecond. */
  #answers = 0;
  #raisedAt: number | undefined;
  #paid = 0;
  /** Of a server that turns calls away: the next raise, and raises to leave out. */
  #step = 1;
  #patience = 0;
  /** Since the first of a burst of overloads. */
  #epoch = -Infinity;
  #floor = 1;
  /** Share of calls that failed, and that were turned away, lately. */
  #failing = 0;
  #refusing = 0;

  constructor({ initial = 4, max = 4096 }: AdaptiveLimitOptions = {}) {
    this.#max = Math.max(1, max);
    this.#value = Math.min(initial, this.#max);
    this.#goal = Math.min(2 * this.#value, this.#max);
    this.#base = this.#value;
  }

  get value(): number {
    return this.#value;
  }

  /** What it is doing, in a word, for the progress view. */
  get phase(): string {
    return this.#phase;
  }

  began(at: number): void {
    this.#raisedAt ??= at;
    this.#underWay.began(at);
  }

  ended({ startedAt, endedAt, kind }: CallOutcome, inFlight: number): void {
    const place = this.#underWay.ended(startedAt) ?? { load: inFlight + 1 };
    if (kind !== 'other') this.#refusing += MEMORY * ((kind === 'turned away' ? 1 : 0) - this.#refusing);
    // Of a burst that has already lowered it every one counts.
    if (kind === 'turned away' && (this.#refusing > BORNE_REFUSALS || startedAt <= this.#epoch)) this.#lower(startedAt, endedAt, Math.min(this.#value, inFlight));
    if (kind === 'failed' || kind === 'ok') this.#failing += MEMORY * ((kind === 'failed' ? 1 : 0) - this.#failing);
    if (this.#failing > BORNE) this.#lower(startedAt, endedAt, DECREASE * this.#value);
    if (kind !== 'ok') return;
    const deviations = this.#model.add({ ...place, latencyMs: endedAt - startedAt }, startedAt >= this.#since);
    if (this.#phase === 'cruise') this.#watch.add(deviations);
    this.#count++;
    this.#answers++;
    this.#probed++;
    const isUsed = inFlight + 1 >= ENOUGH * this.#value;
    if (isUsed) this.#used++;
    if (this.#phase === 'turned away') {
      if (this.#count >= Math.max(Math.min(CREEP_CALLS, CREEP_ROUNDS * this.#value), this.#value / 2) + this.#value) this.#creep(endedAt);
      return;
    }
    if (isUsed && this.#value < this.#goal) this.#value++;
    if (this.#count >= Math.max(LOOK, this.#value / 4)) this.#look(endedAt);
  }

  #look(now: number): void {
    const inUse = this.#used >= MOSTLY * this.#count;
    this.#count = this.#used = 0;
    if (this.#watch.changed) {
      this.#watch.reset();
      this.#model.forget();
      this.#since = now;
      this.#restart(now, 0);
      return this.#set(this.#base / STEP);
    }
    this.#model.outdate(this.#goal);
    const slots = this.#estimate(now);
    // With too little to do nothing can be learnt about how much more it could take.
    if (!slots || !inUse) return;
    const { least, most, isOpen, isSpent } = slots;
    if (this.#phase === 'startup') {
      if (isOpen && this.#double(now)) return;
      this.#phase = 'cruise';
      this.#base = this.#value;
    }
    const base = this.#base;
    const goal = isOpen ? STEP * base : Math.min(STEP * base, Math.sqrt(2 * least * most));
    if (goal > base && (isOpen || most >= base)) {
      // A latency's worth of answers at least: rates of less are those of bursts.
      const enough = Math.max(CALLS, base);
      if (this.#answers < enough || this.#model.callsAt(base / STEP) < CALLS) return this.#probe(base);
      if (isSpent && this.#rate(now) < PAYS * this.#paid) {
        if (this.#answers >= 2 * enough) this.#restart(now);
        return this.#probe(base);
      }
      this.#restart(now, this.#rate(now));
    }
    this.#probe(Math.max(base / 2, goal));
  }

  /** Puts a limit in force; or, for a latency now and then, a lower one, to see whether it matters. */
  #probe(base: number): void {
    this.#base = Math.max(1, Math.min(this.#max, Math.ceil(base)));
    if (this.#probed >= Math.max(CALLS, this.#base)) {
      this.#probed = 0;
      this.#turn = (this.#turn + 1) % PROBES;
    }
    this.#goal = this.#turn === 0 ? Math.max(1, Math.round(this.#base / PROBE)) : this.#base;
    this.#value = Math.min(this.#value, this.#goal);
  }

  /** Goes on with startup, by another doubling when the last is known; unless that brought nothing. */
  #double(now: number): boolean {
    if (this.#value < this.#goal || this.#model.callsAt(this.#value / STEP) < Math.min(STARTUP_CALLS, this.#value / 2)) return true;
    if (this.#answers >= PAYS_CALLS && this.#rate(now) < PAYS * this.#paid) return false;
    this.#restart(now, this.#rate(now));
    this.#goal = Math.min(this.#max, 2 * this.#value);
    return true;
  }

  /** Answers a millisecond since the last raise. */
  #rate(now: number): number {
    return this.#answers / Math.max(1, now - (this.#raisedAt ?? now));
  }

  #restart(now: number, paid = this.#paid): void {
    this.#paid = paid;
    this.#raisedAt = now;
    this.#answers = 0;
  }

  #creep(now: number): void {
    this.#count = 0;
    const slots = this.#estimate(now);
    if (slots && !slots.isOpen && slots.most < QUEUES * this.#value) {
      this.#phase = 'cruise';
      // What it had seen of a change was of the time before, and of other latencies.
      this.#watch.reset();
      return this.#set(Math.sqrt(2 * slots.least * slots.most));
    }
    if (this.#patience > 0) {
      this.#patience--;
      return;
    }
    const step = this.#step;
    this.#step *= 2;
    this.#set(this.#value + step);
    this.#value = this.#goal;
  }

  /** Lowers the limit to what is given, though not below half of what it was when this burst of bad news began. */
  #lower(startedAt: number, now: number, value: number): void {
    if (startedAt > this.#epoch) {
      // Begun after the last decrease: new bad news, not the rest of the old.
      this.#epoch = now;
      this.#floor = Math.max(1, Math.floor(this.#value / 2));
      // The last step was too much. Ever calmer, as long as it is only by a little.
      if (this.#step > 1) this.#patience = this.#step === 2 ? Math.min(8, this.#patience + 2) : 0;
      this.#step = 1;
    }
    this.#failing = this.#refusing = this.#count = 0;
    this.#phase = 'turned away';
    this.#set(Math.max(this.#floor, value));
  }

  /** What the model thinks, of calls begun since the server last changed. */
  #estimate(now: number) {
    return this.#model.estimate([...this.#underWay].filter(({ startedAt }) => startedAt >= this.#since), now);
  }

  /** Puts a lower limit in force at once, a higher one call by call. */
  #set(value: number): void {
    this.#goal = this.#base = Math.max(1, Math.min(this.#max, Math.ceil(value)));
    this.#value = Math.min(this.#value, this.#goal);
  }
}
