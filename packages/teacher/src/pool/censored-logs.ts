/** Logarithms of latencies: how many, their sum, the sum of their squares. */
export interface LogSums {
  count: number;
  sum: number;
  squares: number;
}

/** Where little is known: as if so many more calls had been seen, spread like those of a language model (sigma 0.7). */
const PRIOR_CALLS = 2;
const PRIOR_VARIANCE = 0.5;
/** Nothing is as regular as a sum of few calls may look. */
const LEAST_VARIANCE = 0.0025;
/** Standard deviations below the mean at which the age of an unfinished call says nothing about its end. */
const YOUNG = -1.5;
const STEPS = 8;
const CLOSE = 0.005;

/**
 * Mean and variance of the logarithm of a latency, from calls that ended and from the ages of those that have not: the
 * short calls of a load end first, and to look at them alone would make every new load seem fast. Expectation
 * maximisation for a censored normal sample (Dempster, Laird and Rubin, "Maximum Likelihood from Incomplete Data via the EM
 * Algorithm", JRSS B 39(1), 1977, section 4.3).
 */
export function censoredLogs({ count, sum, squares }: Readonly<LogSums>, logAges: readonly number[]): { readonly mean: number; readonly variance: number } {
  const fitted = (n: number, s: number, q: number) => ({ mean: s / n, variance: Math.max(LEAST_VARIANCE, (q - (s * s) / n + PRIOR_CALLS * PRIOR_VARIANCE) / (n + PRIOR_CALLS)) });
  let now = fitted(count, sum, squares);
  for (let step = 0; step < STEPS && logAges.length > 0; step++) {
    const deviation = Math.sqrt(now.variance);
    let [n, s, q] = [count, sum, squares];
    for (const age of logAges) {
      const z = (age - now.mean) / deviation;
      if (z < YOUNG) continue;
      const hazard = normalHazard(z);
      const expected = now.mean + deviation * hazard;
      n++;
      s += expected;
      q += expected ** 2 + now.variance * Math.max(0, 1 + z * hazard - hazard ** 2);
    }
    const before = now.mean;
    now = fitted(n, s, q);
    if (Math.abs(now.mean - before) < CLOSE) break;
  }
  return now;
}

/** Density of the standard normal distribution over the probability of more (Abramowitz and Stegun, 26.2.17). */
function normalHazard(z: number): number {
  if (z > 6) return z + 1 / z;
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return density / (z > 0 ? tail : 1 - tail);
}
