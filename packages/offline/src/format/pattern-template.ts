import { sumOf } from '@sdg/core';
import { fromPython, readPattern } from './python-pattern.js';

/** Where a template has a group's value, or a number that counts the records. */
type Piece = string | { readonly group: number } | { readonly ordinal: true };

/** How the records that a regular expression finds are written. */
interface RecordTemplate {
  /** Expression inside each capture group. */
  readonly groups: readonly string[];
  readonly ignoresCase: boolean;
  /** Writes one record; `ordinal` counts records from 1. */
  write(values: readonly string[], ordinal: number): string;
}

const QUANTIFIER = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/u;
const OPENING = /^\?(?:P?<[\p{L}_]\w*>|P=\w+|<[=!]|[:=!>]|\(\w+\)|[a-zA-Z-]+[:)])/u;

/**
 * A shortest text that a regular expression matches, with the capture groups left open for values: literals stay,
 * the first of alternatives is taken, white space becomes a line break, what is optional is left out, look-arounds
 * are skipped. Undefined where the expression is not understood. Not a full parser: what it makes is tried out.
 */
export function patternTemplate(written: string): RecordTemplate | undefined {
  const { source: pattern, flags } = readPattern(written);
  const groups: string[] = [];
  const names = new Map<string, number>();
  let at = 0;

  const alternatives = (): Piece[] => {
    const first = sequence();
    while (pattern[at] === '|') {
      at++;
      sequence();
    }
    return first;
  };
  const sequence = (): Piece[] => {
    const pieces: Piece[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const atom = readAtom();
      const quantifier = QUANTIFIER.exec(pattern.slice(at))?.[0] ?? '';
      at += quantifier.length;
      const isOptional = /^(?:[*?]|\{0?,|\{0\})/u.test(quantifier) && !atom.some((piece) => typeof piece !== 'string' || piece === '\n');
      const times = isOptional ? 0 : Math.min(20, Number(/^\{(\d+)/u.exec(quantifier)?.[1] ?? 1) || 1);
      for (let i = 0; i < times; i++) pieces.push(...atom);
    }
    return pieces;
  };
  const group = (): Piece[] => {
    const opening = OPENING.exec(pattern.slice(at))?.[0] ?? '';
    at += opening.length;
    if (opening.startsWith('?P=')) {
      at++;
      return [{ group: names.get(opening.slice(3)) ?? 0 }];
    }
    if (opening.endsWith(')') && !opening.startsWith('?(')) return [];
    const name = /^\?P?<(\w+)>$/u.exec(opening)?.[1];
    const index = opening === '' || name !== undefined ? groups.push('') - 1 : -1;
    if (name !== undefined) names.set(name, index);
    const from = at;
    const inner = alternatives();
    const inside = pattern.slice(from, at);
    at++;
    if (/[=!]$/u.test(opening)) return [];
    if (index === -1) return inner;
    groups[index] = inside;
    return [{ group: index }];
  };
  const readClass = (): Piece[] => {
    const [whole, set = ''] = /^(\^?\]?(?:\\[^]|[^\]\\])*)\]/u.exec(pattern.slice(at)) ?? [];
    at += whole?.length ?? pattern.length;
    return set.startsWith('\\s') ? ['\n'] : set.startsWith('^') ? ['x'] : [set.startsWith('\\') ? classChar(set[1]!) : (set[0] ?? '')];
  };
  const readAtom = (): Piece[] => {
    const char = pattern[at++]!;
    if (char === '(') return group();
    if (char === '[') return readClass();
    if (char === '\\') {
      const letter = pattern[at++] ?? '';
      if (/[1-9]/u.test(letter)) return [{ group: Number(letter) - 1 }];
      return [letter === 'd' ? { ordinal: true } : classChar(letter)];
    }
    if (char === '.') return ['x'];
    return char === '^' || char === '$' ? [] : [char];
  };
  const classChar = (letter: string): string =>
    ({ s: '\n', n: '\n', t: '\t', d: '1', w: 'x', S: 'x', W: ' ', D: 'x', b: '', B: '', A: '', Z: '' })[letter] ?? letter;

  const pieces = alternatives();
  if (at < pattern.length || groups.length === 0) return undefined;
  return {
    groups,
    ignoresCase: flags.includes('i'),
    write: (values, ordinal) =>
      pieces
        .map((piece) => (typeof piece === 'string' ? piece : 'group' in piece ? (values[piece.group] ?? '') : String(ordinal)))
        .join(''),
  };
}

/**
 * A value as the inside of its group wants it: in another case, on one line, with a fraction, its first character alone; else a text that
 * the group takes.
 */
export function fitValue(value: string, inside: string, ignoresCase: boolean): string {
  // The inside of a JSON text, or of any quotes.
  if (inside.includes('[^"') && /["\\\n]/u.test(value)) {
    return inside.includes('\\\\') ? JSON.stringify(value).slice(1, -1) : value.replaceAll('"', "'");
  }
  // Repeats of repeats can take for ever, and say little about what they want.
  const regex = /\)[*+{]/u.test(inside) ? undefined : fromPython(`${ignoresCase ? '(?i)' : ''}\\A(?:${inside})\\Z`);
  if (!regex) return value;
  const line = value.trim().replace(/\s+/gu, ' ');
  const first = /^(?:\[[^\]]+\]|\\[dw])$/u.test(inside) ? (/[\p{L}\p{N}]/u.exec(line)?.[0] ?? '') : '';
  const forms = [
    value,
    line,
    line.toLowerCase(),
    line.toUpperCase(),
    line.charAt(0).toUpperCase() + line.slice(1).toLowerCase(),
    `${line}.0`,
    line.replace(/\.\d+$/u, ''),
    first,
  ];
  // One of several words, chosen by the value; else whatever the group takes.
  const words = /^[^\\[(.*+?]+$/u.test(inside) ? inside.split('|') : [];
  const word = words[sumOf(Array.from(value, (char) => char.charCodeAt(0))) % Math.max(1, words.length)] ?? '';
  const shortest = patternTemplate(`(?:${inside})()`)?.write([], 1) ?? '';
  return [...forms, word, shortest].find((form) => form !== '' && form.search(regex) === 0) ?? value;
}
