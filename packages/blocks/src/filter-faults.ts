import type { Finding } from '@sdg/core';
import { comparesWithAny, NotComparable, type Scalar } from './compare.js';
import { convert, NotConvertible } from './convert.js';
import type { FilterByValueConfig } from './filter-by-value.js';

/** Something wrong with a filter, whatever its samples hold: an error, or what most probably was not meant. */
export interface FilterFault extends Pick<Finding, 'severity' | 'message' | 'remedy'> {
  /** Where in the config. */
  readonly at: readonly (string | number)[];
}

/** What to do about a text that YAML takes for a truth. */
export const IN_QUOTES = 'put it in quotes: YAML takes a bare yes, no, on or off for true or false';

/** What can be known of a filter without a sample: values that do not convert, or that nothing can be compared with. */
export function filterFaults({
  filter_value,
  operation,
  convert_dtype: dtype,
  default_value: fallback,
}: FilterByValueConfig): FilterFault[] {
  const faults: FilterFault[] = [];
  const written = ([filter_value] as readonly unknown[]).flat() as Scalar[];
  const values: Scalar[] = [];
  if (written.length === 0) {
    faults.push({
      at: ['filter_value'],
      severity: 'error',
      message: 'there is no value in the list, so nothing passes',
      remedy: 'give at least one',
    });
  }
  const needsOrder = ['gt', 'ge', 'lt', 'le'].includes(operation);
  for (const [i, value] of written.entries()) {
    const at = Array.isArray(filter_value) ? ['filter_value', i] : ['filter_value'];
    if (!dtype && typeof value === 'boolean' && written.some((other) => typeof other === 'string')) {
      faults.push({ at, severity: 'warning', message: `this value is ${value}, not text`, remedy: IN_QUOTES });
    }
    try {
      const converted = dtype ? convert(value, dtype) : value;
      values.push(converted);
      if (needsOrder && typeof converted !== 'number' && typeof converted !== 'string') {
        faults.push({
          at,
          severity: 'error',
          message: `nothing is greater or less than ${converted}`,
          remedy: 'compare with a number or a text, or by eq or ne',
        });
      } else if (typeof value === 'number' && converted !== value && dtype === 'int') {
        faults.push({
          at,
          severity: 'warning',
          message: `for a whole number ${value} counts as ${converted}`,
          remedy: 'convert_dtype: float keeps the fraction',
        });
      }
    } catch (error) {
      if (!(error instanceof NotConvertible)) throw error;
      faults.push({ at, severity: 'error', message: error.message });
    }
  }
  if (operation === 'contains' && dtype) {
    faults.push({
      at: ['operation'],
      severity: 'error',
      message: `only text and lists contain something, and convert_dtype makes the column ${dtype}`,
      remedy: 'leave convert_dtype out',
    });
  } else if (fallback !== undefined && !dtype) {
    faults.push({
      at: ['default_value'],
      severity: 'warning',
      message: 'default_value is for what does not convert, and there is no convert_dtype',
      remedy: 'add one, or leave the default out',
    });
  } else if (fallback !== undefined && !faults.some(({ severity }) => severity === 'error')) {
    const verdict = comparesWithAny(operation, fallback, values);
    if (verdict instanceof NotComparable) {
      faults.push({
        at: ['default_value'],
        severity: 'error',
        message: `a column that does not convert would be rejected all the same: ${verdict.message}`,
        remedy: 'give a default that compares with the value, or none',
      });
    }
  }
  return faults;
}
