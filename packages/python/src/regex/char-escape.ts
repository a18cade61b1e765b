import type { PatternReader } from './pattern-reader.js';

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };

/** A character written as an escape; undefined if the letter means something else. The reader is behind the letter. */
export function charEscape(reader: PatternReader, letter: string, from: number): number | undefined {
  const digits = { x: 2, u: 4, U: 8 }[letter];
  if (digits !== undefined) {
    const hex = reader.ahead(digits);
    const code = Number.parseInt(hex, 16);
    if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || code > 0x10ffff) {
      throw reader.error(`incomplete escape \\${letter}${hex}`, from);
    }
    reader.at += digits;
    return code;
  }
  if (Object.hasOwn(simpleEscapes, letter)) return simpleEscapes[letter];
  if (/[A-Za-z]/.test(letter)) return undefined;
  return letter.codePointAt(0);
}
