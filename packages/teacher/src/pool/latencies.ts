import type { CallUnderWay } from './calls-under-way.js';

/** Loads are told apart in quarters of an octave. */
const STEPS = 4;
const stepOf = (load: number): number => Math.round(STEPS * Math.log2(Math.max(1, load)));
const loadOf = (step: number): number => 2 ** (step / STEPS);
/** Latencies remembered of each load, and calls after which one is forgotten. */
const KEPT = 64;
const FORGOTTEN = 2000;
/** Worse fit, in log likelihood, that still leaves a number of slots possible; calls whose lengths differ fit the model less well. */
const POSSIBLE = 2;
const POSSIBLE_MIXED = 3.5;

/** What latencies by load say about a server's slots. */
export interface SlotsEstimate {
  /** Numbers of slots that agree with all that is known. */
  readonly least: number;
  readonly most: number;
  /** How latency grows as the load does near the highest, in logarithms: 0 with no queue, 1 where more calls only wait longer. */
  readonly slope: number;
  /** Standard deviation over mean of latencies at the same load. */
  readonly spread: number;
}

interface Bin {
  readonly latencies: number[];
  /** Sum of the latencies, ages of unfinished calls included, in units of the mean and to the power of the shape. */
  exposure: number;
}

/**
 * Latencies by the load at which calls began: up to S slots it does not matter, beyond them latency grows as the load does
 * (Little's law). Numbers of slots are compared by the likelihood of Weibull lifetimes, which takes calls still under way
 * into account: those that end first are the short ones, and would make every new load seem fast.
 */
export class Latencies {
  readonly #known = new Map<number, { readonly ms: number; readonly number: number }[]>();
  #count = 0;

  add(load: number, ms: number): void {
    const step = stepOf(load);
    const calls = this.#known.get(step) ?? [];
    this.#known.set(step, calls);
    calls.push({ ms, number: this.#count++ });
    if (calls.length > KEPT) calls.shift();
  }

  /** Of loads up to `highest`; undefined: nothing is known of them. `mixed`: the spread from which lengths count as different. */
  estimate(underWay: Iterable<CallUnderWay>, now: number, highest: number, mixed: number): SlotsEstimate | undefined {
    const bins = new Map<number, Bin>();
    for (const [step, calls] of this.#known) {
      const latencies = calls.filter(({ number }) => this.#count - number <= FORGOTTEN).map(({ ms }) => ms);
      if (step <= stepOf(highest) && latencies.length > 0) bins.set(step, { latencies, exposure: 0 });
    }
    if (bins.size === 0) return undefined;
    const all = [...bins.values()].flatMap(({ latencies }) => latencies);
    const mean = meanOf(all);
    const spread = Math.min(all.length >= 4 ? Math.sqrt(varianceOf(all)) / mean : 1, spreadWithin(bins.values()));
    const shape = Math.max(1, Math.min(8, 1 / Math.max(0.01, spread)));
    for (const bin of bins.values()) for (const ms of bin.latencies) bin.exposure += (ms / mean) ** shape;
    for (const { load, startedAt } of underWay) {
      const bin = bins.get(stepOf(load));
      if (bin && now > startedAt) bin.exposure += ((now - startedAt) / mean) ** shape;
    }
    const top = Math.max(...bins.keys());
    const fits = Array.from({ length: top + 1 }, (_, slots) => fit(bins, slots, shape));
    const bar = Math.max(...fits) - (spread < mixed ? POSSIBLE : POSSIBLE_MIXED);
    const near = [...bins].filter(([step]) => step >= top - (spread < mixed ? STEPS : 2 * STEPS));
    return {
      least: loadOf(fits.findIndex((one) => one >= bar)),
      most: loadOf(fits.findLastIndex((one) => one >= bar)),
      slope: slopeOf(near, shape),
      spread,
    };
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

/** Of latencies at the same load; as if two calls of a language model's spread had been seen before. */
function spreadWithin(bins: Iterable<Bin>): number {
  let [squares, pairs] = [1, 1];
  for (const { latencies } of bins) {
    squares += (latencies.length * varianceOf(latencies)) / meanOf(latencies) ** 2;
    pairs += latencies.length - 1;
  }
  return Math.sqrt(squares / pairs);
}

/** Log likelihood of so many slots (a step of the scale), the bare latency at its best. */
function fit(bins: ReadonlyMap<number, Bin>, slots: number, shape: number): number {
  let [ended, exposure, waited] = [0, 0, 0];
  for (const [step, bin] of bins) {
    const waits = (Math.max(0, step - slots) / STEPS) * Math.LN2 * shape;
    ended += bin.latencies.length;
    exposure += bin.exposure * Math.exp(-waits);
    waited += bin.latencies.length * waits;
  }
  return -ended * Math.log(exposure) - waited;
}

/** Weighted least squares of the logarithm of latency over that of load. */
function slopeOf(bins: readonly (readonly [number, Bin])[], shape: number): number {
  let [weights, xs, ys, xxs, xys] = [0, 0, 0, 0, 0];
  for (const [step, { latencies, exposure }] of bins) {
    const x = (step / STEPS) * Math.LN2;
    const y = Math.log(exposure / latencies.length) / shape;
    weights += latencies.length;
    xs += latencies.length * x;
    ys += latencies.length * y;
    xxs += latencies.length * x ** 2;
    xys += latencies.length * x * y;
  }
  const square = xxs - xs ** 2 / weights;
  return square > 1e-9 ? (xys - (xs * ys) / weights) / square : 0;
}
