import type { CharTest } from './syntax.js';

/** Caches the answer for characters of the first plane's first page: nearly all that is ever asked. */
function cached(test: CharTest): CharTest {
  const known = new Int8Array(256);
  return (code) => {
    if (code > 255) return test(code);
    if (known[code] === 0) known[code] = test(code) ? 1 : -1;
    return known[code] === 1;
  };
}
const byRegex = (regex: RegExp): CharTest => cached((code) => regex.test(String.fromCodePoint(code)));

export const isWord = byRegex(/[\p{L}\p{N}_]/u);
const isDigit = byRegex(/\p{Nd}/u);
const isSpace = cached((code) => (code >= 0x1c && code <= 0x1f) || code === 0x85 || (code !== 0xfeff && /\s/.test(String.fromCodePoint(code))));
export const isAsciiWord = byRegex(/[A-Za-z0-9_]/);
const isAsciiDigit: CharTest = (code) => code >= 48 && code <= 57;
const isAsciiSpace = byRegex(/[ \t\n\r\f\v]/);

export const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);

/** `\d`, `\w`, `\s` and their opposites; undefined for any other letter. */
export function classEscape(letter: string, ascii: boolean): CharTest | undefined {
  switch (letter) {
    case 'd':
    case 'D':
      return letter === 'd' ? (ascii ? isAsciiDigit : isDigit) : not(ascii ? isAsciiDigit : isDigit);
    case 'w':
    case 'W':
      return letter === 'w' ? (ascii ? isAsciiWord : isWord) : not(ascii ? isAsciiWord : isWord);
    case 's':
    case 'S':
      return letter === 's' ? (ascii ? isAsciiSpace : isSpace) : not(ascii ? isAsciiSpace : isSpace);
    default:
      return undefined;
  }
}

const swap = (code: number, text: string): number => {
  const other = text.codePointAt(0)!;
  return text.length === String.fromCodePoint(other).length ? other : code;
};
export const lower = (code: number): number => swap(code, String.fromCodePoint(code).toLowerCase());
const upper = (code: number): number => swap(code, String.fromCodePoint(code).toUpperCase());

/** The same set, for either case of each letter; with `ascii` only of A to Z. */
export function ignoringCase(test: CharTest, ascii: boolean): CharTest {
  return cached((code) => test(code) || ((!ascii || code < 128) && (test(lower(code)) || test(upper(code)))));
}

export const exactly =
  (wanted: number): CharTest =>
  (code) =>
    code === wanted;
export const between =
  (first: number, last: number): CharTest =>
  (code) =>
    code >= first && code <= last;
export const anyOf =
  (tests: readonly CharTest[]): CharTest =>
  (code) =>
    tests.some((test) => test(code));
