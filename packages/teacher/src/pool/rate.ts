import { SdgError, type Reply, type TeacherRequest } from '@sdg/core';
import type { Allowance } from './allowance.js';
import { TokenEstimate } from './token-estimate.js';

/** Milliseconds that a request may take to its server: a connection made anew at a round trip of 200 ms, and a turn of our own loop. */
const ON_THE_WAY = 500;

/**
 * Milliseconds for which what was started counts. A server counts what arrives: of two bursts a minute apart the first may have
 * come late, and the second at once.
 */
export const RATE_WINDOW = 60_000 + ON_THE_WAY;

interface Entry {
  readonly at: number;
  amount: number;
  /** Whether it still counts. */
  counts: boolean;
}

/**
 * So much in any 60 seconds at the server, if requests take no longer than half a second to it: requests for `--rpm`,
 * tokens for `--tpm`. Tokens are booked at the most a request can use and corrected by what it did use. A single request
 * larger than the rate goes alone.
 */
export class RateAllowance implements Allowance {
  #perMinute: number;
  readonly #listeners = new Set<() => void>();
  readonly #cost: (request: TeacherRequest) => number;
  readonly #actual: (request: TeacherRequest, reply: Reply) => number;
  readonly #booked = new Map<TeacherRequest, Entry>();
  #window: Entry[] = [];
  #head = 0;
  #sum = 0;

  constructor(perMinute: number, cost: (request: TeacherRequest) => number, actual: (request: TeacherRequest, reply: Reply) => number) {
    this.#perMinute = perMinute;
    this.#cost = cost;
    this.#actual = actual;
  }

  /** Allows so much from now on; what waited looks again. */
  raise(perMinute: number): void {
    if (perMinute === this.#perMinute) return;
    this.#perMinute = perMinute;
    for (const listener of this.#listeners) listener();
  }

  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waitMs(request: TeacherRequest, now: number): number {
    if (this.#perMinute <= 0) return Infinity;
    let tooMuch = this.#sum + Math.min(this.#cost(request), this.#perMinute) - this.#perMinute;
    for (let i = this.#head; i < this.#window.length; i++) {
      const { at, amount } = this.#window[i]!;
      const left = at + RATE_WINDOW - now;
      if (tooMuch <= 0 && left > 0) return 0;
      tooMuch -= amount;
      if (tooMuch <= 0 && left > 0) return left;
    }
    return 0;
  }

  book(request: TeacherRequest, now: number): void {
    for (let entry = this.#window[this.#head]; entry && now - entry.at >= RATE_WINDOW; entry = this.#window[++this.#head]) {
      this.#sum -= entry.amount;
      entry.counts = false;
    }
    if (this.#head > 1000) {
      this.#window = this.#window.slice(this.#head);
      this.#head = 0;
    }
    const entry = { at: now, amount: Math.min(this.#cost(request), this.#perMinute), counts: true };
    this.#window.push(entry);
    this.#booked.set(request, entry);
    this.#sum += entry.amount;
  }

  settle(request: TeacherRequest, end: Reply | SdgError): void {
    const entry = this.#booked.get(request);
    this.#booked.delete(request);
    if (!entry?.counts || end instanceof SdgError) return;
    const amount = Math.min(this.#actual(request, end), this.#perMinute);
    this.#sum += amount - entry.amount;
    entry.amount = amount;
  }
}

/** `--rpm N`: that many calls in any minute, failed ones included. */
export const requestRate = (perMinute: number): RateAllowance =>
  new RateAllowance(
    perMinute,
    () => 1,
    () => 1,
  );

/** `--tpm N`: that many tokens, of prompts and outputs, of the calls of any minute. */
export function tokenRate(perMinute: number): RateAllowance {
  const estimate = new TokenEstimate();
  const total = (request: TeacherRequest): number => {
    const { prompt, completion } = estimate.guess(request);
    return prompt + completion;
  };
  return new RateAllowance(perMinute, total, (request, reply) => {
    estimate.learn(request, reply);
    return reply.usage.promptTokens + reply.usage.completionTokens;
  });
}
