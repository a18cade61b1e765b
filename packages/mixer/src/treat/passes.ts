import { worth, type Numeric } from './exact-numbers.js';
import type { ColumnFilter } from './row-rules.js';

type Fields = Readonly<Record<string, unknown>>;

const isNumeric = (value: unknown): value is Numeric => typeof value === 'number' || typeof value === 'bigint';
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Whether two values are equal: numbers by what they are worth, exactly, so that 1.0 is 1 and 2^53 + 1 is not 2^53. */
function same(one: unknown, other: unknown): boolean {
  const [a, b] = [worth(one), worth(other)];
  // Compared so, an integer of any size and a double are taken for what they are worth.
  if (isNumeric(a) && isNumeric(b)) return a >= b && a <= b;
  if (!isFields(a) || !isFields(b) || Array.isArray(a) !== Array.isArray(b)) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

const isWithin = (value: unknown, { min, max }: ColumnFilter): boolean => {
  if (min === undefined && max === undefined) return true;
  return isNumeric(value) && !(min !== undefined && !(value >= min)) && !(max !== undefined && !(value <= max));
};

/**
 * Whether a column's value meets every condition of the filter. A column that is missing is null. The value may hold numbers of
 * `parseExactly`, the conditions bigints.
 */
export function passes(value: unknown = null, filter: ColumnFilter): boolean {
  if ('equals' in filter && !same(value, filter.equals)) return false;
  if ('not' in filter && same(value, filter.not)) return false;
  if (filter.in && !filter.in.some((item) => same(value, item))) return false;
  if (filter.contains !== undefined && !(Array.isArray(value) ? value : String(value ?? '')).includes(filter.contains)) return false;
  return isWithin(worth(value), filter);
}
