import { Random } from '@sdg/core';
import { BatchModel, type BatchLoad, type BatchOptions } from './batch-model.js';

/** What decides how many calls may be in flight, as the client asks and tells it: a `Limit` of the teacher, or a rival. */
export interface VirtualLimit {
  readonly value: number;
  readonly risesAt?: number | undefined;
  passed?(now: number): void;
  began?(at: number): void;
  ended(outcome: { readonly startedAt: number; readonly endedAt: number; readonly kind: 'ok' | 'turned away' }, inFlight: number): void;
}

/** What a server in virtual time does with calls, known by number. */
export interface ServerModel {
  /** A call comes in; false: it is turned away. */
  arrive(call: number, now: number): boolean;
  /** When calls end next; Infinity: none is there. */
  readonly nextAt: number;
  /** It is that late: the calls that end. */
  advance(): number[];
}

export interface SlotServerOptions {
  /** Calls worked on at once. Infinity: it never queues. */
  readonly slots: number;
  /** Beyond the slots: wait, or be turned away at once. Default `queue`. */
  readonly overload?: 'queue' | 'reject';
  /** Which of those that wait is next. Default `fifo`. */
  readonly order?: 'fifo' | 'lifo' | 'random' | 'shortest';
  /** Mean milliseconds of service, lognormal. Default 1000. */
  readonly meanMs?: number;
  /** Standard deviation of the logarithm of service. Default 0.8; 0: all calls take the same. */
  readonly sigma?: number;
  /** How much longer calls take when all slots are busy, as those of a batch that shares a GPU: 1 + growth times. Default 0. */
  readonly growth?: number;
  readonly seed?: number;
}

/** Lognormal of this mean, to nine digits: the last bits of a cosine are not the same in every version of Node. */
function lognormal(random: Random, mean: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
  return Number((mean * Math.exp(sigma * normal - sigma ** 2 / 2)).toPrecision(9));
}

/** So many slots, and a queue or a door beyond them. Its settings may be changed between two runs. */
export class SlotServer implements ServerModel {
  readonly #random: Random;
  readonly #options: SlotServerOptions;
  /** Lengths are in means. */
  readonly #waiting: { readonly call: number; readonly length: number }[] = [];
  readonly #running = new Map<number, number>();
  #now = 0;
  /** Milliseconds of work that every running call has been given since the beginning. */
  #work = 0;
  #next: { call: number; endsAt: number } | undefined;
  slots: number;
  meanMs: number;
  /** Share of calls that are turned away whatever there is to do. */
  sick = 0;

  constructor(options: SlotServerOptions) {
    this.#options = options;
    this.slots = options.slots;
    this.meanMs = options.meanMs ?? 1000;
    this.#random = new Random('virtual server', options.seed ?? 1);
  }

  arrive(call: number, now: number): boolean {
    this.#pass(now);
    if (this.sick > 0 && this.#random.float() < this.sick) return false;
    const isFull = this.#running.size >= this.slots;
    if (isFull && this.#options.overload === 'reject') return false;
    this.#waiting.push({ call, length: lognormal(this.#random, 1, this.#options.sigma ?? 0.8) });
    if (!isFull) this.#start();
    return true;
  }

  get nextAt(): number {
    return this.#next ? this.#now + (this.#next.endsAt - this.#work) / this.#speed : Infinity;
  }

  advance(): number[] {
    const { call } = this.#next!;
    this.#pass(this.nextAt);
    this.#running.delete(call);
    this.#next = undefined;
    for (const [other, endsAt] of this.#running) if (!this.#next || endsAt < this.#next.endsAt) this.#next = { call: other, endsAt };
    while (this.#running.size < this.slots && this.#waiting.length > 0) this.#start();
    return [call];
  }

  /** Milliseconds of work that a running call is given in a millisecond. */
  get #speed(): number {
    return 1 / (1 + ((this.#options.growth ?? 0) * this.#running.size) / this.slots);
  }

  #pass(now: number): void {
    this.#work += (now - this.#now) * this.#speed;
    this.#now = now;
  }

  get #turn(): number {
    const waiting = this.#waiting;
    switch (this.#options.order) {
      case 'lifo':
        return waiting.length - 1;
      case 'random':
        return this.#random.below(waiting.length);
      case 'shortest':
        return waiting.reduce((best, { length }, i) => (length < waiting[best]!.length ? i : best), 0);
      default:
        return 0;
    }
  }

  #start(): void {
    const { call, length } = this.#waiting.splice(this.#turn, 1)[0]!;
    const endsAt = this.#work + this.meanMs * length;
    this.#running.set(call, endsAt);
    if (!this.#next || endsAt < this.#next.endsAt) this.#next = { call, endsAt };
  }
}

interface BatchServerOptions extends BatchOptions {
  readonly seed?: number;
  readonly promptTokens?: number;
  /** Mean tokens of an output, lognormal, and the standard deviation of its logarithm. Default 300, 0.6. */
  readonly outputTokens?: number;
  readonly sigma?: number;
}

/** A server that batches, in virtual time. */
export class BatchServer implements ServerModel {
  readonly #random: Random;
  readonly #model: BatchModel<number>;
  readonly #lengths: Required<Pick<BatchServerOptions, 'promptTokens' | 'outputTokens' | 'sigma'>>;
  #stepEnd = Infinity;

  constructor({ seed = 1, promptTokens = 800, outputTokens = 300, sigma = 0.6, ...options }: BatchServerOptions = {}) {
    this.#lengths = { promptTokens, outputTokens, sigma };
    this.#model = new BatchModel(options);
    this.#random = new Random('batch server', seed);
  }

  get load(): BatchLoad {
    return this.#model.load;
  }

  arrive(call: number, now: number): boolean {
    const { promptTokens, outputTokens, sigma } = this.#lengths;
    this.#model.add(call, promptTokens, lognormal(this.#random, outputTokens, sigma));
    if (this.#stepEnd === Infinity) this.#step(now);
    return true;
  }

  get nextAt(): number {
    return this.#stepEnd;
  }

  advance(): number[] {
    const ended = this.#model.end();
    this.#step(this.#stepEnd);
    return ended;
  }

  #step(now: number): void {
    this.#stepEnd = now + (this.#model.begin() ?? Infinity);
  }
}

/** One call's end as the virtual client saw it. */
export interface VirtualCall {
  readonly at: number;
  readonly answered: boolean;
  /** In flight when it ended, itself included. */
  readonly inFlight: number;
}

export interface PlayOptions {
  /** Calls to be answered. */
  readonly calls: number;
  /** Whether there are only so many: then the last ones end alone. Default false: there is always more to do. */
  readonly closed?: boolean;
  /** Calls that a sample needs one after another, the later ones first; with `closed`. Default 1. */
  readonly steps?: number;
  /** Called every so many milliseconds of virtual time, as a look at the server's metrics. */
  readonly every?: readonly [ms: number, look: (now: number) => void];
}

/** Milliseconds from one call to the next that begins at once: no clock is so coarse that they seem to begin together. */
const BETWEEN_MS = 1e-6;
/** Milliseconds to be turned away, and before the client tries again. */
const REFUSAL_MS = 1;

/** A client in virtual time: 100,000 calls take a moment and every run is the same. It may be played with again and again. */
export class VirtualClient {
  readonly #server: ServerModel;
  /** When they began, and the step they are. */
  readonly #calls = new Map<number, { readonly startedAt: number; readonly step: number }>();
  readonly #refused: { readonly call: number; readonly at: number }[] = [];
  #count = 0;
  #now = 0;
  #lookAt = 0;
  /** When the last one began: no two do at the same time. */
  #beganAt = -1;

  constructor(server: ServerModel) {
    this.#server = server;
  }

  get inFlight(): number {
    return this.#calls.size;
  }
  get now(): number {
    return this.#now;
  }

  /** Lets calls be answered under the limit, and tells of every end. */
  play(limit: VirtualLimit, { calls, closed = false, steps = 1, every }: PlayOptions): VirtualCall[] {
    const ends: VirtualCall[] = [];
    // Samples that are due for their n-th call.
    const due = Array.from({ length: steps }, (_, step) => (step === 0 ? (closed ? calls / steps : Infinity) : 0));
    const fill = (): void => {
      for (let step = steps - 1; step >= 0; step--) {
        for (; due[step]! > 0 && this.#calls.size < limit.value; due[step]!--) this.#begin(limit, step);
      }
    };
    for (let answered = 0; answered < calls;) {
      fill();
      const refusal = this.#refused[0];
      const isAnswer = !(refusal && refusal.at <= this.#server.nextAt);
      const at = isAnswer ? this.#server.nextAt : refusal!.at;
      if (this.#isLookedAt(limit, every, at)) continue;
      this.#now = at;
      for (const call of isAnswer ? this.#server.advance() : [this.#refused.shift()!.call]) {
        const { startedAt, step } = this.#calls.get(call)!;
        ends.push({ at, answered: isAnswer, inFlight: this.#calls.size });
        this.#calls.delete(call);
        if (isAnswer) answered++;
        const next = isAnswer ? step + 1 : step;
        if (next < steps) due[next]!++;
        limit.ended({ startedAt, endedAt: at, kind: isAnswer ? 'ok' : 'turned away' }, this.#calls.size);
        // As a real client: the slot is taken again before the next answer is read.
        fill();
      }
    }
    return ends;
  }

  /** What is due before a call ends: the limit rises, or somebody looks at the server. */
  #isLookedAt(limit: VirtualLimit, every: PlayOptions['every'], nextEnd: number): boolean {
    const { risesAt = Infinity } = limit;
    const lookAt = every ? this.#lookAt : Infinity;
    if (Math.min(risesAt, lookAt) > nextEnd) return false;
    this.#now = Math.max(this.#now, Math.min(risesAt, lookAt));
    if (risesAt <= lookAt) limit.passed?.(this.#now);
    else {
      this.#lookAt = this.#now + every![0];
      every![1](this.#now);
    }
    return true;
  }

  #begin(limit: VirtualLimit, step: number): void {
    const call = this.#count++;
    this.#beganAt = Math.max(this.#now, this.#beganAt + BETWEEN_MS);
    limit.began?.(this.#beganAt);
    this.#calls.set(call, { startedAt: this.#beganAt, step });
    if (!this.#server.arrive(call, this.#now)) this.#refused.push({ call, at: this.#now + REFUSAL_MS });
  }
}
