import { END, isBreak, isBreakOrEnd, isDigit, SPACE, TAB } from './characters.js';
import type { Cursor } from './cursor.js';

const PLUS = 0x2b;
const MINUS = 0x2d;

/** What a text block gives: its content, and where PyYAML says that it ends (after the last blank line it took). */
interface BlockScalar {
  readonly value: string;
  readonly end: number;
  readonly endLine: number;
}

/** `|2-` and the like: the indentation if it is given, and what becomes of the last line breaks. */
function takeHeader(cursor: Cursor): { chomping: 'clip' | 'strip' | 'keep'; indentation: number | undefined } {
  let chomping: 'clip' | 'strip' | 'keep' = 'clip';
  let indentation: number | undefined;
  const takeChomping = (): boolean => {
    const code = cursor.peek();
    if (code !== PLUS && code !== MINUS) return false;
    chomping = code === PLUS ? 'keep' : 'strip';
    cursor.skip();
    return true;
  };
  const takeIndentation = (): void => {
    if (!isDigit(cursor.peek())) return;
    indentation = cursor.peek() - 48;
    if (indentation === 0) cursor.fail('an indentation of 0 is not allowed here', 'write 1 to 9');
    cursor.skip();
  };
  if (takeChomping()) takeIndentation();
  else {
    takeIndentation();
    takeChomping();
  }
  const isApart = cursor.peek() === SPACE || isBreakOrEnd(cursor.peek());
  if (!isApart || !cursor.skipToEnd()) {
    cursor.fail('text follows a block mark (| or >) in the same line', 'start the text in the next line, indented');
  }
  cursor.takeBreak();
  return { chomping, indentation };
}

/** The empty lines before the first one with text, and how far the widest of all these is indented. */
function takeWidest(cursor: Cursor, takeBreak: () => string): { readonly blank: string; readonly widest: number } {
  let blank = '';
  let widest = 0;
  while (cursor.peek() === SPACE || isBreak(cursor.peek())) {
    if (cursor.peek() !== SPACE) blank += takeBreak();
    else {
      cursor.skipAll(SPACE);
      widest = Math.max(widest, cursor.column);
    }
  }
  return { blank, widest };
}

/**
 * Reads a text block (`|` or `>`); the cursor is on its mark. `parentIndent` is the column of the collection around it,
 * -1 at the top.
 */
export function scanBlockScalar(cursor: Cursor, folded: boolean, parentIndent: number): BlockScalar {
  cursor.skip();
  const { chomping, indentation } = takeHeader(cursor);
  const least = Math.max(1, parentIndent + 1);
  let end = cursor.offset;
  let endLine = cursor.line;
  const takeBreak = (): string => {
    const taken = cursor.takeBreak();
    end = cursor.offset;
    endLine = cursor.line;
    return taken;
  };

  let indent: number;
  let blank: string;
  const skipIndent = (): void => {
    while (cursor.column < indent && cursor.peek() === SPACE) cursor.skip();
  };
  const takeBlankLines = (): string => {
    let breaks = '';
    for (skipIndent(); isBreak(cursor.peek()); skipIndent()) breaks += takeBreak();
    return breaks;
  };

  if (indentation === undefined) {
    const found = takeWidest(cursor, takeBreak);
    blank = found.blank;
    indent = Math.max(least, found.widest);
  } else {
    indent = least + indentation - 1;
    blank = takeBlankLines();
  }

  const startsWithText = (): boolean => cursor.peek() !== SPACE && cursor.peek() !== TAB;
  const parts: string[] = [];
  let lineBreak = '';
  while (cursor.column === indent && cursor.peek() !== END) {
    parts.push(blank);
    const isText = startsWithText();
    const from = cursor.offset;
    cursor.skipLine();
    parts.push(cursor.slice(from));
    lineBreak = takeBreak();
    blank = takeBlankLines();
    if (cursor.column !== indent || cursor.peek() === END) break;
    const foldsHere = folded && lineBreak === '\n' && isText && startsWithText();
    if (!foldsHere) parts.push(lineBreak);
    else if (blank === '') parts.push(' ');
  }
  if (chomping !== 'strip') parts.push(lineBreak);
  if (chomping === 'keep') parts.push(blank);
  return { value: parts.join(''), end, endLine };
}
