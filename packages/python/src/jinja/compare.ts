import { Float, Tuple } from './values.js';

/** The value of a number, or of a boolean, which is one in Python. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value instanceof Float ? value.value : undefined;
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float);

/** What a type is called in messages. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return value instanceof Tuple ? 'tuple' : 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  const number = numeric(value);
  return number === undefined ? 'dict' : Number.isInteger(number) && typeof value === 'number' ? 'int' : 'float';
}

/** `==` of Python: lists and dicts by what they hold, `True == 1`. */
export function equals(a: unknown, b: unknown): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return x === y;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a instanceof Tuple === b instanceof Tuple && a.length === b.length && a.every((item, i) => equals(item, b[i]));
  }
  if (isMapping(a) && isMapping(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]));
  }
  return a === b;
}

/** Below 0, 0, or above 0, as Python orders numbers, texts and lists. Fails for others. */
export function compare(a: unknown, b: unknown): number {
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    const at = a.findIndex((item, i) => i >= b.length || !equals(item, b[i]));
    return at === -1 ? a.length - b.length : at >= b.length ? 1 : compare(a[at], b[at]);
  }
  throw new TypeError(`${typeName(a)} and ${typeName(b)} cannot be compared`);
}

/** `item in whole` of Python. */
export function contains(whole: unknown, item: unknown): boolean {
  if (typeof whole === 'string' && typeof item === 'string') return whole.includes(item);
  if (Array.isArray(whole)) return whole.some((one) => equals(one, item));
  if (isMapping(whole)) return Object.hasOwn(whole, String(item));
  throw new TypeError(`${typeName(item)} cannot be looked for in ${typeName(whole)}`);
}

/** Comparison operators of the language. Undefined: it is another operator. */
export function compareBy(operator: string, a: unknown, b: unknown): boolean | undefined {
  switch (operator) {
    case '==':
      return equals(a, b);
    case '!=':
      return !equals(a, b);
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    case '>=':
      return compare(a, b) >= 0;
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
  }
  return undefined;
}
export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);
