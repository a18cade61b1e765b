import { SdgError, type Reply, type TeacherRequest } from '@sdg/core';
import type { Allowance } from './allowance.js';
import { TokenEstimate } from './token-estimate.js';

const MINUTE = 60_000;

interface Entry {
  readonly at: number;
  amount: number;
}

/**
 * So much in any 60 seconds, counted when calls start: requests for `--rpm`, tokens for `--tpm`. Tokens are booked at
 * the most a request can use and corrected by what it did use. A single request larger than the rate goes alone.
 */
export class RateAllowance implements Allowance {
  readonly #perMinute: number;
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

  take(request: TeacherRequest, now: number): number {
    while (this.#head < this.#window.length && now - this.#window[this.#head]!.at >= MINUTE) this.#sum -= this.#window[this.#head++]!.amount;
    if (this.#head > 1000) {
      this.#window = this.#window.slice(this.#head);
      this.#head = 0;
    }
    const amount = Math.min(this.#cost(request), this.#perMinute);
    if (this.#sum + amount > this.#perMinute) return Math.max(1, this.#window[this.#head]!.at + MINUTE - now);
    const entry = { at: now, amount };
    this.#window.push(entry);
    this.#booked.set(request, entry);
    this.#sum += amount;
    return 0;
  }

  settle(request: TeacherRequest, end: Reply | SdgError | undefined): void {
    const entry = this.#booked.get(request);
    this.#booked.delete(request);
    if (!entry || end instanceof SdgError) return;
    const amount = end ? Math.min(this.#actual(request, end), this.#perMinute) : 0;
    if (this.#window.indexOf(entry, this.#head) !== -1) this.#sum += amount - entry.amount;
    entry.amount = amount;
  }
}

/** `--rpm N`: that many calls started in any minute, failed ones included. */
export const requestRate = (perMinute: number): Allowance => new RateAllowance(perMinute, () => 1, () => 1);

/** `--tpm N`: that many tokens, of prompts and outputs, of calls started in any minute. */
export function tokenRate(perMinute: number): Allowance {
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
