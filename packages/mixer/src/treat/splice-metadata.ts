import type { ByteSink } from './byte-sink.js';
import type { EmbeddedJson } from './embedded-json.js';
import type { KnownColumn } from './known-columns.js';
import { spells, type Span } from './span.js';

const NOTHING = Buffer.from('"{}"');
const [QUOTE, COMMA, COLON, OPEN, CLOSE, BACKSLASH, NULL] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5c, 0x6e] as const;
/** Metadata up to this length is searched here: calling out costs more. */
const SHORT_TEXT = 256;

/** A column of a row that is none of the training row's own. */
export interface OtherColumn {
  readonly column: KnownColumn;
  readonly value: Span;
}

/**
 * Writes a row's metadata as a JSON string with its other columns in it; false if that takes more than copying. It is
 * read as an object or as the text of one, which `judge` tells from other text.
 */
export function spliceMetadata(buffer: Buffer, metadata: Span | undefined, others: readonly OtherColumn[], sink: ByteSink, judge: EmbeddedJson): boolean {
  const { start, end } = metadata ?? { start: 0, end: 0 };
  const first = metadata && buffer[start];
  const isEmpty = !metadata || first === NULL || (end - start === 2 && (first === QUOTE || first === OPEN));
  if (isEmpty && others.length === 0) {
    sink.copy(NOTHING);
    return true;
  }
  let filled = false;
  sink.byte(QUOTE);
  if (isEmpty) sink.byte(OPEN);
  else if (first === QUOTE) {
    if (buffer[start + 1] !== OPEN || buffer[end - 2] !== CLOSE || !judge.accepts(buffer, start, end)) return false;
    filled = end - start > 4;
    // White space before the first name, or alone: `{\n}` has none for a comma to follow.
    if (others.length > 0 && filled && (buffer[start + 2] !== BACKSLASH || buffer[start + 3] !== QUOTE || isNamed(buffer, start, end, others, 'escaped'))) return false;
    sink.copy(buffer, start + 1, end - 2);
  } else if (first === OPEN) {
    filled = true;
    if (others.length > 0 && (buffer[start + 1] !== QUOTE || isNamed(buffer, start, end, others, 'plain'))) return false;
    sink.copyEscaped(buffer, start, end - 1);
  } else return false;
  for (const { column, value } of others) {
    if (filled) sink.byte(COMMA);
    filled = true;
    sink.copy(column.escaped);
    sink.byte(COLON);
    sink.copyEscaped(buffer, value.start, value.end);
  }
  sink.byte(CLOSE);
  sink.byte(QUOTE);
  return true;
}

/** Whether the metadata may already have a field of one of the names. */
function isNamed(buffer: Buffer, start: number, end: number, others: readonly OtherColumn[], form: 'plain' | 'escaped'): boolean {
  if (end - start > SHORT_TEXT) {
    const text = buffer.subarray(start, end);
    return others.some(({ column }) => text.includes(column[form]));
  }
  for (let at = start; at < end; at++) {
    for (let i = 0; i < others.length; i++) if (spells(buffer, at, others[i]!.column[form])) return true;
  }
  return false;
}
