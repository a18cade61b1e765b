import type { Spread } from './spread.js';

/** What a measured value shall reach. */
export interface Target {
  /** Who asks for it: `issue 5`. */
  readonly from: string;
  /** In words. */
  readonly text: string;
  readonly bound: number;
  readonly sense: 'at least' | 'at most';
  /** Every run must reach it. Default: the median. For what must never be: a crash, a lost call, memory beyond a limit. */
  readonly every?: boolean;
}

/** One measured quantity. */
export interface Row {
  /** Unique in the report, and the same in every report: `saturation.fixed-32`. */
  readonly id: string;
  readonly title: string;
  /** `×` for ratios, `share` for parts of one, else a unit: `µs`, `MB`, `calls/s`. */
  readonly unit: string;
  readonly value: Spread;
  /** Which way is good, for comparisons. Ratios and rates of the machine alone have none. */
  readonly better?: 'higher' | 'lower';
  readonly target?: Target;
  readonly note?: string;
}

/** Something that could not be measured, and why. */
export interface Unmeasured {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly target?: Target;
}

/** The results of one group of measurements. */
export interface SuiteReport {
  readonly name: string;
  /** What was done, in a few sentences: sizes, settings, what is compared with what. */
  readonly about: string;
  readonly seconds: number;
  /** How long a fixed piece of work took before and after: how fast the machine was then. */
  readonly yardstickMs?: Spread;
  readonly rows: readonly Row[];
  readonly unmeasured: readonly Unmeasured[];
}

/** Everything a benchmark found. Written as JSON, and as Markdown by {@link renderReport}. */
export interface Report {
  readonly title: string;
  /** The command that made it. */
  readonly command: string;
  /** ISO 8601. */
  readonly at: string;
  /** What it ran on: machine, system, versions. */
  readonly environment: Readonly<Record<string, string>>;
  readonly suites: readonly SuiteReport[];
}

/** Whether the median, or every run where the target says so, reaches the target; undefined where there is none. */
export function isMet({ target, value }: Pick<Row, 'target' | 'value'>): boolean | undefined {
  if (!target) return undefined;
  if (target.sense === 'at least') return (target.every ? value.low : value.median) >= target.bound;
  return (target.every ? value.high : value.median) <= target.bound;
}

/** All rows of a report, in order. */
export const rowsOf = (report: Report): Row[] => report.suites.flatMap(({ rows }) => rows);
