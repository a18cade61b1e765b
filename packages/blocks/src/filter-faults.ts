import type { Finding } from '@sdg/core';
import { comparesWithAny, NotComparable, type Operation, type Scalar } from './compare.js';
import { convert, NotConvertible, type Dtype } from './convert.js';

/** Something wrong with a filter, whatever its samples hold: an error, or what most probably was not meant. */
interface FilterFault extends Pick<Finding, 'severity' | 'message' | 'remedy'> {
  /** Where in the config. */
  readonly at: readonly (string | number)[];
}

/** What to do about a text that YAML takes for a truth. */
export const IN_QUOTES = 'put it in quotes: YAML takes a bare yes, no, on or off for true or false';

/** Config of a filter on a value. */
export interface FilterByValueConfig<Name extends string = string> {
  readonly filter_column: Name;
  readonly filter_value: Scalar | readonly Scalar[];
  readonly operation: Operation;
  readonly convert_dtype?: Dtype | null;
  readonly default_value?: Scalar;
}

const ORDERED: readonly Operation[] = ['gt', 'ge', 'lt', 'le'];

/** The values of a filter as they were written, as a list. */
export const writtenValues = ({ filter_value }: FilterByValueConfig): readonly Scalar[] =>
  ([filter_value] as readonly unknown[]).flat() as Scalar[];

/** What is wrong with one value of a filter once it is converted. */
function convertedFault(value: Scalar, converted: Scalar, { operation, convert_dtype: dtype }: FilterByValueConfig) {
  if (ORDERED.includes(operation) && typeof converted !== 'number' && typeof converted !== 'string') {
    return {
      severity: 'error',
      message: `nothing is greater or less than ${converted}`,
      remedy: 'compare with a number or a text, or by eq or ne',
    } as const;
  }
  if (dtype === 'int' && typeof value === 'number' && converted !== value) {
    return {
      severity: 'warning',
      message: `for a whole number ${value} counts as ${converted}`,
      remedy: 'convert_dtype: float keeps the fraction',
    } as const;
  }
  return undefined;
}

/** What is wrong with the values of a filter by themselves; those that convert are added to `values`. */
function valueFaults(filter: FilterByValueConfig, values: Scalar[]): FilterFault[] {
  const { filter_value, convert_dtype: dtype } = filter;
  const written = writtenValues(filter);
  const hasText = written.some((value) => typeof value === 'string');
  return written.flatMap((value, i): FilterFault[] => {
    const at = Array.isArray(filter_value) ? ['filter_value', i] : ['filter_value'];
    const faults: FilterFault[] = [];
    if (!dtype && hasText && typeof value === 'boolean') {
      faults.push({ at, severity: 'warning', message: `this value is ${value}, not text`, remedy: IN_QUOTES });
    }
    try {
      const converted = dtype ? convert(value, dtype) : value;
      values.push(converted);
      const fault = convertedFault(value, converted, filter);
      if (fault) faults.push({ at, ...fault });
    } catch (error) {
      if (!(error instanceof NotConvertible)) throw error;
      faults.push({ at, severity: 'error', message: error.message });
    }
    return faults;
  });
}

/** What is wrong with a default for columns that do not convert. */
function defaultFault({ operation, convert_dtype: dtype, default_value: fallback }: FilterByValueConfig, values: readonly Scalar[]) {
  if (fallback === undefined) return undefined;
  if (!dtype) {
    return {
      severity: 'warning',
      message: 'default_value is for what does not convert, and there is no convert_dtype',
      remedy: 'add one, or leave the default out',
    } as const;
  }
  const verdict = comparesWithAny(operation, fallback, values);
  if (!(verdict instanceof NotComparable)) return undefined;
  return {
    severity: 'error',
    message: `a column that does not convert would be rejected all the same: ${verdict.message}`,
    remedy: 'give a default that compares with the value, or none',
  } as const;
}

/** What can be known of a filter without a sample: values that do not convert, or that nothing can be compared with. */
export function filterFaults(filter: FilterByValueConfig): FilterFault[] {
  const { operation, convert_dtype: dtype } = filter;
  const values: Scalar[] = [];
  const faults = valueFaults(filter, values);
  if (writtenValues(filter).length === 0) {
    const message = 'there is no value in the list, so nothing passes';
    faults.unshift({ at: ['filter_value'], severity: 'error', message, remedy: 'give at least one' });
  }
  if (operation === 'contains' && dtype) {
    const message = `only text and lists contain something, and convert_dtype makes the column ${dtype}`;
    faults.push({ at: ['operation'], severity: 'error', message, remedy: 'leave convert_dtype out' });
  }
  // A default is judged by values that are right themselves.
  if (!dtype || !faults.some(({ severity }) => severity === 'error')) {
    const fault = defaultFault(filter, values);
    if (fault) faults.push({ at: ['default_value'], ...fault });
  }
  return faults;
}
