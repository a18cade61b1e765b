import type { CallOutcome, Limit } from './limit.js';
import { LoadModel } from './load-model.js';

export interface AdaptiveLimitOptions {
  /** Concurrency to begin with. Default 4. */
  readonly initial?: number;
  /** Upper bound. Default 4096. */
  readonly max?: number;
}

/** In flight for each slot that the server seems to have: a short queue there, so that an error of a third idles none. */
const GAIN = 1.4;
/** In flight for each slot that it has at least: more might be twice what it can work on. */
const MOST = 1.9;
/** Share of the slots at which no queue can have built up: there the bare latency is measured anew. */
const CALM = 0.8;
/** Windows between two calm ones at most. */
const CALM_EVERY = 32;
/** Latency found at calm, beside that thought bare, by which there was a queue after all. */
const SHORTER = 0.9;
/** Lowered by no more than this at a time: it may be chance; at calm, step by step, to this share of what it was at most. */
const LOWEST = 0.6;
const DEEPEST = 0.2;
/** What startup ends with at least, of what it came to: to climb again from the ground costs more than a queue. */
const KEPT = 0.5;
/** Calls of a window at least; at startup and below a low limit, where windows are long and time is lost, fewer. */
const CALLS = 48;
const FIRST_CALLS = 8;
const LOW = 16;
const ROUNDS = 4;
/** What calls of startup count for, which have had no time to settle. */
const TRUST = 0.5;
/** Evidence of a queue (see {@link LoadModel.queueing}): below it the limit doubles; beyond it startup is over. */
const CLEARLY_NONE = 0.2;
const CLEARLY = 2;
/** Share of the limit that must be in use for more to be worth a try. */
const ENOUGH = 0.8;
/** Few servers have fewer slots than this: below it, it takes more evidence to stop, for a low limit costs the most time. */
const COMMON = 16;
const COMMON_EVIDENCE = 4;
/** Evidence that slots have been added, and how the limit grows then. */
const GROWN = -1;
const REGROWTH = 1.5;
/** Evidence that a server which used to turn calls away queues them. */
const QUEUEING = 6;
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
 * Finds how many calls a server can work on at once, from nothing but when calls begin and end.
 *
 * Windows of calls are measured at the limit in force; a {@link LoadModel} tells from them how many slots the server has.
 * The phases are those of BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016):
 *
 * - *startup*: every answer raises the limit by one, so that it doubles in about a latency (slow start, Jacobson 1988), while
 *   there is no sign of a queue;
 * - *cruise*: the limit is kept a little above the number of slots, and doubles again when there is no queue any more;
 * - *calm*: when what is known of the bare latency has grown old, a window at a lower limit measures it anew.
 *
 * A server that turns calls away time and again says outright what it can take: the limit falls to what it did take, though by no more
 * than half at a time, then grows by 1, 2, 4, … calls a window until it is turned away again (additive increase,
 * multiplicative decrease: Chiu and Jain, 1989; the steps double as in slow start). Calls that time out or break lower it
 * by 0.7 where they are a quarter of the last sixteen or so. When latency shows that calls queue after all, it cruises again.
 */
export class AdaptiveLimit implements Limit {
  readonly #max: number;
  readonly #model = new LoadModel();
  #value: number;
  #phase: 'startup' | 'cruise' | 'calm' | 'turned away' = 'startup';
  /** Where startup climbs to, and whether it holds there to look again. */
  #goal: number;
  #climbed = false;
  /** Latency without a queue as it was thought to be before calm. */
  #bareMs = 0;
  #descent = CALM;
  #deepest = 0;
  /** Since startup, not counting calm ones. */
  #windows = 0;
  #step = 1;
  #patience = 0;
  /** Of the window under way. */
  #settling = 0;
  #from = 0;
  #count = 0;
  #latencies = 0;
  #squares = 0;
  #loads = 0;
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
    this.#begin(0);
  }

  get value(): number {
    return this.#value;
  }

  /** What it is doing, in a word, for the progress view. */
  get phase(): string {
    return this.#phase;
  }

  ended({ startedAt, endedAt, kind }: CallOutcome, inFlight: number): void {
    if (kind !== 'other') this.#refusing += MEMORY * ((kind === 'turned away' ? 1 : 0) - this.#refusing);
    // Of a burst that has already lowered it every one counts.
    if (kind === 'turned away' && (this.#refusing > BORNE_REFUSALS || startedAt <= this.#epoch)) this.#lower(startedAt, endedAt, Math.min(this.#value, inFlight));
    if (kind === 'failed' || kind === 'ok') this.#failing += MEMORY * ((kind === 'failed' ? 1 : 0) - this.#failing);
    if (this.#failing > BORNE) this.#lower(startedAt, endedAt, DECREASE * this.#value);
    if (kind !== 'ok') return;
    if (this.#settling > 0) {
      if (--this.#settling === 0) this.#from = endedAt;
      return;
    }
    const ms = endedAt - startedAt;
    this.#count++;
    this.#latencies += ms;
    this.#squares += ms * ms;
    this.#loads += inFlight + 1;
    if (this.#phase === 'startup' && this.#value < this.#goal && inFlight + 1 >= ENOUGH * this.#value) this.#value++;
    if (this.#count >= this.#needed() && endedAt > this.#from) this.#endWindow(endedAt);
  }

  #needed(): number {
    if (this.#phase === 'startup') return this.#climbed ? Math.max(FIRST_CALLS, this.#value / 2) : this.#goal / 2;
    if (this.#value < LOW) return Math.min(CALLS, Math.max(FIRST_CALLS, ROUNDS * this.#value));
    return this.#phase === 'turned away' ? Math.max(CALLS, this.#value / 2) : Math.max(CALLS, this.#value);
  }

  #endWindow(now: number): void {
    const calls = this.#count;
    const inFlight = this.#loads / calls;
    const mean = this.#latencies / calls;
    // After a raise, calls that ended are the short ones. Time in flight of all calls over those that ended (Little's law)
    // does not suffer from that, but is the noisier of the two.
    const byRate = (inFlight * (now - this.#from)) / calls;
    const spread = Math.max(0.01, ((this.#squares / calls / mean ** 2 - 1) * calls) / (calls - 1));
    const latencyMs = mean ** 0.3 * byRate ** 0.7;
    const change = this.#model.add({ inFlight, latencyMs, calls: this.#phase === 'startup' ? calls * TRUST : calls, spread }, this.#phase === 'calm');
    const evidence = this.#model.isComparable ? this.#model.queueing(inFlight) : -Infinity;
    // With too little to do nothing can be learnt about how much more it could take.
    if (inFlight < ENOUGH * this.#value) return this.#begin(0);
    switch (this.#phase) {
      case 'startup':
        return this.#startup(evidence, now);
      case 'turned away':
        return this.#creep(evidence);
      case 'calm':
        // Shorter than calls with no queue were thought to be: there still was one.
        if (latencyMs < SHORTER * this.#bareMs) return this.#calm(this.#descent * this.#value, latencyMs);
        return this.#cruiseAt(Math.min(2 * this.#value, GAIN * this.#model.estimate().likeliest));
      case 'cruise':
        // Fewer slots, or longer calls? With fewer calls in flight it shows.
        return change === 'slower' ? this.#calm(LOWEST * this.#value, latencyMs, LOWEST) : this.#cruise(evidence);
    }
  }

  #startup(evidence: number, now: number): void {
    const expected = (COMMON_EVIDENCE * COMMON) / this.#value;
    if (evidence >= CLEARLY + expected) return this.#cruiseAt(Math.max(KEPT * this.#value, GAIN * this.#model.estimate().likeliest));
    this.#climbed = evidence >= CLEARLY_NONE + expected;
    if (!this.#climbed) this.#goal = Math.min(this.#max, 2 * this.#value);
    // Windows of startup follow each other without a gap: there is no time to lose.
    this.#begin(0);
    this.#settling = 0;
    this.#from = now;
  }

  #cruise(evidence: number): void {
    if (evidence < GROWN) return this.#set(REGROWTH * this.#value);
    const { likeliest, least, bareMs } = this.#model.estimate();
    if (evidence > 0 && (++this.#windows % CALM_EVERY === 0 || MOST * least < GAIN * likeliest)) return this.#calm(Math.max(CALM * likeliest, LOWEST * this.#value), bareMs, CALM);
    this.#cruiseAt(Math.min(2 * this.#value, Math.max(GAIN * likeliest, LOWEST * this.#value)));
  }

  /** Measures at a lower limit, and at ever lower ones by `descent` while there is a queue. */
  #calm(value: number, bareMs: number, descent = this.#descent): void {
    if (this.#phase !== 'calm') this.#deepest = DEEPEST * this.#value;
    // So much lower it is the calls that differ, not the queue.
    if (value < this.#deepest) return this.#cruiseAt(this.#value);
    this.#bareMs = bareMs;
    this.#descent = descent;
    this.#phase = 'calm';
    this.#set(value);
  }

  #cruiseAt(value: number): void {
    this.#phase = 'cruise';
    this.#set(value);
  }

  #creep(evidence: number): void {
    if (evidence > QUEUEING) return this.#cruiseAt(GAIN * this.#model.estimate().likeliest);
    if (this.#patience > 0) {
      this.#patience--;
      return this.#begin(0);
    }
    const step = this.#step;
    this.#step *= 2;
    this.#set(this.#value + step);
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
    this.#failing = this.#refusing = 0;
    this.#phase = 'turned away';
    this.#set(Math.max(this.#floor, value));
  }

  /** Puts a limit in force and begins a window; the first calls to end still belong to the one before. */
  #set(value: number): void {
    const before = this.#value;
    this.#value = Math.max(1, Math.min(this.#max, Math.round(value)));
    if (this.#value > before) this.#begin(this.#phase === 'turned away' ? this.#value : this.#value / 2);
    else this.#begin(before === this.#value ? 1 : before);
  }

  #begin(settling: number): void {
    this.#settling = Math.max(1, Math.round(settling));
    this.#count = 0;
    this.#latencies = 0;
    this.#squares = 0;
    this.#loads = 0;
  }
}
