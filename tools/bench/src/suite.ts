import { spreadOf, type Row, type Target, type Unmeasured } from '@sdg/cli/bench';
import type { BenchContext } from './context.js';

/** A target of an issue, and the name of the row that shows it. */
export interface SuiteTarget extends Target {
  readonly title: string;
}

/** For what must never be, in no run: a crash, a lost call. Without it the median decides. */
export const EVERY_RUN = true;

const target =
  (sense: SuiteTarget['sense']) =>
  (bound: number, from: string, title: string, text: string, every = false): SuiteTarget => ({
    from,
    title,
    text,
    bound,
    sense,
    ...(every && { every }),
  });

/** Targets: the figure, the issue that asks for it, a title for where it was not measured, and what is asked in words. */
export const atMost = target('at most');
export const atLeast = target('at least');

/** One measured row, before its target is put to it. */
export type Measured = Omit<Row, 'target'> | Unmeasured;

/** One group of measurements: a file of `suites/`. */
export interface Suite {
  /** Word for the command line. */
  readonly name: string;
  readonly title: string;
  /** About how long all of it takes with five runs on a quiet machine of two processors. */
  readonly minutes: number;
  /** What is done, for the report. */
  about(context: BenchContext): string;
  /** Targets by the id of their row. One that ends without a row is reported as not measured. */
  readonly targets: Readonly<Record<string, SuiteTarget>>;
  /** Yields rows as they are known, so that a failure costs only what was still to come. */
  run(context: BenchContext): AsyncGenerator<Measured, void, undefined>;
}

export interface RowOptions {
  readonly better?: Row['better'];
  readonly note?: string;
}

/** A row of the values of several runs. */
export function row(id: string, title: string, unit: string, values: readonly number[], { better, note }: RowOptions = {}): Measured {
  return { id, title, unit, value: spreadOf(values), ...(better && { better }), ...(note && { note }) };
}

/** A row of what each of several runs gave. */
export function rowOf<T>(
  id: string,
  title: string,
  unit: string,
  runs: readonly T[],
  of: (run: T, index: number) => number,
  options?: RowOptions,
): Measured {
  return row(id, title, unit, runs.map(of), options);
}

export const missing = (id: string, title: string, reason: string): Unmeasured => ({ id, title, reason });
