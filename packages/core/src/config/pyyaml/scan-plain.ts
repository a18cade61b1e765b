import { isBlank, isBreak, SPACE } from './characters.js';
import type { Cursor } from './cursor.js';

const HASH = 0x23;
const COLON = 0x3a;

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

/** The rest of a word-by-word scan: where the next word would begin, or what ends the text. */
function endOfWord(cursor: Cursor, inFlow: boolean): number {
  const { text } = cursor;
  let at = cursor.offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) return at;
    if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (isBlank(next) || (inFlow && next !== 0x3f && isFlowIndicator(next))) return at;
    }
    if (inFlow && isFlowIndicator(code)) return at;
    at++;
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
    cursor.skip(endOfWord(cursor, inFlow) - from);
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
