import { Float } from './values.js';

/** The value of a number, or of a boolean, which is one in Python; of a whole one that is too large, the nearest float. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return Number(value);
  return value instanceof Float ? value.value : undefined;
}
export const isFloat = (value: unknown): boolean => value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));

/** A number as Python's `repr` writes a float: `3.0`, `1e+22`, `1e-05`, `inf`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits, power] = value.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
/** As {@link numeric}, and a whole number to its last digit: JavaScript compares these with floats as Python does. */
export const amount = (value: unknown): number | bigint | undefined => (typeof value === 'bigint' ? value : numeric(value));
/** A number as a float. Fails where it is too large for one, as Python does. */
export function floating(value: unknown): number {
  const number = numeric(value)!;
  if (typeof value === 'bigint' && !Number.isFinite(number)) throw new RangeError('int too large to convert to float');
  return number;
}
/** A whole number in all its digits. */
export const intText = (value: number | bigint): string => (Number.isSafeInteger(value) ? String(value) : BigInt(value).toString());

/** A finite size with so many digits behind the point: of the very value that the float has, a tie to the even neighbour. */
function fixedText(size: number, digits: number): string {
  const exact = size.toFixed(Math.min(100, digits + 30));
  const cut = exact.indexOf('.') + 1 + digits;
  const kept = exact.slice(0, cut).replace(/\.$/, '');
  return /^50*$/.test(exact.slice(cut)) && /[02468]$/.test(kept) ? kept : size.toFixed(digits);
}

/** Python's `round(value, digits)`. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 22) return value;
  if (digits < 0) {
    const unit = 10 ** -digits;
    return roundTo(value / unit, 0) * unit;
  }
  const size = Number(fixedText(Math.abs(value), digits));
  return value < 0 || Object.is(value, -0) ? -size : size;
}

/** Digits of a number in exponential form as C and Python write them: `1.50e+04`. */
function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** `%g`: as many digits as matter, with an exponent where the number is very large or small. */
function general(value: number, precision: number, keepsZeros: boolean): string {
  const most = Math.max(1, precision);
  const exponent = value === 0 ? 0 : Number(value.toExponential(most - 1).split('e')[1]);
  const isPlain = exponent >= -4 && exponent < most;
  const text = isPlain ? value.toFixed(Math.min(100, most - 1 - exponent)) : exponential(value, most - 1);
  return keepsZeros ? text : text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

/** The size of a number (its sign left out) in the form that one letter of a format stands for. */
export function sizeText(value: number | bigint, kind: string, precision: number | undefined, keepsZeros = false): string {
  if (kind === 'd' || kind in BASES) {
    const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
    const digits = (whole < 0n ? -whole : whole).toString(BASES[kind] ?? 10).padStart(precision ?? 0, '0');
    if (kind === 'd') return digits;
    const marked = keepsZeros ? `0${kind.toLowerCase()}${digits}` : digits;
    return kind === 'X' ? marked.toUpperCase() : marked;
  }
  const size = Math.abs(floating(value));
  const upper = kind === kind.toUpperCase() && kind !== '%';
  const lower = !Number.isFinite(size) ? (Number.isNaN(size) ? 'nan' : 'inf') : finite(size, kind.toLowerCase(), precision, keepsZeros);
  return upper ? lower.toUpperCase() : lower;
}
function finite(size: number, kind: string, precision: number | undefined, keepsZeros: boolean): string {
  switch (kind) {
    case 'e':
      return exponential(size, precision ?? 6);
    case 'f':
      return size >= 1e21 ? `${BigInt(size)}${precision === 0 ? '' : `.${'0'.repeat(precision ?? 6)}`}` : fixedText(size, precision ?? 6);
    case '%':
      return `${finite(size * 100, 'f', precision, keepsZeros)}%`;
  }
  return general(size, precision ?? 6, keepsZeros);
}
