import { asciiDigits } from '../ascii-digits.js';
import { strip } from '../strip.js';

/** A whole number of Python's `int`, which has no bounds: a bigint where a number of JavaScript would round it. */
export type Int = number | bigint;

export const int = (value: bigint): Int => (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);

/** The whole number that a value is, a boolean included; undefined where it is none. */
export function exact(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value)) ? BigInt(value) : undefined;
}

/** The remainder with the sign of the divisor. */
export function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);
const bitsOf = (value: bigint): number => value.toString(16).length * 4;

/** `a / b` with one rounding, as Python divides whole numbers that no float holds. */
export function quotient(a: bigint, b: bigint): number {
  const [above, below] = [sizeOf(a), sizeOf(b)];
  // More bits than a float has, the last of them standing for whatever is left.
  const shift = Math.max(0, bitsOf(below) - bitsOf(above) + 72);
  const scaled = above << BigInt(shift);
  const whole = scaled / below;
  const size = Number(scaled % below === 0n ? whole : whole | 1n) * 2 ** -shift;
  if (!Number.isFinite(size)) throw new RangeError('integer division result too large for a float');
  return a < 0n === b < 0n ? size : -size;
}

/** Bits that a power may have: what is larger can only be a slip, and takes long to print. */
const MOST_BITS = 1_000_000;

/** `a ** b` for `b` from 0 on. */
export function power(a: bigint, b: bigint): bigint {
  if (sizeOf(a) > 1n && BigInt(bitsOf(sizeOf(a))) * b > MOST_BITS) throw new RangeError('the power has too many digits');
  return a ** b;
}

/** Rounded to a multiple of `10 ** places`, a tie to the even one. */
export function roundedTo(value: bigint, places: number): bigint {
  const unit = power(10n, BigInt(places));
  const below = value - modulo(value, unit);
  const twice = 2n * (value - below);
  const isUp = twice > unit || (twice === unit && (below / unit) % 2n !== 0n);
  return isUp ? below + unit : below;
}

const PREFIXES: Readonly<Record<string, number>> = { '0b': 2, '0o': 8, '0x': 16 };

/** Digits without the underscores between them; undefined where one stands elsewhere. */
const joined = (digits: string): string | undefined => (/^[\da-z]+(?:_[\da-z]+)*$/.test(digits) ? digits.replaceAll('_', '') : undefined);

/** The number that Python's `int(text, base)` reads; undefined where it fails. */
export function readInt(text: string, base: number): bigint | undefined {
  const [, sign, written] = /^([-+]?)(.*)$/s.exec(asciiDigits(strip(text)).toLowerCase())! as unknown as [string, string, string];
  const marked = PREFIXES[written.slice(0, 2)];
  const radix = base === 0 ? (marked ?? 10) : base;
  if (!Number.isInteger(radix) || radix < 2 || radix > 36) return undefined;
  const digits = joined(marked === radix ? written.slice(2).replace(/^_/, '') : written);
  const isOctalOfOld = base === 0 && marked === undefined && /^0+[1-9]/.test(written);
  if (digits === undefined || isOctalOfOld || [...digits].some((digit) => parseInt(digit, 36) >= radix)) return undefined;
  const size = radix === 10 ? BigInt(digits) : [...digits].reduce((sum, digit) => sum * BigInt(radix) + BigInt(parseInt(digit, 36)), 0n);
  return sign === '-' ? -size : size;
}

const FLOAT = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/;

/** The number that Python's `float(text)` reads; undefined where it fails. */
export function readFloat(text: string): number | undefined {
  const written = asciiDigits(strip(text)).toLowerCase();
  if (FLOAT.test(written)) return Number(written.replaceAll('_', ''));
  const [, sign, name] = /^([-+]?)(inf(?:inity)?|nan)$/.exec(written) ?? [];
  return name === undefined ? undefined : name === 'nan' ? NaN : sign === '-' ? -Infinity : Infinity;
}
