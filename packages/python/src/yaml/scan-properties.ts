import { isBlank, isBreakOrEnd, isDigit, isWordCharacter, SPACE } from './characters.js';
import type { Cursor } from './cursor.js';

const BANG = 0x21;
const TAG_REMEDY = 'put text that begins with "!" in quotes';
const NO_TAG = '"!" begins a tag, but this is not the name of one';

const uriPunctuation = new Set(Array.from("-;/?:@&=+$,_.!~*'()[]%", (char) => char.charCodeAt(0)));
const isUri = (code: number): boolean => isWordCharacter(code) || uriPunctuation.has(code);

const take = (cursor: Cursor, belongs: (code: number) => boolean): string => {
  const from = cursor.offset;
  while (belongs(cursor.peek())) cursor.skip();
  return cursor.slice(from);
};

/** What may stand right after the name of an anchor or alias. */
const endsName = (code: number): boolean => isBlank(code) || '?:,]}%@`'.includes(String.fromCharCode(code));

/** Reads `&name` or `*name`; the cursor is on the sign. */
export function scanAnchor(cursor: Cursor): string {
  const start = cursor.offset;
  const sign = String.fromCharCode(cursor.peek());
  cursor.skip();
  const name = take(cursor, isWordCharacter);
  if (name !== '' && endsName(cursor.peek())) return name;
  const kind = sign === '*' ? 'an alias' : 'an anchor';
  return cursor.fail(`"${sign}" begins ${kind}, but no name of one follows`, `put text that begins with "${sign}" in quotes`, start);
}

function takeUri(cursor: Cursor): string {
  const from = cursor.offset;
  const text = take(cursor, isUri);
  if (text === '') cursor.fail('"!" begins a tag, but no name of one follows', TAG_REMEDY, from);
  try {
    // decodeURIComponent leaves every other character of an address as it is.
    return decodeURIComponent(text);
  } catch {
    return cursor.fail('"%" in a tag needs two hexadecimal digits, of valid UTF-8', 'put the text in quotes', from);
  }
}

/** `!`, `!!` or `!name!`. */
function takeHandle(cursor: Cursor): string {
  const from = cursor.offset;
  if (cursor.peek() !== BANG) cursor.fail(NO_TAG, TAG_REMEDY, from);
  cursor.skip();
  if (cursor.peek() === SPACE) return '!';
  take(cursor, isWordCharacter);
  if (cursor.peek() !== BANG) cursor.fail(NO_TAG, TAG_REMEDY, from);
  cursor.skip();
  return cursor.slice(from);
}

/** Reads a tag; the cursor is on `!`. `handle` is undefined where the tag is written out, or is `!` alone. */
export function scanTag(cursor: Cursor): { handle: string | undefined; suffix: string } {
  const start = cursor.offset;
  let handle: string | undefined;
  let suffix: string;
  if (cursor.peek(1) === 0x3c) {
    cursor.skip(2);
    suffix = takeUri(cursor);
    if (cursor.peek() !== 0x3e) cursor.fail('"!<" is never closed by ">"', 'put the text in quotes', start);
    cursor.skip();
  } else if (isBlank(cursor.peek(1))) {
    suffix = '!';
    cursor.skip();
  } else {
    let ahead = 1;
    while (cursor.peek(ahead) !== BANG && cursor.peek(ahead) !== SPACE && !isBreakOrEnd(cursor.peek(ahead))) ahead++;
    if (cursor.peek(ahead) === BANG) handle = takeHandle(cursor);
    else {
      handle = '!';
      cursor.skip();
    }
    suffix = takeUri(cursor);
  }
  if (cursor.peek() !== SPACE && !isBreakOrEnd(cursor.peek())) cursor.fail(NO_TAG, TAG_REMEDY, start);
  return { handle, suffix };
}

interface Directive {
  readonly name: string;
  readonly handle?: string;
  readonly parameter?: string;
}

/** Reads a line that begins with `%`. */
export function scanDirective(cursor: Cursor): Directive {
  const start = cursor.offset;
  const remedy = 'indent the line, or put the text in quotes';
  const wrong = (): never => cursor.fail('"%" at the margin begins a directive, and this is not one', remedy, start);
  const endOfPart = (): void => {
    if (cursor.peek() !== SPACE && !isBreakOrEnd(cursor.peek())) wrong();
  };
  const takeNumber = (): string => take(cursor, isDigit) || wrong();
  cursor.skip();
  const name = take(cursor, isWordCharacter) || wrong();
  endOfPart();
  let directive: Directive = { name };
  if (name === 'YAML') {
    cursor.skipAll(SPACE);
    const major = takeNumber();
    if (cursor.peek() !== 0x2e) wrong();
    cursor.skip();
    directive = { name, parameter: `${major}.${takeNumber()}` };
    endOfPart();
  } else if (name === 'TAG') {
    cursor.skipAll(SPACE);
    const handle = takeHandle(cursor);
    if (cursor.peek() !== SPACE) wrong();
    cursor.skipAll(SPACE);
    directive = { name, handle, parameter: takeUri(cursor) };
    endOfPart();
  } else cursor.skipLine();
  return cursor.skipToEnd() ? directive : wrong();
}
