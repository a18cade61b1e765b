import { typeName } from './compare.js';
import { valueAt, isDict } from './dict.js';
import { percentFormat } from './format-spec.js';
import { isFloat, numeric } from './numbers.js';
import { float, Tuple, tuple } from './values.js';

/** The remainder with the sign of the divisor, and with no digit lost on the way. */
function mod(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 === b < 0 ? rest : rest + b;
}

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

/** Two texts, two lists or two tuples as one; undefined for others. */
function joined(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (!Array.isArray(left) || !Array.isArray(right) || left instanceof Tuple !== right instanceof Tuple) return undefined;
  const both = [...(left as unknown[]), ...(right as unknown[])];
  return left instanceof Tuple ? tuple(...both) : both;
}

/** What a sign does where not both sides are numbers; undefined where nothing. */
function onOthers(sign: string, left: unknown, right: unknown): unknown {
  switch (sign) {
    case '+':
      return joined(left, right);
    case '*':
      if (canRepeat(left) && isCount(right)) return repeated(left, numeric(right)!);
      return isCount(left) && canRepeat(right) ? repeated(right, numeric(left)!) : undefined;
    case '%': {
      if (typeof left !== 'string') return undefined;
      const args = right instanceof Tuple ? right : isDict(right) ? [] : [right];
      return percentFormat(left, args, (name) => (isDict(right) ? valueAt(right, name) : undefined));
    }
  }
  return undefined;
}

/** `left sign right` of Python, over plain values. Fails where Python does. */
export function operate(sign: string, left: unknown, right: unknown): unknown {
  if (numeric(left) !== undefined && numeric(right) !== undefined) return numbers(sign, left, right);
  const value = onOthers(sign, left, right);
  if (value !== undefined) return value;
  throw new TypeError(`unsupported operand type(s) for ${sign}: '${typeName(left)}' and '${typeName(right)}'`);
}
