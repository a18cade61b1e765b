import { ExactNumber } from '../treat/exact-numbers.js';

/** A value of a table as JSON has it: integers of 64 bits as numbers, bytes as base64, times in ISO 8601, NaN and Infinity as null. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return new ExactNumber(String(value));
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return value ?? null;
}
