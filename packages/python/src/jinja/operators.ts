import { typeName } from './compare.js';
import { valueAt, isDict } from './dict.js';
import { percentFormat } from './format-spec.js';
import { isFloat, numeric } from './numbers.js';
import { float, Tuple, tuple } from './values.js';

const mod = (a: number, b: number): number => ((a % b) + b) % b;

/** What operators do to two numbers; those of Python's `int` stay whole. */
const ON_NUMBERS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a: number, b: number) => a + b],
  ['-', (a: number, b: number) => a - b],
  ['*', (a: number, b: number) => a * b],
  ['/', (a: number, b: number) => a / b],
  ['//', (a: number, b: number) => Math.floor(a / b)],
  ['%', mod],
  ['**', (a: number, b: number) => a ** b],
]);
const DIVIDES = new Set(['/', '//', '%']);

function numbers(sign: string, left: unknown, right: unknown): unknown {
  const [a, b] = [numeric(left)!, numeric(right)!];
  if (DIVIDES.has(sign) && b === 0) throw new RangeError('division by zero');
  const value = ON_NUMBERS.get(sign)!(a, b);
  const isWhole = !isFloat(left) && !isFloat(right) && sign !== '/' && !(sign === '**' && b < 0);
  return isWhole ? value : float(value);
}

/** A text or a list so many times. */
function repeated(whole: unknown, times: number): unknown {
  const count = Math.max(0, times);
  if (typeof whole === 'string') return whole.repeat(count);
  const list = Array.from({ length: count }, () => whole as unknown[]).flat();
  return whole instanceof Tuple ? tuple(...list) : list;
}
const canRepeat = (value: unknown): boolean => typeof value === 'string' || Array.isArray(value);
const isCount = (value: unknown): boolean => numeric(value) !== undefined && !isFloat(value);

/** `left sign right` of Python, over plain values. Fails where Python does. */
export function operate(sign: string, left: unknown, right: unknown): unknown {
  if (numeric(left) !== undefined && numeric(right) !== undefined) return numbers(sign, left, right);
  if (sign === '%' && typeof left === 'string') {
    return percentFormat(left, right instanceof Tuple ? right : isDict(right) ? [] : [right], (name) => (isDict(right) ? valueAt(right, name) : undefined));
  }
  if (sign === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (sign === '+' && Array.isArray(left) && Array.isArray(right) && left instanceof Tuple === right instanceof Tuple) {
    const both = [...(left as unknown[]), ...(right as unknown[])];
    return left instanceof Tuple ? tuple(...both) : both;
  }
  if (sign === '*' && canRepeat(left) && isCount(right)) return repeated(left, numeric(right)!);
  if (sign === '*' && isCount(left) && canRepeat(right)) return repeated(right, numeric(left)!);
  throw new TypeError(`unsupported operand type(s) for ${sign}: '${typeName(left)}' and '${typeName(right)}'`);
}
