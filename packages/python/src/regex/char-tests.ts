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
const isSpace = cached(
  (code) => (code >= 0x1c && code <= 0x1f) || code === 0x85 || (code !== 0xfeff && /\s/.test(String.fromCodePoint(code))),
);
export const isAsciiWord = byRegex(/[A-Za-z0-9_]/);
const isAsciiDigit: CharTest = (code) => code >= 48 && code <= 57;
const isAsciiSpace = byRegex(/[ \t\n\r\f\v]/);

export const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);

const CLASSES: ReadonlyMap<string, { readonly unicode: CharTest; readonly ascii: CharTest }> = new Map([
  ['d', { unicode: isDigit, ascii: isAsciiDigit }],
  ['w', { unicode: isWord, ascii: isAsciiWord }],
  ['s', { unicode: isSpace, ascii: isAsciiSpace }],
]);

/** `\d`, `\w`, `\s` and their opposites; undefined for any other letter. */
export function classEscape(letter: string, ascii: boolean): CharTest | undefined {
  const tests = CLASSES.get(letter.toLowerCase());
  if (!tests) return undefined;
  const test = ascii ? tests.ascii : tests.unicode;
  return letter === letter.toLowerCase() ? test : not(test);
}

/** A letter in lower case by Unicode's simple mapping, which is one letter for one; only İ has two in JavaScript. */
export function lower(code: number): number {
  return code === 0x130 ? 0x69 : String.fromCodePoint(code).toLowerCase().codePointAt(0)!;
}

let byLower: Map<number, number[]> | undefined;
/** All letters with the same lower case: `k`, `K` and the Kelvin sign. Made when it is first asked for. */
function casesOf(lowered: number): readonly number[] {
  if (!byLower) {
    byLower = new Map();
    // The last letters with cases are Adlam's.
    for (let code = 0x41; code <= 0x1e943; code++) {
      const other = lower(code);
      if (other === code) continue;
      const cases = byLower.get(other);
      if (cases) cases.push(code);
      else byLower.set(other, [other, code]);
    }
  }
  return byLower.get(lowered) ?? [lowered];
}

/**
 * Letters that Python's `re` takes for each other though neither is the other's upper or lower case by itself: the
 * same letter stands behind them in upper case (the groups of CPython 3.11's `re/_casefix.py`).
 */
const ALIKE: ReadonlyMap<number, readonly number[]> = new Map(
  'iı sſ µμ \u0345ιι ΐΐ ΰΰ βϐ εϵ θϑ κϰ πϖ ρϱ ςσ φϕ вᲀ дᲁ оᲂ сᲃ тᲄᲅ ъᲆ ѣᲇ ᲈ\ua64b ṡẛ \ufb05\ufb06'.split(' ').flatMap((group) => {
    const codes = Array.from(group, (letter) => letter.codePointAt(0)!);
    return codes.map((code) => [code, codes] as const);
  }),
);

/** The same set, for either case of each letter; with `ascii` only of A to Z. */
export function ignoringCase(test: CharTest, ascii: boolean): CharTest {
  return cached((code) => {
    if (test(code)) return true;
    if (ascii) return code < 128 && test(code ^ 32) && /[a-z]/i.test(String.fromCharCode(code));
    const lowered = lower(code);
    return [lowered, ...(ALIKE.get(lowered) ?? [])].some((letter) => casesOf(letter).some(test));
  });
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
