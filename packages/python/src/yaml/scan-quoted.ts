import { END, isBreak, isBreakOrEnd, SPACE, TAB } from './characters.js';
import type { Cursor } from './cursor.js';

const DOUBLE = 0x22;
const SINGLE = 0x27;
const BACKSLASH = 0x5c;

/** One-letter escapes and what they stand for. */
const escapes: Readonly<Record<string, string>> = {
  ...{ 0: '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b' },
  ...{ ' ': ' ', '"': '"', '\\': '\\', '/': '/', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029' },
};

/** Escapes of a character's number, and how many hexadecimal digits follow. */
const numbered: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function takeEscape(cursor: Cursor): string {
  const at = cursor.offset;
  cursor.skip();
  const letter = String.fromCharCode(cursor.peek());
  const simple = escapes[letter];
  if (simple !== undefined) {
    cursor.skip();
    return simple;
  }
  const length = numbered[letter];
  if (length !== undefined) {
    const digits = cursor.text.slice(cursor.offset + 1, cursor.offset + 1 + length);
    const code = /^[0-9a-f]+$/i.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Infinity;
    if (code > 0x10ffff) {
      cursor.fail(`"\\${letter}" needs ${length} hexadecimal digits of a character`, 'write \\\\ for a backslash', at);
    }
    cursor.skip(1 + length);
    return String.fromCodePoint(code);
  }
  if (isBreak(cursor.peek())) {
    cursor.takeBreak();
    return takeEmptyLines(cursor);
  }
  const remedy = 'write \\\\ for a backslash, or put the text in single quotes';
  return cursor.fail(`"\\${letter}" is not an escape that YAML knows`, remedy, at);
}

/** The line breaks up to the next text, without white space around them. */
function takeEmptyLines(cursor: Cursor): string {
  let breaks = '';
  for (;;) {
    if (cursor.atDocumentMark()) cursor.fail('a document mark stands inside a quoted text', 'close the quote before it');
    while (cursor.peek() === SPACE || cursor.peek() === TAB) cursor.skip();
    if (!isBreak(cursor.peek())) return breaks;
    breaks += cursor.takeBreak();
  }
}

/** White space inside quotes: kept within a line, folded where the line ends. */
function takeSpace(cursor: Cursor, opened: number): string {
  const from = cursor.offset;
  while (cursor.peek() === SPACE || cursor.peek() === TAB) cursor.skip();
  const space = cursor.slice(from);
  if (cursor.peek() === END) cursor.fail('this quote is never closed', 'close it, or remove it', opened);
  if (!isBreak(cursor.peek())) return space;
  const first = cursor.takeBreak();
  const more = takeEmptyLines(cursor);
  return (first !== '\n' ? first : more === '' ? ' ' : '') + more;
}

const isSpecial = (code: number): boolean =>
  code === DOUBLE || code === SINGLE || code === BACKSLASH || code === SPACE || code === TAB || isBreakOrEnd(code);

/** Reads a text in quotes; the cursor is on the opening quote and ends after the closing one. Gives the content. */
export function scanQuoted(cursor: Cursor): string {
  const opened = cursor.offset;
  const quote = cursor.peek();
  const parts: string[] = [];
  cursor.skip();
  for (;;) {
    const from = cursor.offset;
    while (!isSpecial(cursor.peek())) cursor.skip();
    if (cursor.offset > from) parts.push(cursor.slice(from));
    const code = cursor.peek();
    if (code === quote) {
      if (quote === DOUBLE || cursor.peek(1) !== SINGLE) break;
      parts.push("'");
      cursor.skip(2);
    } else if (code === BACKSLASH && quote === DOUBLE) parts.push(takeEscape(cursor));
    else if (code === DOUBLE || code === SINGLE || code === BACKSLASH) {
      parts.push(String.fromCharCode(code));
      cursor.skip();
    } else parts.push(takeSpace(cursor, opened));
  }
  cursor.skip();
  return parts.join('');
}
