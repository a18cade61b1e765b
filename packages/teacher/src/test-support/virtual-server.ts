import { Random } from '@sdg/core';
import type { Limit } from '../pool/limit.js';

export interface VirtualServerOptions {
  readonly slots: number;
  /** Beyond the slots: wait, or be turned away at once. */
  readonly overload: 'queue' | 'reject';
  /** Mean milliseconds of service, lognormal. Default 1000. */
  readonly meanMs?: number;
  /** Standard deviation of the logarithm of service. Default 0.8; 0: all calls take the same. */
  readonly sigma?: number;
  /** How much longer calls take when all slots are busy, as those of a batch that shares a GPU: 1 + growth times. Default 0. */
  readonly growth?: number;
  readonly seed?: number;
}

/** One call's end as the virtual client saw it. */
export interface VirtualCall {
  readonly at: number;
  readonly answered: boolean;
  /** In flight when it ended, itself included. */
  readonly inFlight: number;
}

interface Running {
  /** Milliseconds of the server's work clock, or, of a refusal, of time. */
  readonly endsAt: number;
  readonly startedAt: number;
}

/** Milliseconds to be turned away, and before the client tries again. */
const REFUSAL_MS = 1;

/**
 * A client with always enough to do and a server with so many slots, in virtual time: 100,000 calls take a moment and
 * every run is the same. `setSlots` may be called between two runs.
 */
export class VirtualServer {
  readonly #random: Random;
  readonly #rejects: boolean;
  readonly #waiting: number[] = [];
  #running: Running[] = [];
  #refused: Running[] = [];
  #now = 0;
  /** Milliseconds of work that every running call has been given since the beginning. */
  #work = 0;
  readonly #sigma: number;
  readonly #growth: number;
  meanMs: number;
  slots: number;
  /** Share of calls that are turned away whatever there is to do. */
  sick = 0;

  constructor({ slots, overload, meanMs = 1000, sigma = 0.8, growth = 0, seed = 1 }: VirtualServerOptions) {
    this.slots = slots;
    this.meanMs = meanMs;
    this.#sigma = sigma;
    this.#growth = growth;
    this.#rejects = overload === 'reject';
    this.#random = new Random('virtual server', seed);
  }

  get inFlight(): number {
    return this.#running.length + this.#waiting.length + this.#refused.length;
  }

  #service(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random.float())) * Math.cos(2 * Math.PI * this.#random.float());
    return this.meanMs * Math.exp(this.#sigma * normal - this.#sigma ** 2 / 2);
  }

  #start(startedAt: number): void {
    this.#running.push({ startedAt, endsAt: this.#work + this.#service() });
  }

  /** Milliseconds of work that a running call is given in a millisecond. */
  get #speed(): number {
    return 1 / (1 + (this.#growth * this.#running.length) / this.slots);
  }

  #arrive(): void {
    if (this.sick > 0 && this.#random.float() < this.sick) this.#refused.push({ startedAt: this.#now, endsAt: this.#now + REFUSAL_MS });
    else if (this.#running.length < this.slots) this.#start(this.#now);
    else if (this.#rejects) this.#refused.push({ startedAt: this.#now, endsAt: this.#now + REFUSAL_MS });
    else this.#waiting.push(this.#now);
  }

  /** Lets `calls` calls be answered under the limit, and tells of every end. */
  run(limit: Limit, calls: number): VirtualCall[] {
    const ends: VirtualCall[] = [];
    for (let answered = 0; answered < calls; ) {
      while (this.inFlight < limit.value) {
        limit.began?.(this.#now);
        this.#arrive();
      }
      const running = earliest(this.#running);
      const refused = earliest(this.#refused);
      const answeredAt = running ? this.#now + (running.endsAt - this.#work) / this.#speed : Infinity;
      const isAnswer = refused === undefined || answeredAt <= refused.endsAt;
      const call = (isAnswer ? running : refused)!;
      const inFlight = this.inFlight;
      const now = isAnswer ? answeredAt : refused.endsAt;
      this.#work += (now - this.#now) * this.#speed;
      this.#now = now;
      if (isAnswer) this.#running = this.#running.filter((other) => other !== call);
      else this.#refused = this.#refused.filter((other) => other !== call);
      while (this.#running.length < this.slots && this.#waiting.length > 0) this.#start(this.#waiting.shift()!);
      if (isAnswer) answered++;
      ends.push({ at: this.#now, answered: isAnswer, inFlight });
      limit.ended({ startedAt: call.startedAt, endedAt: now, kind: isAnswer ? 'ok' : 'turned away' }, inFlight - 1);
    }
    return ends;
  }
}

function earliest(calls: readonly Running[]): Running | undefined {
  let first: Running | undefined;
  for (const call of calls) if (!first || call.endsAt < first.endsAt) first = call;
  return first;
}
