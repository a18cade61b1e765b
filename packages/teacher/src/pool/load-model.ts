/** Of a window of calls: how many were in flight on average, and how long one took. */
export interface LoadPoint {
  /** Calls in flight, on average. */
  readonly inFlight: number;
  /** Milliseconds of a call, on average. */
  readonly latencyMs: number;
  /** Calls that it rests on. */
  readonly calls: number;
  /** Variance of a single latency, in units of the mean squared. */
  readonly spread: number;
}

/** Slots of a server: the likeliest number, and the smallest that is not far less likely. */
export interface SlotsEstimate {
  readonly likeliest: number;
  readonly least: number;
  /** Mean milliseconds of a call that does not have to queue. */
  readonly bareMs: number;
}

interface Known {
  /** Logarithms: latencies and loads compare as ratios. */
  readonly load: number;
  readonly latency: number;
  /** One over its variance. */
  weight: number;
}

/** Slots are tried in steps of an eighth of an octave. */
const STEP = Math.LN2 / 8;
/** What no number of calls makes more certain: standard deviation of the logarithm of a latency, squared. */
const MODEL_ERROR = 0.004;
/** Calls after which a measurement counts half. */
const HALF_LIFE = 2000;
/** Measurements at a load more than so many times smaller count less: bare latency may itself grow with load. */
const FAR = 8;
/** Worse fit, in units of -2 log likelihood, that still leaves a number of slots possible. */
const POSSIBLE = 1.5;
/**
 * Standard deviations beyond which measurements say that the server has changed, what those before the last add to it, and
 * what older ones count for then.
 */
const CHANGE = 3.3;
const LASTING = 0.5;
const AFTER_CHANGE = 0.1;

/**
 * What a client can know of a server with so many slots and a queue, from loads and latencies alone: calls take their
 * bare latency while there are no more of them than slots, and as many times longer as there are more. These are the
 * asymptotic bounds of Denning and Buzen, "The Operational Analysis of Queueing Network Models", ACM Computing Surveys
 * 10(3), 1978; the number of slots is their knee. It is found by weighted least squares over what was measured,
 * the more recent counting more.
 */
export class LoadModel {
  #known: Known[] = [];
  #spread = 0;
  #calls = 0;
  #drift = 0;

  /** Whether there is something to compare a measurement with. */
  get isComparable(): boolean {
    return this.#known.length > 1;
  }

  /**
   * Takes a measurement in. Returns whether it shows that the server has changed: it has become slower than it was, or
   * faster; unless it is one of those that are to tell `why` it did.
   */
  add({ inFlight, latencyMs, calls, spread }: LoadPoint, why = false): 'slower' | 'faster' | undefined {
    const load = Math.log(inFlight);
    const latency = Math.log(latencyMs);
    this.#spread = 0.8 * this.#spread + spread * calls;
    this.#calls = 0.8 * this.#calls + calls;
    const variance = this.#spread / this.#calls / calls + MODEL_ERROR;
    const change = this.#known.length > 3 && !why ? this.#changed(load, latency, variance) : undefined;
    this.#forget(change ? AFTER_CHANGE : 0.5 ** (calls / HALF_LIFE));
    this.#known.push({ load, latency, weight: 1 / variance });
    return change;
  }

  /** Compares a measurement with what was to be expected; several small differences to the same side count as a large one. */
  #changed(load: number, latency: number, variance: number): 'slower' | 'faster' | undefined {
    const { likeliest, bareMs } = this.estimate();
    const expected = Math.log(bareMs) + Math.max(0, load - Math.log(likeliest));
    this.#drift = LASTING * this.#drift + (latency - expected) / Math.sqrt(variance + MODEL_ERROR);
    if (Math.abs(this.#drift) <= CHANGE) return undefined;
    const change = this.#drift > 0 ? 'slower' : 'faster';
    this.#drift = 0;
    return change;
  }

  /**
   * How much better calls are explained by a queue, half of those in flight waiting, than by there being none; in units
   * of -2 log likelihood. Below 0: there is no queue, more likely than not.
   */
  queueing(inFlight: number): number {
    const load = Math.log(inFlight);
    return this.#fit(Infinity, load).misfit - this.#fit(load - Math.LN2, load).misfit;
  }

  estimate(): SlotsEstimate {
    const loads = this.#known.map(({ load }) => load);
    const last = loads.at(-1)!;
    const fits: { slots: number; misfit: number; bare: number }[] = [];
    for (let slots = Math.min(...loads) - 2 * Math.LN2; slots <= Math.max(...loads) + STEP; slots += STEP) {
      fits.push({ slots, ...this.#fit(slots, last) });
    }
    const best = fits.reduce((a, b) => (b.misfit <= a.misfit ? b : a));
    const least = fits.find(({ misfit }) => misfit <= best.misfit + POSSIBLE)!;
    return { likeliest: Math.exp(best.slots), least: Math.exp(least.slots), bareMs: Math.exp(best.bare) };
  }

  /** The bare latency that fits best with so many slots, and how badly it fits. All logarithms. */
  #fit(slots: number, at: number): { bare: number; misfit: number } {
    const points = this.#known.map(({ load, latency, weight }) => ({
      bare: latency - Math.max(0, load - slots),
      weight: weight * Math.min(1, FAR * Math.exp(load - at)),
    }));
    const total = points.reduce((sum, { weight }) => sum + weight, 0);
    const bare = points.reduce((sum, point) => sum + point.weight * point.bare, 0) / total;
    return { bare, misfit: points.reduce((sum, point) => sum + point.weight * (point.bare - bare) ** 2, 0) };
  }

  #forget(share: number): void {
    for (const known of this.#known) known.weight *= share;
    this.#known = this.#known.filter(({ weight }) => weight > 1);
  }
}
