import { charEscape } from './char-escape.js';
import { anyOf, between, classEscape, exactly, ignoringCase, not } from './char-tests.js';
import type { Flags } from './flags.js';
import type { PatternReader } from './pattern-reader.js';
import type { CharTest, RegexNode } from './syntax.js';

/** Reads `[…]`; the reader is behind the bracket, which is at `from`. */
export function readClass(reader: PatternReader, { ignoreCase, ascii }: Flags, from: number): RegexNode {
  const negative = reader.eat('^');
  const tests: CharTest[] = [];
  for (let first = true; first || reader.peek() !== ']'; first = false) tests.push(classPart(reader, ascii, from));
  reader.at++;
  const inside = ignoreCase ? ignoringCase(anyOf(tests), ascii) : tests.length === 1 ? tests[0]! : anyOf(tests);
  return { kind: 'char', test: negative ? not(inside) : inside };
}

/** One character, a set or a range of a class. */
function classPart(reader: PatternReader, ascii: boolean, from: number): CharTest {
  const start = classItem(reader, ascii, from);
  const isRange = reader.peek() === '-' && reader.peek(1) !== ']';
  if (!isRange || (typeof start === 'number' && reader.peek(1) === undefined)) return typeof start === 'number' ? exactly(start) : start;
  if (typeof start !== 'number') throw reader.error('bad character range', from);
  reader.at++;
  const end = classItem(reader, ascii, from);
  if (typeof end !== 'number' || end < start) throw reader.error('bad character range', from);
  return between(start, end);
}

/** One character of a class, or a set of them (`\d`). */
function classItem(reader: PatternReader, ascii: boolean, from: number): number | CharTest {
  const char = reader.next();
  if (char === undefined) throw reader.error('unterminated character set', from);
  if (char !== '\\') return char.codePointAt(0)!;
  const at = reader.at - 1;
  const letter = reader.next();
  if (letter === undefined) throw reader.error('unterminated character set', from);
  if (letter === 'b') return 8;
  if (/[0-7]/.test(letter)) {
    const code = reader.octal(letter, 3);
    if (code > 0o377) throw reader.error('octal escape outside of range 0-0o377', at);
    return code;
  }
  const set = classEscape(letter, ascii);
  if (set) return set;
  const code = charEscape(reader, letter, at);
  if (code === undefined || /[89]/.test(letter)) throw reader.error(`bad escape \\${letter}`, at);
  return code;
}
