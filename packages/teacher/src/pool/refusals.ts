import type { CallOutcome } from './limit.js';

/**
 * Share of the last sixteen or so calls that may be turned away, and that may fail, for reasons other than load: a sick
 * replica or proxy breaks a few in a hundred, overload a good part of them.
 */
const BORNE_REFUSALS = 0.15;
const BORNE_FAILURES = 0.25;
const MEMORY = 1 / 16;
const DECREASE = 0.7;
/** Calls between two raises; below a low limit, where they take long, as many rounds. */
const CALLS = 48;
const ROUNDS = 4;

/**
 * What a server that turns calls away says outright: how many it takes. The bound falls to what it did take, though by no
 * more than half at a time, then grows by 1, 2, 4, … calls until it is turned away again (additive increase,
 * multiplicative decrease: Chiu and Jain, 1989; the steps double as in slow start). Calls that time out or break lower
 * it by 0.7.
 */
export class Refusals {
  #value = Infinity;
  #refusing = 0;
  #failing = 0;
  /** Since the first of a burst of bad news. */
  #epoch = -Infinity;
  #floor = 1;
  #answers = 0;
  #step = 1;
  /** Raises to leave out. */
  #patience = 0;

  /** Calls that the server takes; Infinity while it has not turned any away. */
  get value(): number {
    return this.#value;
  }

  /** A call ended while `inFlight` others were under way and so many were allowed. */
  ended({ startedAt, endedAt, kind }: CallOutcome, inFlight: number, limit: number): void {
    if (kind === 'other') return;
    this.#refusing += MEMORY * ((kind === 'turned away' ? 1 : 0) - this.#refusing);
    if (kind !== 'turned away') this.#failing += MEMORY * ((kind === 'failed' ? 1 : 0) - this.#failing);
    // Of a burst that has already lowered it every one counts.
    if (kind === 'turned away' && (this.#refusing > BORNE_REFUSALS || startedAt <= this.#epoch)) {
      this.#lower(startedAt, endedAt, limit, Math.min(limit, inFlight));
    }
    if (this.#failing > BORNE_FAILURES) this.#lower(startedAt, endedAt, limit, DECREASE * limit);
    if (kind === 'ok' && inFlight + 1 >= this.#value) this.#answered();
  }

  #lower(startedAt: number, now: number, limit: number, value: number): void {
    if (startedAt > this.#epoch) {
      // Begun after the last decrease: new bad news, not the rest of the old.
      this.#epoch = now;
      this.#floor = Math.max(1, Math.floor(limit / 2));
      // The last step was too much. Ever calmer, as long as it is only by a little.
      if (this.#step > 1) this.#patience = this.#step === 2 ? Math.min(8, this.#patience + 2) : 0;
      this.#step = 1;
    }
    this.#failing = this.#refusing = this.#answers = 0;
    this.#value = Math.max(this.#floor, Math.ceil(value));
  }

  #answered(): void {
    if (++this.#answers < Math.max(Math.min(CALLS, ROUNDS * this.#value), this.#value / 2) + this.#value) return;
    this.#answers = 0;
    if (this.#patience-- > 0) return;
    this.#patience = Math.max(0, this.#patience);
    this.#value += this.#step;
    this.#step *= 2;
  }
}
