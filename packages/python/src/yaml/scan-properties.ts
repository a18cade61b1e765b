import { isBlank, isBreakOrEnd, isDigit, isWordCharacter, SPACE } from './characters.js';
import type { Cursor } from './cursor.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

const BANG = 0x21;
const HASH = 0x23;

const isWordOnly = (code: number): boolean => isWordCharacter(code);
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
  const name = take(cursor, isWordOnly);
  if (name === '' || !endsName(cursor.peek())) {
    const kind = sign === '*' ? 'an alias' : 'an anchor';
    throw new YamlSyntaxError(
      `"${sign}" begins ${kind}, but no name of one follows`,
      start,
      `put text that begins with "${sign}" in quotes`,
    );
  }
  return name;
}

function takeUri(cursor: Cursor): string {
  const from = cursor.offset;
  const text = take(cursor, isUri);
  if (text === '') {
    throw new YamlSyntaxError('"!" begins a tag, but no name of one follows', from, 'put text that begins with "!" in quotes');
  }
  try {
    // decodeURIComponent leaves every other character of an address as it is.
    return decodeURIComponent(text);
  } catch {
    throw new YamlSyntaxError('"%" in a tag needs two hexadecimal digits, of valid UTF-8', from, 'put the text in quotes');
  }
}

/** `!`, `!!` or `!name!`. */
function takeHandle(cursor: Cursor): string {
  const from = cursor.offset;
  const wrong = (): never => {
    throw new YamlSyntaxError('"!" begins a tag, but this is not the name of one', from, 'put text that begins with "!" in quotes');
  };
  if (cursor.peek() !== BANG) wrong();
  cursor.skip();
  if (cursor.peek() === SPACE) return '!';
  take(cursor, isWordOnly);
  if (cursor.peek() !== BANG) wrong();
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
    if (cursor.peek() !== 0x3e) throw new YamlSyntaxError('"!<" is never closed by ">"', start, 'put the text in quotes');
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
  if (cursor.peek() !== SPACE && !isBreakOrEnd(cursor.peek())) {
    throw new YamlSyntaxError('"!" begins a tag, but this is not the name of one', start, 'put text that begins with "!" in quotes');
  }
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
  const wrong = (): never => {
    throw new YamlSyntaxError(
      '"%" at the margin begins a directive, and this is not one',
      start,
      'indent the line, or put the text in quotes',
    );
  };
  const endOfPart = (): void => {
    if (cursor.peek() !== SPACE && !isBreakOrEnd(cursor.peek())) wrong();
  };
  const takeNumber = (): string => take(cursor, isDigit) || wrong();
  cursor.skip();
  const name = take(cursor, isWordOnly) || wrong();
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
  } else while (!isBreakOrEnd(cursor.peek())) cursor.skip();
  cursor.skipAll(SPACE);
  if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.skip();
  if (!isBreakOrEnd(cursor.peek())) wrong();
  return directive;
}
