/** What several runs of one measurement gave: the median, and the least and greatest value as its spread. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** How many values it is of. */
  readonly runs: number;
}

/** The value below which a share `q` (0 to 1) of the values lies, by linear interpolation. NaN of no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median and extremes of the values, which must not be empty. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a spread of no values');
  return { median: quantile(values, 0.5), low: Math.min(...values), high: Math.max(...values), runs: values.length };
}

/** `a` over `b`, run by run: the two were measured in pairs, so that what else the machine did fell on both. */
export function ratios(a: readonly number[], b: readonly number[]): number[] {
  return a.flatMap((value, i) => (b[i] === undefined ? [] : [value / b[i]]));
}
