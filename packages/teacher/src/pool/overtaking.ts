import { TOP, loadOf, stepBelow, stepOf, weightOf } from './load-scale.js';

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
  /** By step of slots: calls that ended while more were under way, and those of them that overtook as many or more. */
  readonly #could = new Float64Array(TOP + 1);
  readonly #did = new Float64Array(TOP + 1);
  /** By step of calls under way: shares of the others that were overtaken. */
  readonly #shares = new Map<number, { calls: number; sum: number }>();

  /** A call ended as the `rank`-th oldest `among` those under way. */
  add(rank: number, among: number): void {
    const kept = 1 - 1 / (MEMORY + 2 * among);
    const [could, did] = [stepBelow(among), stepBelow(rank)];
    for (let step = 0; step <= TOP; step++) {
      this.#could[step] = this.#could[step]! * kept + (step <= could ? 1 : 0);
      this.#did[step] = this.#did[step]! * kept + (step <= did ? 1 : 0);
    }
    for (const share of this.#shares.values()) {
      share.calls *= kept;
      share.sum *= kept;
    }
    if (among < 2) return;
    const share = this.#shares.get(stepOf(among)) ?? { calls: 0, sum: 0 };
    share.calls++;
    share.sum += (rank - 1) / (among - 1);
    this.#shares.set(stepOf(among), share);
  }

  /** How badly so many slots agree with the calls that overtook more others than that; in units of -2 log likelihood. */
  impossible(step: number): number {
    const calls = this.#could[step]!;
    const share = calls > 0 ? this.#did[step]! / calls : 0;
    if (share <= PAST_QUEUE) return 0;
    const rest = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - PAST_QUEUE)) : 0;
    return 2 * weightOf(calls) * (share * Math.log(share / PAST_QUEUE) + rest);
  }

  /** Shares overtaken, beside those to be expected of a server with so many slots if a call overtook all those that it could. */
  sums(step: number): ShareSums {
    const slots = loadOf(step);
    let [expected, both, found] = [0, 0, 0];
    for (const [among, { calls, sum }] of this.#shares) {
      if (calls < 0.5) continue;
      const most = Math.max(0, Math.min(1, (slots - 1) / (loadOf(among) - 1)));
      const weight = weightOf(calls * INDEPENDENT) / (EVEN * most ** 2 + CHANCE);
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
