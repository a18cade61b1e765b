import type { CallUnderWay } from './calls-under-way.js';
import { censoredLogs, type LogSums } from './censored-logs.js';
import { Fading, OCTAVE, TOP, loadOf, stepOf, weightOf } from './load-scale.js';
import { Overtaking, disagreement } from './overtaking.js';

/** Numbers of slots that agree with all that is known. */
export interface SlotsEstimate {
  readonly least: number;
  readonly most: number;
  readonly likeliest: number;
  /** Whether no queue was seen at the highest load: there may be any number of slots. */
  readonly isOpen: boolean;
  /** Whether calls take longer nearly in proportion to the load, queue or not: more of it would bring next to nothing. */
  readonly isSpent: boolean;
}

/** A call that was answered. */
export interface Answer {
  /** Calls under way when it began, itself among them. */
  readonly load: number;
  readonly latencyMs: number;
  /** Which it was of those under way when it ended, by age from 1. */
  readonly rank?: number;
  readonly among?: number;
}

interface Known {
  readonly step: number;
  /** Of the logarithm of latency. */
  readonly mean: number;
  readonly variance: number;
  readonly calls: number;
  readonly independent: number;
}

interface Fit {
  readonly step: number;
  readonly misfit: number;
  readonly bare: number;
  readonly lengths: number;
}

/** What a call still counts for after another: half after 2000. */
const KEPT = 0.5 ** (1 / 2000);
/** What a load that is not tried any more counts for after each look. */
const STALE = 0.95;
/** Variance of a mean that no number of calls makes smaller. */
const MODEL_ERROR = 0.004;
/** What the spread of latencies counts for beside their mean. */
const SPREAD = 0.5;
/** Worse fit, in units of -2 log likelihood, that still leaves a number of slots possible: two standard deviations. */
const POSSIBLE = 4;
/** Growth of latency over that of the load, in logarithms, with which more of it pays: a doubling brings 1.23 times the answers. */
const PAYING = 0.7;
const LEAST_MS = 0.01;
const LEAST_VARIANCE = 0.0025;
/** Variance of what was to be expected of a call: servers that work in batches answer in steps. */
const TOLERANCE = 0.1;

/** Standard deviations of the logarithm of a call's length that are tried, and the Gini coefficients of such lengths. */
const SIGMAS = [0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.1, 1.35, 1.7];
const GINIS = SIGMAS.map((sigma) => errorFunction(sigma / 2));

/**
 * Mean and variance of the logarithm of latency, by sigma and step of load over slots, of calls of mean length 1. A queue
 * makes all calls wait alike: it lengthens their mean, not their deviation. (Denning and Buzen, "The Operational Analysis
 * of Queueing Network Models", ACM Computing Surveys 10(3), 1978, for the mean; a wait and a lognormal length make about
 * a lognormal latency: Fenton, "The Sum of Log-Normal Probability Distributions", 1960.)
 */
const LATENCIES = SIGMAS.map((sigma) =>
  Array.from({ length: TOP + 1 }, (_, step) => {
    const variance = Math.log1p(Math.expm1(sigma ** 2) / loadOf(step) ** 2);
    const known = Math.max(variance, LEAST_VARIANCE);
    return { mean: Math.log(loadOf(step)) - variance / 2, variance: known, logVariance: Math.log(known) };
  }),
);

/**
 * What can be known of a server's slots from when calls began and ended: a server with S slots and a queue makes
 * latency grow in proportion to the load beyond S and not below, and lets no call overtake S others. Numbers of slots
 * are compared by likelihood over all loads that were tried, the recent counting more.
 */
export class LoadModel {
  /** Logarithms of latencies by step of the load at which calls began. */
  readonly #latencies = new Map<number, LogSums>();
  readonly #fading = new Fading();
  #overtaking = new Overtaking();
  #best: Fit | undefined;

  /**
   * Takes a call in, or, unless `isCurrent`, only its rank. Returns by how many standard deviations it took longer than
   * was to be expected; 0: nothing was.
   */
  add({ load, latencyMs, rank, among }: Answer, isCurrent = true): number {
    if (rank !== undefined && among !== undefined) this.#overtaking.add(rank, among);
    if (!isCurrent) return 0;
    const by = this.#fading.fade(KEPT);
    if (by > 1) for (const [step, { count, sum, squares }] of this.#latencies) this.#latencies.set(step, { count: count / by, sum: sum / by, squares: squares / by });
    const { weight } = this.#fading;
    const log = Math.log(Math.max(LEAST_MS, latencyMs));
    const step = stepOf(load);
    let sums = this.#latencies.get(step);
    if (!sums) this.#latencies.set(step, (sums = { count: 0, sum: 0, squares: 0 }));
    sums.count += weight;
    sums.sum += weight * log;
    sums.squares += weight * log ** 2;
    if (!this.#best) return 0;
    const expected = LATENCIES[this.#best.lengths]![Math.max(0, step - this.#best.step)]!;
    return (log - this.#best.bare - expected.mean) / Math.sqrt(expected.variance + TOLERANCE);
  }

  /** Calls known that began at a load of at least so much. */
  callsAt(load: number): number {
    let calls = 0;
    for (const [step, { count }] of this.#latencies) if (step >= stepOf(load)) calls += count;
    return calls / this.#fading.weight;
  }

  /** Loads above this one are not tried now: what is known of them grows old sooner, lest it keep them from being tried again. */
  outdate(load: number): void {
    for (const [step, sums] of this.#latencies) {
      if (step <= stepOf(load)) continue;
      sums.count *= STALE;
      sums.sum *= STALE;
      sums.squares *= STALE;
    }
  }

  /** The server has changed: nothing known of it holds any more. */
  forget(): void {
    this.#overtaking = new Overtaking();
    this.#latencies.clear();
    this.#best = undefined;
  }

  /** What is to be thought of the slots, `now`, with these calls still under way; undefined: nothing is known. */
  estimate(underWay: Iterable<CallUnderWay>, now: number): SlotsEstimate | undefined {
    const known = this.#known(underWay, now);
    if (known.length === 0) return undefined;
    const top = Math.max(...known.map(({ step }) => step));
    const impossible = this.#overtaking.impossible(top);
    const fits = Array.from({ length: top + 1 }, (_, step) => {
      const fit = this.#fit(step, known);
      return { ...fit, misfit: fit.misfit + impossible[step]! };
    });
    const best = fits.reduce((a, b) => (b.misfit <= a.misfit ? b : a));
    const possible = fits.filter(({ misfit }) => misfit <= best.misfit + POSSIBLE);
    this.#best = best;
    return {
      least: loadOf(possible[0]!.step),
      most: loadOf(possible.at(-1)!.step),
      likeliest: loadOf(best.step),
      isOpen: possible.at(-1)!.step === top,
      isSpent: isSpent(known.filter(({ step }) => step >= top - 2 * OCTAVE)),
    };
  }

  #known(underWay: Iterable<CallUnderWay>, now: number): Known[] {
    const ages = new Map<number, number[]>();
    for (const { load, startedAt } of underWay) {
      if (now <= startedAt) continue;
      const step = stepOf(load);
      const age = Math.log(now - startedAt);
      if (!ages.get(step)?.push(age)) ages.set(step, [age]);
    }
    const { weight } = this.#fading;
    const known: Known[] = [];
    for (const [step, { count, sum, squares }] of this.#latencies) {
      if (count < 0.5 * weight) continue;
      const sums = { count: count / weight, sum: sum / weight, squares: squares / weight };
      known.push({ step, calls: sums.count, independent: weightOf(sums.count), ...censoredLogs(sums, ages.get(step) ?? []) });
    }
    return known;
  }

  /** The bare latency and its spread that fit best with so many slots, and how badly they fit. */
  #fit(step: number, known: readonly Known[]): Fit {
    const shares = this.#overtaking.sums(step);
    let best: Fit = { step, misfit: Infinity, bare: 0, lengths: 0 };
    for (let lengths = 0; lengths < LATENCIES.length; lengths++) {
      const latencies = LATENCIES[lengths]!;
      let [weights, sum, squares, spread] = [0, 0, 0, 0];
      for (const point of known) {
        const latency = latencies[Math.max(0, point.step - step)]!;
        const weight = 1 / (latency.variance / point.calls + MODEL_ERROR);
        const bare = point.mean - latency.mean;
        weights += weight;
        sum += weight * bare;
        squares += weight * bare * bare;
        spread += point.independent * (latency.logVariance + point.variance / latency.variance);
      }
      const misfit = squares - (sum * sum) / weights + SPREAD * spread + disagreement(shares, GINIS[lengths]!);
      if (misfit < best.misfit) best = { step, misfit, bare: sum / weights, lengths };
    }
    return best;
  }
}

/**
 * Whether latency that grows as the load does explains what is known better than latency that grows by 0.7 of that: the
 * squares that each leaves unexplained are compared, which puts the bound in the middle, at 0.85.
 */
function isSpent(known: readonly Known[]): boolean {
  // One load has no slope: what follows would be the sign of a rounding error.
  if (known.length < 2) return false;
  let [weights, xs, ys, xxs, xys] = [0, 0, 0, 0, 0];
  for (const { step, mean, variance, calls } of known) {
    const weight = 1 / (variance / calls + MODEL_ERROR);
    const x = Math.log(loadOf(step));
    const y = mean + variance / 2;
    weights += weight;
    xs += weight * x;
    ys += weight * y;
    xxs += weight * x ** 2;
    xys += weight * x * y;
  }
  return (1 - PAYING) * (2 * (xys - (xs * ys) / weights) - (1 + PAYING) * (xxs - xs ** 2 / weights)) > 0;
}

/** Abramowitz and Stegun, 7.1.26; for x of at least 0. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  return 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-(x ** 2));
}
