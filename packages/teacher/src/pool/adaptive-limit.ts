import type { CallOutcome, Limit } from './limit.js';

export interface AdaptiveLimitOptions {
  /** Concurrency to begin with. Default 4. */
  readonly initial?: number;
  /** Upper bound. Default 4096. */
  readonly max?: number;
}

/** Calls measured in a round at least: the mean of 64 long-tailed latencies is known to about 12 %. */
const SAMPLES = 64;
/** The same in startup, where a doubling shows clearly and time is lost at a low limit. */
const FIRST_SAMPLES = 40;
/** Of a growth of the limit, this power of it must show in the throughput for the growth to count: half, on a log scale. */
const ELASTICITY = 0.5;
/** In flight beyond what the server works on: a short queue there, so that no slot of it is ever idle. */
const GAIN = 1.25;
/** Share of the estimated capacity at which no queue can have built up: there the bare latency is measured anew. */
const CALM = 0.7;
/** Rounds between two such measurements. */
const CALM_EVERY = 8;
/** Latency beyond the bare one, as a factor, by which a server that used to turn calls away is seen to queue them. */
const QUEUEING = 1.6;
/** Failed calls that are borne, how much of one each answer makes up for (two in a hundred are chance), and what else. */
const FAILURES = 1.5;
const FORGIVEN = 0.02;
const DECREASE = 0.7;
const FIRST_GROWTH = 2;
const LATER_GROWTH = 1.5;

interface Round {
  readonly limit: number;
  /** Calls per millisecond. */
  readonly throughput: number;
  /** Mean milliseconds of a call. */
  readonly latency: number;
}

/**
 * Finds how many calls a server can work on at once, from nothing but when calls begin and end.
 *
 * The model is that of BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016): what a
 * server holds without a queue is its greatest throughput times its bare latency, and the limit is kept a little above.
 *
 * - *startup*: the limit doubles each round while throughput grows with it;
 * - *cruise*: the limit is 1.25 × throughput × bare latency. When a server grows, latency falls to the bare one and the
 *   limit grows with it; when latency is bare for two rounds, startup begins again in smaller steps;
 * - *calm*: every eighth round runs at 0.7 of the capacity, to measure the bare latency anew.
 *
 * A queueing server shows itself only by latency. If the limit was lowered and throughput fell with it, there was no
 * queue: calls have become longer, and the bare latency is what is measured now.
 *
 * A server that turns calls away says outright what it can take: the limit falls to what it did take, though by no more
 * than half at a time, then grows by 1, 2, 4, … calls a round until it is turned away again (additive increase,
 * multiplicative decrease: Chiu and Jain, 1989; the steps double as in slow start). Calls that time out or break lower it
 * by 0.7 where they are more than two in a hundred. When latency shows that calls queue after all, it cruises again.
 */
export class AdaptiveLimit implements Limit {
  readonly #max: number;
  #value: number;
  #phase: 'startup' | 'cruise' | 'calm' | 'turned away' = 'startup';
  #growth = FIRST_GROWTH;
  #last: Round | undefined;
  #bareLatency = 0;
  #rounds = 0;
  #bareRounds = 0;
  #step = 1;
  #patience = 0;
  /** Of the round under way. */
  #settling = 0;
  #samples = SAMPLES;
  #isLonger = false;
  #from = 0;
  #count = 0;
  #latencies = 0;
  #idle = 0;
  /** Since the first of a burst of overloads. */
  #epoch = -Infinity;
  #floor = 1;
  /** Failed calls, less those forgiven. */
  #failures = 0;

  constructor({ initial = 4, max = 4096 }: AdaptiveLimitOptions = {}) {
    this.#max = Math.max(1, max);
    this.#value = Math.min(initial, this.#max);
    this.#begin(0);
  }

  get value(): number {
    return this.#value;
  }

  /** What it is doing, in a word, for the progress view. */
  get phase(): string {
    return this.#phase;
  }

  ended({ startedAt, endedAt, kind }: CallOutcome, inFlight: number, waiting: number): void {
    if (kind === 'turned away') this.#lower(startedAt, endedAt, Math.min(this.#value, inFlight));
    if (kind === 'failed' && ++this.#failures > FAILURES) this.#lower(startedAt, endedAt, DECREASE * this.#value);
    if (kind !== 'ok') return;
    this.#failures = Math.max(0, this.#failures - FORGIVEN);
    if (this.#settling > 0) {
      if (--this.#settling === 0) this.#from = endedAt;
      return;
    }
    this.#count++;
    this.#latencies += endedAt - startedAt;
    if (waiting === 0 && inFlight + 1 < 0.8 * this.#value) this.#idle++;
    if (this.#count >= this.#samples && endedAt > this.#from) this.#endRound(endedAt);
  }

  #endRound(now: number): void {
    const round: Round = { limit: this.#value, throughput: this.#count / (now - this.#from), latency: this.#latencies / this.#count };
    // With too little to do nothing can be learnt about how much it could take.
    if (this.#idle > this.#count / 4) return this.#begin(0);
    switch (this.#phase) {
      case 'startup':
        return this.#startup(round);
      case 'turned away':
        return this.#creep(round);
      case 'calm':
        return this.#calm(round);
      case 'cruise':
        return this.#cruise(round);
    }
  }

  #startup(round: Round): void {
    const last = this.#last;
    if (last) {
      // Logarithms: with room left throughput grows by all of `grown` and latency by nothing, else the other way round.
      const grown = Math.log(round.limit / last.limit);
      const score = Math.log(round.throughput / last.throughput) - Math.log(round.latency / last.latency);
      if (Math.abs(score) < grown / 2 && !this.#isLonger) {
        // Not clear: look twice as long.
        this.#isLonger = true;
        this.#samples *= 2;
        return;
      }
      if (score < -grown / 2) return this.#saturated(round);
    }
    this.#bareLatency = round.latency;
    this.#last = round;
    this.#set(this.#value * this.#growth);
  }

  #saturated(round: Round): void {
    this.#phase = 'cruise';
    this.#growth = LATER_GROWTH;
    // Soon calm: the decision rests on few calls.
    this.#rounds = CALM_EVERY - 2;
    this.#last = undefined;
    this.#set(GAIN * this.#capacity(round));
  }

  #cruise(round: Round): void {
    const last = this.#last;
    this.#last = round;
    const lowered = last !== undefined && round.limit < 0.93 * last.limit && round.latency < 1.3 * last.latency;
    if (lowered && round.throughput < last.throughput * (round.limit / last.limit) ** ELASTICITY) {
      this.#bareLatency = Math.max(this.#bareLatency, round.latency);
    }
    if (round.latency < this.#bareLatency) this.#bareLatency += 0.15 * (round.latency - this.#bareLatency);
    this.#bareRounds = round.latency < 1.1 * this.#bareLatency ? this.#bareRounds + 1 : 0;
    if (this.#bareRounds >= 2) {
      this.#bareRounds = 0;
      this.#phase = 'startup';
      return this.#set(this.#value * this.#growth);
    }
    if (++this.#rounds % CALM_EVERY === 0) {
      this.#phase = 'calm';
      return this.#set(CALM * this.#capacity(round));
    }
    const goal = GAIN * this.#capacity(round);
    const isClear = goal > this.#value || round.latency > 1.8 * this.#bareLatency;
    this.#set(this.#value + (isClear ? 1 : 0.5) * (goal - this.#value));
  }

  #calm(round: Round): void {
    if (round.latency < 0.85 * this.#bareLatency) {
      // There still was a queue: calls have become shorter. Go lower until there is none.
      this.#bareLatency = round.latency;
      return this.#set(CALM * this.#capacity(round));
    }
    this.#bareLatency += 0.7 * (round.latency - this.#bareLatency);
    this.#phase = 'cruise';
    this.#set((GAIN / CALM) * this.#value);
  }

  /** What the server holds without a queue (Little's law). */
  #capacity({ throughput }: Round): number {
    return throughput * this.#bareLatency;
  }

  #creep(round: Round): void {
    if (this.#bareLatency === 0) this.#bareLatency = round.latency;
    if (round.latency < 1.2 * this.#bareLatency) this.#bareLatency += 0.15 * (round.latency - this.#bareLatency);
    if (round.latency > QUEUEING * this.#bareLatency) {
      // It turns nobody away any more: it queues.
      this.#phase = 'cruise';
      this.#last = undefined;
      return this.#set(GAIN * this.#capacity(round));
    }
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
      this.#patience = this.#step <= 2 ? Math.min(8, this.#patience + 2) : 0;
      this.#step = 1;
    }
    this.#failures = 0;
    this.#phase = 'turned away';
    this.#set(Math.max(this.#floor, value));
  }

  #set(value: number): void {
    const before = this.#value;
    this.#value = Math.max(1, Math.min(this.#max, Math.round(value)));
    this.#begin(before === this.#value ? 1 : Math.max(before, this.#value));
  }

  /** Begins a round; the first `settling` calls to end still belong to the one before. */
  #begin(settling: number): void {
    this.#settling = Math.max(1, settling);
    this.#isLonger = false;
    this.#samples = this.#phase === 'startup' ? Math.max(FIRST_SAMPLES, this.#value) : Math.max(SAMPLES, this.#value / 2);
    this.#count = 0;
    this.#latencies = 0;
    this.#idle = 0;
  }
}
