import { entriesOf, hasKey, isDict, valueAt } from './dict.js';
import { amount, isFloat, numeric } from './numbers.js';
import { Callable, Tuple } from './values.js';

/** What a type is called in messages. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return value instanceof Tuple ? 'tuple' : 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (numeric(value) !== undefined) return isFloat(value) ? 'float' : 'int';
  return value instanceof Callable ? 'function' : isDict(value) ? 'dict' : 'object';
}

/** `==` of Python: lists and dicts by what they hold, `True == 1`. */
export function equals(a: unknown, b: unknown): boolean {
  const [x, y] = [amount(a), amount(b)];
  // A whole number equals the float of the same value.
  if (x !== undefined && y !== undefined) return x <= y && x >= y;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a instanceof Tuple === b instanceof Tuple && a.length === b.length && a.every((item, i) => equals(item, b[i]));
  }
  if (isDict(a) && isDict(b)) {
    const pairs = entriesOf(a);
    return pairs.length === entriesOf(b).length && pairs.every(([key, item]) => hasKey(b, key) && equals(item, valueAt(b, key)));
  }
  return a === b;
}

/** Order of texts by code points: JavaScript's is by units, where the first half of a pair comes before U+E000. */
function byCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  if (at > 0 && /[\uDC00-\uDFFF]/.test((a[at] ?? '') + (b[at] ?? ''))) at--;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** Below 0, 0, or above 0, as Python orders numbers, texts and lists. Fails for others. */
export function compare(a: unknown, b: unknown): number {
  const [x, y] = [amount(a), amount(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : x >= y ? 0 : NaN;
  if (typeof a === 'string' && typeof b === 'string') return byCodePoints(a, b);
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
  if (isDict(whole)) return hasKey(whole, item);
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
