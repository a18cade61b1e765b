import { CallsUnderWay } from './calls-under-way.js';
import { Latencies, type SlotsEstimate } from './latencies.js';
import type { CallOutcome, Limit, ServerLoad } from './limit.js';
import { Refusals } from './refusals.js';
import { EQUAL, FIRST, GAIN, gains, type Level, MIXED, OVERTAKEN, type Signs, signsOf, UNEVEN } from './search-signs.js';

export interface AdaptiveLimitOptions {
  /** Upper bound. Default 4096. */
  readonly max?: number | undefined;
  /** What an earlier run found, to begin with. Default: 8, and a search. */
  readonly known?: number | undefined;
}

/** Share of the limit that slots must be for a trial after the search: with fewer some calls wait. */
const FEW_WAIT = 0.85;
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
/** Calls before the leap end together where none waits: share of them that must, within so much of a latency from the first on. */
const TOGETHER = 0.5;
const ROUND = 0.9;
/** A higher limit comes into force by so many steps: at once, and with every answer. A server that turns away says so in between. */
const STEPS = 3;
/** Share of the limit below which there is a lull: a server that was away, or too little to do, tells nothing of the limit. */
const LULL = 0.5;
/** Share of the limit that calls which end have taken up, below which others are not served at all. */
const SERVED = 0.5;
/** Answers after the search, and the power of the load, by which a higher one is seen to have brought something. */
const DOUBT = 16;
const SOON = 0.2;
/** Limit over slots, and how far latency may say more than order does. */
const AIM = 1.4;
const BEYOND_ORDER = 1.2;
/** Share of the limit below which slots by latency end the search at once. */
const TOO_MUCH = 0.5;
/** Calls begun at a limit, and their share of it, that are enough to raise it in the search, and after it; and to end the search. */
const ENOUGH: Share = [4, 0.12];
const ENOUGH_LATER: Share = [12, 0.5];
const SURE: Share = [36, 1.5, 300];
/** What a higher load must bring after the search, as a power of how much higher it is, and where gains are small for all. */
const PAYS = 0.4;
const PAYS_LITTLE = 0.18;
/** Share of the most answers in a time that a lower load must have brought to do as well. */
const KNEE = 0.8;
/** A trial after the search; answers that tell its load from the one before; limits' worth of calls to the next, doubled each time. */
const HALF_MORE = 1.5;
const TRIAL = 96;
const REST = 4;

/** Calls under way over the limit: what a higher one has left. */
const CROWD = 1.5;

/** How far the limit may fall at once: by latencies that hardly differ all is known. */
const dropOf = (spread: number): number => (spread < UNEVEN ? 4 : 1.5);

interface Round {
  readonly sent: number;
  readonly latency: number;
  until?: number;
  answers: number;
}

type Share = readonly [least: number, share: number, most?: number];
const enough = (calls: number, [least, share, most = Infinity]: Share, limit: number): boolean =>
  calls >= Math.min(most, Math.max(least, share * limit));

/**
 * Finds how many calls a server can work on at once. Where it tells (`heard`), by that; else from when calls begin and
 * end. See the README beside this file for what it decides, from what, and what each part gains.
 */
export class AdaptiveLimit implements Limit {
  readonly #max: number;
  readonly #underWay = new CallsUnderWay();
  readonly #latencies = new Latencies();
  readonly #refusals = new Refusals();
  #value: number;
  /** Where it climbs to, by a share with every answer: a server that turns calls away says so in time. */
  #goal: number;
  #phase: 'startup' | 'cruise' | 'told';
  /** Of the last calls: 1 for the oldest of those under way, n for one that overtook n − 1. */
  #ranks: number[] = [];
  /** Calls since the last look, and those of them that ended while the limit was in use. */
  #count = 0;
  #used = 0;
  /** Since the goal changed: when it did, calls, those of them begun since at nearly that load, and when the first latency was over. */
  #changedAt: number | undefined;
  #since = 0;
  #begunSince = 0;
  /** Latencies of the calls that ended since then. */
  #spent = 0;
  #steadyAt = 0;
  /** Since when there is a lull. */
  #lullSince: number | undefined;
  /** Limits of the search, and the one that the next trial is compared with; trials that brought nothing, and calls until the next. */
  readonly #levels: Level[] = [];
  #proven: Level | undefined;
  #failed = 0;
  /** The last level of the search, where it is not certain that it brought nothing; null: that has been looked into. */
  #doubted: Level | null | undefined;
  #rest = 0;
  /** When to leap, and how far. */
  #leap: { readonly at: number; readonly goal: number; readonly latency: number } | undefined;
  /** After a leap: calls that were sent before it, until when they may end, and how many did. */
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
    if (this.#levels.length > 1) return Math.min(this.#max, 2 * this.#goal);
    return this.#levels.length === 1 && this.#since >= this.#goal / 2 ? this.#goal : undefined;
  }

  began(at: number): void {
    this.#changedAt ??= at;
    this.#underWay.began(at);
    if (this.#underWay.size < LULL * this.value) return;
    // What is as short as a call is the change from one to the next.
    if (this.#lullSince !== undefined && (at - this.#lullSince) * this.#since >= this.#spent) this.#measureAnew(at);
    this.#lullSince = undefined;
  }

  ended(outcome: CallOutcome, inFlight: number): void {
    const { startedAt, endedAt, kind } = outcome;
    const call = this.#underWay.ended(startedAt);
    if (this.#underWay.size < LULL * this.value) this.#lullSince ??= endedAt;
    this.#refusals.ended(outcome, inFlight, this.value);
    if (kind !== 'ok') this.#leap = undefined;
    if (kind !== 'ok' || !call || this.#phase === 'told') return;
    this.#latencies.add(call.load, endedAt - startedAt);
    this.#ranks.push(call.rank);
    if (this.#ranks.length > Math.max(64, 2 * this.#goal)) this.#ranks.shift();
    this.#count++;
    this.#spent += endedAt - startedAt;
    this.#rest--;
    if (inFlight + 1 >= 0.8 * this.#value) this.#used++;
    if (call.load >= 0.7 * this.#goal && startedAt >= this.#changedAt!) this.#begunSince++;
    if (++this.#since === this.#goal) this.#steadyAt = endedAt;
    if (this.#round) this.#weigh(this.#round, endedAt);
    this.#raise();
    if (this.#count >= (this.#phase === 'startup' ? this.#goal / 16 : Math.max(8, this.#goal / 4))) this.#look(endedAt);
  }

  /** Rates of answers count no time in which there was nothing to answer. */
  #measureAnew(at: number): void {
    this.#since = this.#spent = this.#begunSince = this.#count = this.#used = 0;
    this.#changedAt = at;
  }

  /** When it leaps, unless calls are turned away before. */
  get risesAt(): number | undefined {
    return this.#leap?.at;
  }

  passed(now: number): void {
    if (!this.#leap || now < this.#leap.at) return;
    const { goal, latency } = this.#leap;
    this.#leap = undefined;
    this.#round = { sent: this.#underWay.size, latency, answers: 0 };
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
    this.#leap = undefined;
    if (slots !== undefined) this.#set(slots + Math.ceil(slots / 4));
    else if (waiting === 0 && inFlight >= 0.8 * this.#value) this.#set(2 * this.#value);
    // While more and more are running those that wait only do until the next step.
    else if (waiting! > 0 && running <= this.#running) this.#set((1.25 * inFlight * running) / (running + waiting!));
    this.#running = running;
    this.#value = this.#goal;
  }

  #look(now: number): void {
    const isUsed = this.#used >= this.#count / 2;
    this.#count = this.#used = 0;
    const limit = this.#goal;
    const latencies = this.#latencies.estimate(this.#underWay, now, 1.1 * limit, MIXED);
    // With too little to do nothing can be learnt about how much more it could take.
    if (!latencies || !isUsed) return;
    if (this.#phase === 'startup') return this.#search(latencies, limit, now);
    // While a crowd drains no call begins at this limit.
    if (this.#underWay.size > CROWD * limit) return;
    const served = this.#served(now);
    if (this.#since >= 3 * limit && served < SERVED * limit) return this.#back(AIM * served, limit, now);
    const slots = this.#slots(latencies, limit);
    // Some calls wait, by the order of ends, though none too many: that is the limit to have.
    const { least, most, spread } = latencies;
    if (spread >= MIXED && Math.max(slots, Math.sqrt(least * most)) < FEW_WAIT * limit && AIM * slots >= limit) return;
    if (AIM * slots >= limit) return this.#try(limit, now);
    if (this.#since < limit) return;
    const goal = Math.max(limit / dropOf(spread), AIM * slots);
    if (this.#proven && goal < 0.7 * this.#proven.limit) this.#proven = undefined;
    this.#set(goal, now);
  }

  /** Goes up threefold while nothing speaks against it. */
  #search(latencies: SlotsEstimate, limit: number, now: number): void {
    const isFirst = limit <= FIRST;
    const overtaken = Math.max(...this.#ranks);
    if (isFirst) {
      const isPlain = overtaken >= OVERTAKEN * limit && latencies.spread >= UNEVEN;
      if (this.#since < (isPlain ? SOONEST : FIRST)) return;
    } else if (!enough(this.#begunSince, ENOUGH, limit)) return;
    const level = { limit, rate: this.#since / Math.max(1, now - this.#changedAt!), answers: this.#since };
    const signs = signsOf(latencies, limit, overtaken);
    const before = this.#levels.at(-1);
    if (signs.isOpen && (!before || gains(level, before, signs.isMixed))) return this.#climb(level, latencies, signs, now);
    if (isFirst ? this.#since >= 4 * FIRST : this.#isSure(latencies, signs, limit)) this.#settle(level, latencies, signs, now);
  }

  /** Enough is known to end the search; where neither order nor latencies leave room for so much no more need be asked. */
  #isSure({ spread, most }: SlotsEstimate, { byOrder }: Signs, limit: number): boolean {
    return enough(this.#begunSince, spread < UNEVEN ? ENOUGH : SURE, limit) || (!byOrder && most < TOO_MUCH * limit);
  }

  /** The next limit of the search. */
  #climb(level: Level, { spread, least, most }: SlotsEstimate, { isMixed }: Signs, now: number): void {
    const { limit } = level;
    this.#levels.push(level);
    const threefold = FASTER * limit;
    if (spread < EQUAL && limit <= FIRST) {
      const latency = this.#spent / this.#since;
      const goal = latency < LEAP_WORTH_MS ? 0 : Math.min(LEAP, (FIRST * LEAP_MS) / latency);
      if (goal > FLAT * limit) this.#leap = { at: now + LEAP_AFTER * latency, goal, latency };
    }
    if (spread < UNEVEN) this.#set(FLAT * limit, now);
    else this.#set(isMixed ? Math.min(threefold, Math.max(1.5 * limit, 4 * most + 4)) : Math.max(threefold, 4 * least + 4), now);
    // Calls that all take the same end together: the next answer may be a whole latency away.
    this.#raise(spread < UNEVEN ? 1 : STEPS);
  }

  #raise(steps = STEPS): void {
    this.#value = Math.min(this.#goal, this.#value + Math.ceil(this.#goal / steps));
  }

  /** The search is over: the limit where as many answers came as at the best, or what the order of ends proves. */
  #settle(level: Level, latencies: SlotsEstimate, { byOrder, isMixed }: Signs, now: number): void {
    const { limit } = level;
    this.#phase = 'cruise';
    this.#levels.push(level);
    // Calls that are not served at all say that there are too many, however few answers came at the lower load.
    if (byOrder && this.#doubted === undefined && this.#served(now) >= SERVED * limit) this.#doubted = level;
    if (!byOrder) return this.#set(Math.max(limit / dropOf(latencies.spread), AIM * this.#slots(latencies, limit)), now);
    const [first] = this.#levels as [Level];
    const best = Math.max(...this.#levels.map(({ rate }) => rate));
    const knee = this.#levels.find(({ rate }) => rate >= KNEE * best)!.limit;
    // Where the first load brought as much as the last, less may do.
    const isLess = knee <= FIRST && (level === first || (isMixed && level.rate < first.rate * (limit / first.limit) ** GAIN));
    this.#set(isLess ? knee / 2 : knee, now);
  }

  /** Calls that end take up so much of the limit, by Little's law: all of it, unless some are never served. */
  #served(now: number): number {
    return this.#spent / Math.max(1, now - this.#changedAt!);
  }

  /** After the search, at a lower load than its last: so few answers come that there was something in the higher one. Once. */
  #isDoubted(limit: number, now: number): boolean {
    const [far, answers] = [this.#doubted, this.#since - limit];
    if (!far || this.#proven || limit >= far.limit || answers < DOUBT) return false;
    const rate = answers / (now - this.#steadyAt);
    if (rate * (far.limit / limit) ** SOON >= far.rate) return false;
    this.#doubted = null;
    this.#phase = 'startup';
    this.#levels.splice(0, Infinity, { limit, rate, answers });
    this.#set(far.limit, now);
    return true;
  }

  /** Slots that the order of ends proves. Some calls get past any queue: from a cache, say. */
  get #overtaken(): number {
    const ranks = [...this.#ranks].sort((a, b) => a - b);
    return ranks[Math.ceil(0.97 * ranks.length) - 1] ?? 1;
  }

  #slots({ least, most, spread }: SlotsEstimate, limit: number): number {
    const overtaken = this.#overtaken;
    const middle = Math.sqrt(least * most);
    if (spread >= MIXED) return Math.min(Math.max(overtaken, middle), BEYOND_ORDER * overtaken);
    const tells = spread >= UNEVEN && overtaken < 0.55 * limit;
    if (!tells && most >= 0.8 * limit) return limit;
    return Math.min(Math.max(overtaken, middle), tells ? 2 * AIM * overtaken : Infinity);
  }

  /** Nothing speaks against more: half as many more, and back to where it was unless that brought anything. */
  #try(limit: number, now: number): void {
    if (this.#isDoubted(limit, now)) return;
    if (!enough(this.#begunSince, ENOUGH_LATER, limit)) return;
    const proven = this.#proven;
    if (!proven || limit > proven.limit) {
      const answers = this.#since - limit;
      if (answers < (proven ? Math.max(TRIAL, limit) : Math.max(TRIAL / 2, limit / 2))) return;
      const rate = answers / (now - this.#steadyAt);
      const gain = proven ? rate / proven.rate : Infinity;
      this.#proven = { limit, rate, answers };
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

  /** Puts a lower limit in force at once, a higher one answer by answer. */
  #set(goal: number, now?: number): void {
    const whole = Math.max(1, Math.min(this.#max, Math.ceil(goal)));
    if (whole !== this.#goal) this.#since = this.#spent = 0;
    if (whole > this.#goal) {
      this.#begunSince = 0;
    }
    if (whole !== this.#goal) this.#changedAt = now ?? this.#changedAt;
    this.#goal = whole;
    this.#value = Math.min(this.#value, whole);
  }
}
