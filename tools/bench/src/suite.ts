import { spreadOf, type Row, type Target, type Unmeasured } from '@sdg/cli/bench';
import type { BenchContext } from './context.js';

/** For what must never be, in no run: a crash, a lost call. Without it the median decides. */
export const EVERY_RUN = true;

const target =
  (sense: Target['sense']) =>
  (bound: number, from: string, text: string, every = false): Target => ({ from, text, bound, sense, ...(every && { every }) });

/** Targets: the figure, the issue that asks for it, and what is asked in words. */
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
  readonly targets: Readonly<Record<string, Target>>;
  /** Yields rows as they are known, so that a failure costs only what was still to come. */
  run(context: BenchContext): AsyncGenerator<Measured, void, undefined>;
}

interface RowMaker {
  (id: string, title: string, unit: string, values: readonly number[], note?: string): Measured;
  <T>(id: string, title: string, unit: string, runs: readonly T[], of: (run: T, index: number) => number, note?: string): Measured;
}
type Of = (run: unknown, index: number) => number;

const rowThat =
  (better?: Row['better']): RowMaker =>
  (id: string, title: string, unit: string, runs: readonly unknown[], ...rest: readonly unknown[]): Measured => {
    const note = rest.find((one) => typeof one === 'string');
    const values = typeof rest[0] === 'function' ? runs.map(rest[0] as Of) : (runs as readonly number[]);
    return { id, title, unit, value: spreadOf(values), ...(better && { better }), ...(note !== undefined && { note }) };
  };

/** Rows of the values of several runs, or of what `of` gives of each: more is better, less is, neither is. */
export const higher = rowThat('higher');
export const lower = rowThat('lower');
export const row = rowThat();

export const missing = (id: string, title: string, reason: string): Unmeasured => ({ id, title, reason });
