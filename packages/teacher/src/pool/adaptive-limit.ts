import type { SlotsEstimate } from './latencies.js';
import { AIM, LimitMeasures, type Share } from './limit-measures.js';
import { type Leap, LimitSearch, SERVED } from './limit-search.js';
import type { CallOutcome, Limit, ServerLoad } from './limit.js';
import { Refusals } from './refusals.js';
import { dropOf, FIRST, type Level, MIXED } from './search-signs.js';

export interface AdaptiveLimitOptions {
  /** Upper bound. Default 4096. */
  readonly max?: number | undefined;
  /** What an earlier run found, to begin with. Default: 8, and a search. */
  readonly known?: number | undefined;
}

/** Share of the limit that slots must be for a trial after the search: with fewer some calls wait. */
const FEW_WAIT = 0.85;
/** Calls before a leap end together where none waits: share of them that must, within so much of a latency from the first on. */
const TOGETHER = 0.5;
const ROUND = 0.9;
/** A higher limit comes into force by so many steps: at once, and with every answer. A server that turns away says so in between. */
const STEPS = 3;
/** Calls begun at a limit, and their share of it, that are enough to raise it after the search. */
const ENOUGH: Share = [12, 0.5];
/** What a higher load must bring after the search, as a power of how much higher it is, and where gains are small for all. */
const PAYS = 0.4;
const PAYS_LITTLE = 0.18;
/** A trial after the search; answers that tell its load from the one before; limits' worth of calls to the next, doubled each time. */
const HALF_MORE = 1.5;
const TRIAL = 96;
const REST = 4;

/** Calls under way over the limit: what a higher one has left. */
const CROWD = 1.5;

/** After a leap: calls that were sent before it, until when they may end, and how many did. */
interface Round {
  readonly sent: number;
  readonly latency: number;
  until?: number;
  answers: number;
}

/**
 * Finds how many calls a server can work on at once. Where it tells (`heard`), by that; else from when calls begin and
 * end. See the README beside this file for what it decides, from what, and what each part gains.
 */
export class AdaptiveLimit implements Limit {
  readonly #max: number;
  readonly #measures = new LimitMeasures();
  readonly #refusals = new Refusals();
  readonly #search = new LimitSearch(this.#measures);
  #value: number;
  /** Where it climbs to, by a share with every answer: a server that turns calls away says so in time. */
  #goal: number;
  #phase: 'startup' | 'cruise' | 'told';
  /** What the next trial is compared with; trials that brought nothing, and calls until the next. */
  #proven: Level | undefined;
  #failed = 0;
  #rest = 0;
  #round: Round | undefined;
  /** By the server's word: what ran at the last look, and the most that it takes. */
  #running = 0;
  #most = Infinity;

  constructor({ max = 4096, known }: AdaptiveLimitOptions = {}) {
    this.#max = Math.max(1, max);
    this.#value = this.#goal = Math.min(known ?? FIRST, this.#max);
    this.#phase = known === undefined ? 'startup' : 'cruise';
  }

  get value(): number {
    return Math.max(1, Math.min(this.#value, this.#refusals.value, this.#most));
  }

  /** What it is doing, in a word, for the progress view. */
  get phase(): string {
    return this.#refusals.value < this.#value ? 'turned away' : this.#phase;
  }

  /** What a later run may begin with, where the search is not over the next to try; undefined while nothing is known. */
  get found(): number | undefined {
    if (this.phase !== 'startup') return this.value;
    const { looked } = this.#search;
    if (looked > 1) return Math.min(this.#max, 2 * this.#goal);
    return looked === 1 && this.#measures.answers >= this.#goal / 2 ? this.#goal : undefined;
  }

  began(at: number): void {
    this.#measures.began(at, this.value);
  }

  ended(outcome: CallOutcome, inFlight: number): void {
    const { endedAt, kind } = outcome;
    const call = this.#measures.ended(outcome, this.value);
    this.#refusals.ended(outcome, inFlight, this.value);
    if (kind !== 'ok') this.#search.leap = undefined;
    if (kind !== 'ok' || !call || this.#phase === 'told') return;
    this.#measures.answered(call, outcome, this.#goal, inFlight + 1 >= 0.8 * this.#value);
    this.#rest--;
    if (this.#round) this.#weigh(this.#round, endedAt);
    this.#raise();
    if (this.#measures.count >= (this.#phase === 'startup' ? this.#goal / 16 : Math.max(8, this.#goal / 4))) this.#look(endedAt);
  }

  /** When it leaps, unless calls are turned away before. */
  get risesAt(): number | undefined {
    return this.#search.leap?.at;
  }

  passed(now: number): void {
    const { leap } = this.#search;
    if (leap && now >= leap.at) this.#leap(leap, now);
  }

  #leap({ goal, latency }: Leap, now: number): void {
    this.#search.leap = undefined;
    this.#round = { sent: this.#measures.underWay, latency, answers: 0 };
    this.#set(goal, now);
    this.#raise(1);
  }

  /** After a leap: where answers come few at a time the server queues, and what is too much has but to drain. */
  #weigh(round: Round, now: number): void {
    round.until ??= now + ROUND * round.latency;
    if (now <= round.until) return void round.answers++;
    this.#round = undefined;
    if (round.answers >= TOGETHER * round.sent) return;
    this.#phase = 'cruise';
    this.#set(AIM * round.answers, now);
  }

  /** The server says how it stands, with so many calls of ours in flight. */
  heard(load: ServerLoad | undefined, inFlight: number): void {
    if (!load) {
      if (this.#phase === 'told') this.#phase = 'cruise';
      return;
    }
    const { slots, running = 0, waiting, most, remaining } = load;
    if (most !== undefined) this.#most = most;
    if (remaining !== undefined) this.#most = inFlight + remaining;
    if (slots === undefined && waiting === undefined) return;
    this.#phase = 'told';
    this.#search.leap = undefined;
    if (slots !== undefined) this.#set(slots + Math.ceil(slots / 4));
    else if (waiting === 0 && inFlight >= 0.8 * this.#value) this.#set(2 * this.#value);
    // While more and more are running those that wait only do until the next step.
    else if (waiting! > 0 && running <= this.#running) this.#set((1.25 * inFlight * running) / (running + waiting!));
    this.#running = running;
    this.#value = this.#goal;
  }

  #look(now: number): void {
    const limit = this.#goal;
    const latencies = this.#measures.look(limit, now);
    if (!latencies) return;
    if (this.#phase !== 'startup') return this.#cruise(latencies, limit, now);
    const step = this.#search.look(latencies, limit, now);
    if (!step) return;
    this.#set(step.goal, now);
    if (step.isLast) this.#phase = 'cruise';
    else this.#raise(step.isAtOnce ? 1 : STEPS);
  }

  /** After the search: down where calls wait, up for a trial where none does. */
  #cruise(latencies: SlotsEstimate, limit: number, now: number): void {
    const measures = this.#measures;
    // While a crowd drains no call begins at this limit.
    if (measures.underWay > CROWD * limit) return;
    const served = measures.served(now);
    if (measures.answers >= 3 * limit && served < SERVED * limit) return this.#back(AIM * served, limit, now);
    const slots = measures.slots(latencies, limit);
    // Some calls wait, by the order of ends, though none too many: that is the limit to have.
    const { least, most, spread } = latencies;
    if (spread >= MIXED && Math.max(slots, Math.sqrt(least * most)) < FEW_WAIT * limit && AIM * slots >= limit) return;
    if (AIM * slots >= limit) return this.#try(limit, now);
    if (measures.answers < limit) return;
    const goal = Math.max(limit / dropOf(spread), AIM * slots);
    if (this.#proven && goal < 0.7 * this.#proven.limit) this.#proven = undefined;
    this.#set(goal, now);
  }

  /** Nothing speaks against more: half as many more, and back to where it was unless that brought anything. */
  #try(limit: number, now: number): void {
    const proven = this.#proven;
    const resumed = proven ? undefined : this.#search.resumed(limit, now);
    if (resumed !== undefined) {
      this.#phase = 'startup';
      return this.#set(resumed, now);
    }
    if (!this.#measures.hasBegun(ENOUGH, limit)) return;
    if (!proven || limit > proven.limit) {
      const level = this.#measures.steady(limit, now);
      if (level.answers < (proven ? Math.max(TRIAL, limit) : Math.max(TRIAL / 2, limit / 2))) return;
      this.#proven = level;
      const gain = proven ? level.rate / proven.rate : Infinity;
      // Far fewer answers are those of longer calls: no load does that.
      if (proven && gain > 0.7 && gain < (limit / proven.limit) ** (limit < 128 ? PAYS : PAYS_LITTLE)) {
        return this.#back(proven.limit, limit, now);
      }
    }
    if (this.#rest <= 0) this.#set(Math.min(2 * limit, Math.max(FIRST, HALF_MORE * limit)), now);
  }

  /** More brought nothing: back, and no further trial for a time. */
  #back(goal: number, limit: number, now: number): void {
    this.#rest = REST * Math.max(64, limit) * 2 ** Math.min(4, this.#failed++);
    this.#proven = undefined;
    this.#set(goal, now);
  }

  #raise(steps = STEPS): void {
    this.#value = Math.min(this.#goal, this.#value + Math.ceil(this.#goal / steps));
  }

  /** Puts a lower limit in force at once, a higher one answer by answer. */
  #set(goal: number, now?: number): void {
    const whole = Math.max(1, Math.min(this.#max, Math.ceil(goal)));
    if (whole !== this.#goal) this.#measures.changed(whole > this.#goal, now);
    this.#goal = whole;
    this.#value = Math.min(this.#value, whole);
  }
}
