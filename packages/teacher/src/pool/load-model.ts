import type { CallUnderWay } from './calls-under-way.js';
import { censoredLogs, type LogSums } from './censored-logs.js';
import { OCTAVE, TOP, loadOf, stepOf, weightOf } from './load-scale.js';
import { Overtaking, disagreement } from './overtaking.js';

/** Numbers of slots that agree with all that is known. */
export interface SlotsEstimate {
  readonly least: number;
  readonly most: number;
  readonly likeliest: number;
  /** Whether no queue was seen at the highest load: there may be any number of slots. */
  readonly isOpen: boolean;
  /** Whether calls take longer in proportion to the load, queue or not: more of it would bring nothing. */
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
}

interface Fit {
  readonly step: number;
  readonly misfit: number;
  readonly bare: number;
  readonly lengths: number;
}

/** Calls after which one counts half. */
const HALF_LIFE = 2000;
/** Variance of a mean that no number of calls makes smaller. */
const MODEL_ERROR = 0.004;
/** What the spread of latencies counts for beside their mean. */
const SPREAD = 0.5;
/** Worse fit, in units of -2 log likelihood, that still leaves a number of slots possible: two standard deviations. */
const POSSIBLE = 4;
/** Growth of latency over that of the load that is as good as a queue's: a doubling brings less than a quarter more answers. */
const SPENT = 0.7;
const LEAST_MS = 0.01;
const TOLERANCE = 0.02;

/** Standard deviations of the logarithm of a call's length that are tried, and the Gini coefficients of such lengths. */
const SIGMAS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.8];
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
    return { mean: Math.log(loadOf(step)) - variance / 2, variance: Math.max(variance, 0.0025) };
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
  #overtaking = new Overtaking();
  #best: Fit | undefined;

  /**
   * Takes a call in, or, unless `isCurrent`, only its rank. Returns by how many standard deviations it took longer than
   * was to be expected; 0: nothing was.
   */
  add({ load, latencyMs, rank, among }: Answer, isCurrent = true): number {
    if (rank !== undefined && among !== undefined) this.#overtaking.add(rank, among);
    if (!isCurrent) return 0;
    const kept = 0.5 ** (1 / HALF_LIFE);
    for (const sums of this.#latencies.values()) {
      sums.count *= kept;
      sums.sum *= kept;
      sums.squares *= kept;
    }
    const log = Math.log(Math.max(LEAST_MS, latencyMs));
    const step = stepOf(load);
    const sums = this.#latencies.get(step) ?? { count: 0, sum: 0, squares: 0 };
    sums.count++;
    sums.sum += log;
    sums.squares += log ** 2;
    this.#latencies.set(step, sums);
    if (!this.#best) return 0;
    const expected = LATENCIES[this.#best.lengths]![Math.max(0, step - this.#best.step)]!;
    return (log - this.#best.bare - expected.mean) / Math.sqrt(expected.variance + TOLERANCE);
  }

  /** Calls known that began at a load of at least so much. */
  callsAt(load: number): number {
    let calls = 0;
    for (const [step, { count }] of this.#latencies) if (step >= stepOf(load)) calls += count;
    return calls;
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
    const fits = Array.from({ length: top + 1 }, (_, step) => this.#fit(step, known));
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
    return [...this.#latencies].filter(([, { count }]) => count >= 0.5).map(([step, sums]) => ({ step, calls: sums.count, ...censoredLogs(sums, ages.get(step) ?? []) }));
  }

  /** The bare latency and its spread that fit best with so many slots, and how badly they fit. */
  #fit(step: number, known: readonly Known[]): Fit {
    const shares = this.#overtaking.sums(step);
    let best: Fit = { step, misfit: Infinity, bare: 0, lengths: 0 };
    for (const [lengths, latencies] of LATENCIES.entries()) {
      let [weights, sum, squares, spread] = [0, 0, 0, 0];
      for (const point of known) {
        const { mean, variance } = latencies[Math.max(0, point.step - step)]!;
        const weight = 1 / (variance / point.calls + MODEL_ERROR);
        const bare = point.mean - mean;
        weights += weight;
        sum += weight * bare;
        squares += weight * bare ** 2;
        spread += weightOf(point.calls) * (Math.log(variance) + point.variance / variance);
      }
      const misfit = squares - sum ** 2 / weights + SPREAD * spread + disagreement(shares, GINIS[lengths]!);
      if (misfit < best.misfit) best = { step, misfit, bare: sum / weights, lengths };
    }
    return { ...best, misfit: best.misfit + this.#overtaking.impossible(step) };
  }
}

/** Whether latency that grows as the load does explains what is known far better than latency that grows by 0.7 of that. */
function isSpent(known: readonly Known[]): boolean {
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
  return (1 - SPENT) * (2 * (xys - (xs * ys) / weights) - (1 + SPENT) * (xxs - xs ** 2 / weights)) > 0;
}

/** Abramowitz and Stegun, 7.1.26; for x of at least 0. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  return 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-(x ** 2));
}
