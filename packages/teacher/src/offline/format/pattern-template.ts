/** Where a template has a group's value, or a number that counts the records. */
type Piece = string | { readonly group: number } | { readonly ordinal: true };

/** Writes one record; `ordinal` counts records from 1. */
export type RecordTemplate = (values: readonly string[], ordinal: number) => string;

/**
 * A shortest text that a regular expression matches, with the capture groups left open for values: literals stay,
 * the first of alternatives is taken, white space becomes a line break, what is optional is left out, look-arounds
 * are skipped. Undefined where the expression is not understood. Not a full parser: what it makes is tried out.
 */
export function patternTemplate(pattern: string): RecordTemplate | undefined {
  let at = 0;
  let groups = 0;

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
      const quantifier = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/u.exec(pattern.slice(at))?.[0] ?? '';
      at += quantifier.length;
      const isOptional = /^(?:[*?]|\{0)/u.test(quantifier) && !atom.some((piece) => typeof piece !== 'string' || piece === '\n');
      if (!isOptional) pieces.push(...atom);
    }
    return pieces;
  };
  const readAtom = (): Piece[] => {
    const char = pattern[at++]!;
    if (char === '(') {
      const opening = /^\?(?:P?<[\p{L}_]\w*>|[:=!]|<[=!])/u.exec(pattern.slice(at))?.[0] ?? '';
      at += opening.length;
      const captures = opening === '' || /^\?P?<\p{L}/u.test(opening);
      const group = captures ? groups++ : -1;
      const inner = alternatives();
      at++;
      if (/[=!]$/u.test(opening)) return [];
      return captures ? [{ group }] : inner;
    }
    if (char === '[') {
      const close = pattern.indexOf(']', at + 1);
      const end = close === -1 ? pattern.length : close;
      const set = pattern.slice(at, end);
      at = end + 1;
      return set.startsWith('\\s') ? ['\n'] : set.startsWith('^') ? ['x'] : [set.startsWith('\\') ? classChar(set[1]!) : set[0]!];
    }
    if (char === '\\') {
      const letter = pattern[at++] ?? '';
      return [letter === 'd' ? { ordinal: true } : classChar(letter)];
    }
    if (char === '.') return ['x'];
    return char === '^' || char === '$' ? [] : [char];
  };
  const classChar = (letter: string): string =>
    ({ s: '\n', n: '\n', t: '\t', d: '1', w: 'x', S: 'x', W: ' ', D: 'x', b: '', B: '', A: '', Z: '' })[letter] ?? letter;

  const pieces = alternatives();
  if (at < pattern.length || groups === 0) return undefined;
  return (values, ordinal) => pieces.map((piece) => (typeof piece === 'string' ? piece : 'group' in piece ? (values[piece.group] ?? '') : String(ordinal))).join('');
}
