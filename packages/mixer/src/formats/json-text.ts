import { attempt, isRecord } from '@sdg/values';
import { ExactNumber, parseExactly } from '../treat/exact-numbers.js';

/** A row of a dataset, or any object in one. */
export type Row = Readonly<Record<string, unknown>>;

/** A record of values, and no list. */
export const isObject = (value: unknown): value is Row => isRecord(value) && !(value instanceof ExactNumber);

/** A value, or what it is the JSON text of where that is a list or an object: tables that know neither have them so. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return attempt(() => parseExactly(value), value);
}

/** A list, or the JSON text of one; undefined where it is neither, or empty. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  const list = parsed(value);
  return Array.isArray(list) && list.length > 0 ? (list as unknown[]) : undefined;
}
