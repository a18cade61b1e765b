import { Fading, TOP, loadOf, stepBelow, stepOf, weightOf } from './load-scale.js';

/** Calls remembered: so many, and twice those under way. */
const MEMORY = 200;
/** Share of calls that may get past a queue: cached or refused at once, or sent on other paths. */
const PAST_QUEUE = 0.05;
/** Calls that end soon after each other say half as much as calls far apart. */
const INDEPENDENT = 0.5;
/** Variance of the share that a call overtakes: of a share that is evenly spread, about; and of what chance adds. */
const EVEN = 0.08;
const CHANCE = 0.01;
/** Standard deviation of the share overtaken, beside what latencies would suggest. */
const LOOSE = 0.3;

/** Weighted sums over what is known of shares: of expectation², expectation × share, share². */
export interface ShareSums {
  readonly expected: number;
  readonly both: number;
  readonly found: number;
}

/**
 * What the order in which calls end says about a server's slots. One that works on S calls at once and takes them in
 * turn answers none before those S older ones are begun: no call overtakes more than S − 1 others. So a call that
 * overtook n others proves n + 1 slots, however long calls take, and a server that answers its calls in turn though they
 * differ in length has but one slot. See Larson, "The Queue Inference Engine: Deducing Queue Statistics from
 * Transactional Data", Management Science 36(5), 1990, for how much the order of a queue tells.
 */
export class Overtaking {
  readonly #fading = new Fading();
  /** Calls by the highest step of slots that is below those under way, and below its rank; from step 0 on. */
  readonly #among = new Float64Array(TOP + 2);
  readonly #ranks = new Float64Array(TOP + 2);
  /** By step of calls under way: shares of the others that were overtaken. */
  readonly #shares = new Map<number, { calls: number; sum: number }>();

  /** A call ended as the `rank`-th oldest `among` those under way. */
  add(rank: number, among: number): void {
    const by = this.#fading.fade(1 - 1 / (MEMORY + 2 * among));
    if (by > 1) {
      for (const counts of [this.#among, this.#ranks]) for (let i = 0; i < counts.length; i++) counts[i]! /= by;
      for (const share of this.#shares.values()) {
        share.calls /= by;
        share.sum /= by;
      }
    }
    const { weight } = this.#fading;
    this.#among[stepBelow(among) + 1]! += weight;
    this.#ranks[stepBelow(rank) + 1]! += weight;
    if (among < 2) return;
    const step = stepOf(among);
    let share = this.#shares.get(step);
    if (!share) this.#shares.set(step, (share = { calls: 0, sum: 0 }));
    share.calls += weight;
    share.sum += (weight * (rank - 1)) / (among - 1);
  }

  /**
   * How badly numbers of slots, from step 0 to `top`, agree with the calls that overtook as many others or more; in units
   * of -2 log likelihood.
   */
  impossible(top: number): Float64Array {
    const misfits = new Float64Array(top + 1);
    let [could, did] = [0, 0];
    for (let step = TOP; step >= 0; step--) {
      could += this.#among[step + 1]!;
      did += this.#ranks[step + 1]!;
      if (step <= top && did > PAST_QUEUE * could) misfits[step] = 2 * weightOf(could / this.#fading.weight) * divergence(did / could);
    }
    return misfits;
  }

  /** Shares overtaken, beside those to be expected of a server with so many slots if a call overtook all those that it could. */
  sums(step: number): ShareSums {
    const slots = loadOf(step);
    let [expected, both, found] = [0, 0, 0];
    for (const [among, { calls, sum }] of this.#shares) {
      const known = calls / this.#fading.weight;
      if (known < 0.5) continue;
      const most = Math.max(0, Math.min(1, (slots - 1) / (loadOf(among) - 1)));
      const weight = weightOf(known * INDEPENDENT) / (EVEN * most ** 2 + CHANCE);
      expected += weight * most ** 2;
      both += weight * most * (sum / calls);
      found += weight * (sum / calls) ** 2;
    }
    return { expected, both, found };
  }
}

/**
 * How badly shares overtaken agree with expectation, in units of -2 log likelihood, if calls that all run at once overtake
 * about a share `gini` of the others: the Gini coefficient of their lengths.
 */
export function disagreement({ expected, both, found }: ShareSums, gini: number): number {
  const trust = 1 / (LOOSE * gini) ** 2;
  const share = (both + trust * gini) / (expected + trust);
  return found - 2 * share * both + share ** 2 * expected + trust * (share - gini) ** 2;
}

/** Kullback and Leibler's, of a share from that of calls that may get past a queue. */
function divergence(share: number): number {
  const rest = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - PAST_QUEUE)) : 0;
  return share * Math.log(share / PAST_QUEUE) + rest;
}
