import { Float } from './values.js';

/** The value of a number, or of a boolean, which is one in Python. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
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
/** A whole number in all its digits. */
export const intText = (value: number): string => (Number.isSafeInteger(value) ? String(value) : BigInt(value).toString());

/** Python's `round(value, digits)`: to the nearest, of the very value that the float has; a tie to the even neighbour. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 22) return value;
  if (digits < 0) {
    const unit = 10 ** -digits;
    return roundTo(value / unit, 0) * unit;
  }
  const exact = Math.abs(value).toFixed(Math.min(100, digits + 30));
  const [kept, rest] = [exact.slice(0, exact.indexOf('.') + 1 + digits), exact.slice(exact.indexOf('.') + 1 + digits)];
  const isTie = /^50*$/.test(rest);
  const last = Number(/\d(?=\.?$)/.exec(kept)?.[0] ?? 0);
  const size = isTie && last % 2 === 0 ? Number(kept) : Number(Math.abs(value).toFixed(digits));
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
  return keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+(?=e|$)/, '');
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

/** The size of a number (its sign left out) in the form that one letter of a format stands for. */
export function sizeText(value: number, kind: string, precision: number | undefined, keepsZeros = false): string {
  const size = Math.abs(value);
  if (kind in BASES) {
    const digits = BigInt(Math.trunc(size)).toString(BASES[kind]);
    const marked = keepsZeros ? `0${kind.toLowerCase()}${digits}` : digits;
    return kind === 'X' ? marked.toUpperCase() : marked;
  }
  const upper = kind === kind.toUpperCase() && kind !== '%';
  const lower = !Number.isFinite(size) ? (Number.isNaN(size) ? 'nan' : 'inf') : finite(size, kind.toLowerCase(), precision, keepsZeros);
  return upper ? lower.toUpperCase() : lower;
}
function finite(size: number, kind: string, precision: number | undefined, keepsZeros: boolean): string {
  switch (kind) {
    case 'e':
      return exponential(size, precision ?? 6);
    case 'f':
      return size >= 1e21
        ? `${BigInt(size)}${precision === 0 ? '' : `.${'0'.repeat(precision ?? 6)}`}`
        : roundTo(size, precision ?? 6).toFixed(precision ?? 6);
    case 'g':
      return general(size, precision ?? 6, keepsZeros);
    case '%':
      return `${(size * 100).toFixed(precision ?? 6)}%`;
  }
  return intText(Math.trunc(size));
}
