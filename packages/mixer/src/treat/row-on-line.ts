import { badLine } from '@sdg/values';
import { headOfLong, longLine } from '../files/line-blocks.js';
import { isObject, type Row } from '../formats/json-text.js';
import type { BadRow } from './block-result.js';
import { nearest, parseExactly } from './exact-numbers.js';
import { mayHoldHalves, NAN_READ, SURROGATES_MENDED, wellFormed, withoutNaN } from './mend-json.js';

/** What stands on a line, as `parseExactly` reads it. */
interface Read<T> {
  readonly row: T;
  /** What was mended. */
  readonly changes: readonly string[];
}
/** A line as JSON, mended where it can be. Fails where it is no JSON. */
function readLine(text: string): Read<unknown> {
  let row: unknown;
  const changes: string[] = [];
  try {
    row = parseExactly(text);
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended === undefined) throw error;
    row = parseExactly(mended);
    changes.push(NAN_READ);
  }
  const whole = mayHoldHalves(text) ? wellFormed(row) : row;
  return whole === row ? { row, changes } : { row: whole, changes: [...changes, SURROGATES_MENDED] };
}

const isRow = (read: Read<unknown>): read is Read<Row> => isObject(read.row);

/** The row on a line, or what is wrong with it. */
export function rowOn(text: string, line: number, file: string): Read<Row> | BadRow {
  let read: Read<unknown>;
  try {
    read = readLine(text);
  } catch {
    const head = headOfLong(text);
    if (head !== undefined) return { line, text: head, error: longLine(file, line + 1) };
    return { line, text, error: badLine(file, line + 1, text) };
  }
  if (isRow(read)) return read;
  const row = nearest(read.row);
  const found = Array.isArray(row) ? 'an array' : `a ${row === null ? 'null' : typeof row}`;
  return { line, text, error: badLine(file, line + 1, text, found) };
}
