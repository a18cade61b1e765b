import { canonicalJson } from '@sdg/core/values';
import type { ColumnFilter } from './row-rules.js';

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));

const isWithin = (value: unknown, { min, max }: ColumnFilter): boolean => {
  if (min === undefined && max === undefined) return true;
  return typeof value === 'number' && !(min !== undefined && !(value >= min)) && !(max !== undefined && !(value <= max));
};

/** Whether a column's value meets every condition of the filter. A column that is missing is null. */
export function passes(value: unknown = null, filter: ColumnFilter): boolean {
  if ('equals' in filter && !same(value, filter.equals)) return false;
  if ('not' in filter && same(value, filter.not)) return false;
  if (filter.in && !filter.in.some((item) => same(value, item))) return false;
  if (filter.contains !== undefined && !(Array.isArray(value) ? value : String(value ?? '')).includes(filter.contains)) return false;
  return isWithin(value, filter);
}
