import { HASH, isBlank, isBreak, SPACE } from './characters.js';
import type { Cursor } from './cursor.js';

const COLON = 0x3a;
const QUESTION = 0x3f;

/** `,` `?` `[` `]` `{` `}`: what ends a plain text inside brackets. */
const isFlowIndicator = (code: number): boolean =>
  code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;

interface PlainScalar {
  readonly value: string;
  /** Where the text itself ends; the cursor may have gone on over white space. */
  readonly end: number;
  readonly endLine: number;
  /** Whether a line break was passed, so that a key may begin next. */
  readonly passedBreak: boolean;
}

/** Where the words of this line end that belong to the text: before a comment, a colon that makes a key, a bracket. */
function endOfWords(cursor: Cursor, inFlow: boolean): number {
  const { text } = cursor;
  let end = cursor.offset;
  for (let at = end; ; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE) {
      if (text.charCodeAt(at + 1) === HASH) return end;
      continue;
    }
    if (isBlank(code)) return end;
    if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (isBlank(next) || (inFlow && next !== QUESTION && isFlowIndicator(next))) return end;
    }
    if (inFlow && isFlowIndicator(code)) return end;
    end = at + 1;
  }
}

/** White space between words of a plain text, folded; undefined where a document mark ends it, `''` where none is. */
function takeSpace(cursor: Cursor): { space: string | undefined; passedBreak: boolean } {
  const from = cursor.offset;
  cursor.skipAll(SPACE);
  if (!isBreak(cursor.peek())) return { space: cursor.slice(from), passedBreak: false };
  const first = cursor.takeBreak();
  if (cursor.atDocumentMark()) return { space: undefined, passedBreak: true };
  let more = '';
  while (cursor.peek() === SPACE || isBreak(cursor.peek())) {
    if (cursor.peek() === SPACE) {
      cursor.skip();
      continue;
    }
    more += cursor.takeBreak();
    if (cursor.atDocumentMark()) return { space: undefined, passedBreak: true };
  }
  return { space: (first !== '\n' ? first : more === '' ? ' ' : '') + more, passedBreak: true };
}

/** Reads text without quotes. `parentIndent` is the column of the block collection around it, -1 at the top. */
export function scanPlain(cursor: Cursor, inFlow: boolean, parentIndent: number): PlainScalar {
  let value = '';
  let space = '';
  let end = cursor.offset;
  let endLine = cursor.line;
  let passedBreak = false;
  while (cursor.peek() !== HASH) {
    const from = cursor.offset;
    cursor.skip(endOfWords(cursor, inFlow) - from);
    if (cursor.offset === from) break;
    value += space + cursor.slice(from);
    end = cursor.offset;
    endLine = cursor.line;
    const taken = takeSpace(cursor);
    passedBreak = taken.passedBreak;
    if (!taken.space || cursor.peek() === HASH || (!inFlow && cursor.column <= parentIndent)) break;
    space = taken.space;
  }
  return { value, end, endLine, passedBreak };
}
