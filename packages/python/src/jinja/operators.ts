import { typeName } from './compare.js';
import { valueAt, isDict } from './dict.js';
import { percentFormat } from './format-spec.js';
import { exact, int, modulo, power, quotient } from './integers.js';
import { floating, isFloat, numeric } from './numbers.js';
import { float, Tuple, tuple } from './values.js';

/** The remainder with the sign of the divisor, and with no digit lost on the way. */
function mod(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 === b < 0 ? rest : rest + b;
}

/** `a // b` of floats, step by step as CPython takes it: `1 // 0.1` is 9. */
function floored(a: number, b: number): number {
  const rest = a % b;
  const ratio = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  if (ratio === 0) return a < 0 === b < 0 ? 0 : -0;
  const below = Math.floor(ratio);
  return ratio - below > 0.5 ? below + 1 : below;
}

function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw new RangeError('zero cannot be raised to a negative power');
  const value = a ** b;
  if (Number.isNaN(value) && a < 0 && Number.isFinite(a)) throw new RangeError('a negative number has no real power of a fraction');
  if (!Number.isFinite(value) && Number.isFinite(a) && Number.isFinite(b)) throw new RangeError('numerical result out of range');
  return value;
}

const ON_FLOATS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a: number, b: number) => a + b],
  ['-', (a: number, b: number) => a - b],
  ['*', (a: number, b: number) => a * b],
  ['/', (a: number, b: number) => a / b],
  ['//', floored],
  ['%', mod],
  ['**', floatPower],
]);
const ON_INTS: ReadonlyMap<string, (a: bigint, b: bigint) => bigint> = new Map([
  ['+', (a: bigint, b: bigint) => a + b],
  ['-', (a: bigint, b: bigint) => a - b],
  ['*', (a: bigint, b: bigint) => a * b],
  ['//', (a: bigint, b: bigint) => (a - modulo(a, b)) / b],
  ['%', modulo],
  ['**', power],
]);
const DIVIDES = new Set(['/', '//', '%']);

function numbers(sign: string, left: unknown, right: unknown): unknown {
  if (DIVIDES.has(sign) && numeric(right) === 0) throw new RangeError('division by zero');
  const [a, b] = [exact(left), exact(right)];
  if (a !== undefined && b !== undefined) {
    if (sign === '/') return float(quotient(a, b));
    if (sign !== '**' || b >= 0n) return int(ON_INTS.get(sign)!(a, b));
  }
  return float(ON_FLOATS.get(sign)!(floating(left), floating(right)));
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
