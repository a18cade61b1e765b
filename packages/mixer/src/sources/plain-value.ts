import { ExactNumber } from '../treat/exact-numbers.js';

/** A value of a table as JSON has it: integers of 64 bits as numbers, bytes as base64, times in ISO 8601, NaN and Infinity as null. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return new ExactNumber(String(value));
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return value ?? null;
}

/** How a value of a column becomes JSON. */
export type Convert = (value: unknown) => unknown;

/** A day in ISO 8601, from milliseconds since 1970. */
export const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);

/** A time in ISO 8601 from a count since 1970 with as many digits as it takes: none are cut off. */
export function isoTime(count: bigint, perMillisecond: bigint, digits: number): string {
  const millis = count / perMillisecond - (count % perMillisecond < 0n ? 1n : 0n);
  const rest = count - millis * perMillisecond;
  const iso = new Date(Number(millis)).toISOString();
  return rest === 0n ? iso : `${iso.slice(0, -1)}${String(rest).padStart(digits, '0')}Z`;
}

/** A float as a number that stays one: `9.0`; NaN and Infinity by name, for whoever reads the line to mend and to count. */
export function floatOf(value: unknown): unknown {
  if (typeof value !== 'number') return plainValue(value);
  if (!Number.isFinite(value)) return new ExactNumber(String(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? new ExactNumber(`${Object.is(value, -0) ? '-0' : value}.0`) : value;
}

/** A float of 32 bits with no more digits than it takes to tell it. */
export function singleOf(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value) || Number.isInteger(value)) return floatOf(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** The integer that bytes hold, the highest first, in two's complement. */
function integerIn(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return bytes.length > 0 && bytes[0]! >= 0x80 ? value - (1n << BigInt(8 * bytes.length)) : value;
}

/** A decimal with all of its digits. */
export const decimalOf =
  (scale: number): Convert =>
  (value) => {
    if (value === null || value === undefined) return null;
    const whole = value instanceof Uint8Array ? integerIn(value) : BigInt(value as number | bigint);
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
    const at = digits.length - scale;
    return new ExactNumber(`${whole < 0n ? '-' : ''}${digits.slice(0, at)}${scale > 0 ? `.${digits.slice(at)}` : ''}`);
  };

/** A time of day, from a count since midnight. */
export const timeOf =
  (perSecond: number): Convert =>
  (value) => {
    if (value === null || value === undefined) return null;
    const count = Number(value);
    const seconds = Math.floor(count / perSecond);
    const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join(':');
    const rest = count - seconds * perSecond;
    return rest === 0 ? time : `${time}.${String(rest).padStart(String(perSecond).length - 1, '0')}`;
  };
