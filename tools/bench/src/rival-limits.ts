import type { VirtualLimit } from '@sdg/testing/virtual-server';

type Outcome = Parameters<VirtualLimit['ended']>[0];

/** Both look at what ended within a second, and at ten calls at least, as `WindowedLimit` of the original does. */
const [WINDOW_MS, WINDOW_CALLS] = [1000, 10];
/** Where both begin; no bound keeps them from any number of slots that is measured. */
const [FIRST, MOST] = [20, 10_000];

/** Gathers what ends in a window. */
abstract class WindowedLimit implements VirtualLimit {
  #limit = FIRST;
  #from = -Infinity;
  #calls = 0;
  #time = 0;
  #refusals = 0;
  #inFlight = 0;

  get value(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  ended({ startedAt, endedAt, kind }: Outcome, inFlight: number): void {
    if (this.#from === -Infinity) this.#from = endedAt;
    this.#inFlight = Math.max(this.#inFlight, inFlight + 1);
    if (kind === 'ok') {
      this.#calls++;
      this.#time += endedAt - startedAt;
    } else this.#refusals++;
    if (endedAt - this.#from < WINDOW_MS || this.#calls + this.#refusals < WINDOW_CALLS) return;
    const meanMs = this.#calls > 0 ? this.#time / this.#calls : undefined;
    const next = this.decide(this.#limit, { meanMs, refusals: this.#refusals, inFlight: this.#inFlight });
    this.#limit = Math.min(MOST, Math.max(1, next));
    this.#from = endedAt;
    this.#calls = this.#time = this.#refusals = this.#inFlight = 0;
  }

  protected abstract decide(limit: number, seen: WindowSeen): number;
}

/** What was seen in a window: mean latency of the calls that were answered, refusals, most calls in flight. */
interface WindowSeen {
  readonly meanMs: number | undefined;
  readonly refusals: number;
  readonly inFlight: number;
}

/**
 * Gradient2 of Netflix's concurrency-limits, with its own constants: the limit follows the ratio of a long average of
 * latencies (600 windows, the first ten plainly averaged) to that of this window, between a half and one, and may hold a
 * queue of four.
 */
export class Gradient2Limit extends WindowedLimit {
  #long = 0;
  #windows = 0;

  protected decide(limit: number, { meanMs: short, inFlight }: WindowSeen): number {
    if (short === undefined) return limit;
    this.#windows++;
    this.#long += this.#windows <= 10 ? (short - this.#long) / this.#windows : (short - this.#long) * (2 / 601);
    if (this.#long / short > 2) this.#long *= 0.95;
    if (inFlight < limit / 2) return limit;
    const gradient = Math.max(0.5, Math.min(1, (1.5 * this.#long) / short));
    return limit * 0.8 + (limit * gradient + 4) * 0.2;
  }
}

/** Additive increase, multiplicative decrease: one more in each window without a refusal, a tenth less after one. */
export class AimdLimit extends WindowedLimit {
  protected decide(limit: number, { refusals, inFlight }: WindowSeen): number {
    if (refusals > 0) return limit * 0.9;
    return inFlight * 2 >= limit ? limit + 1 : limit;
  }
}
