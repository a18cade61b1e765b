import { characters, lengthOf } from './characters.js';

interface WrapOptions {
  /** Characters of a line, 1 at least. */
  readonly width: number;
  /** Cut words that are longer than a line. */
  readonly breakLong: boolean;
  /** Break compound words behind their hyphens. */
  readonly onHyphens: boolean;
}

const SPACE = '[\\t\\n\\v\\f\\r ]';
const NO_SPACE = '[^\\t\\n\\v\\f\\r ]';
const LETTER = '(?:(?![\\d_])[\\p{L}\\p{N}_])';
/** What may stand before a dash. */
const BEFORE = '[\\p{L}\\p{N}_!"\'&.,?]';
const IN_WORD = '[\\p{L}\\p{N}_]';

/** Places between words and, behind hyphens, in them: the pattern of Python's `textwrap`, whose pieces it captures. */
const PIECES = new RegExp(
  `(${SPACE}+|(?<=${BEFORE})-{2,}(?=${IN_WORD})|${NO_SPACE}+?(?:` +
    `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})|(?=${SPACE}|$)|(?<=${BEFORE})(?=-{2,}${IN_WORD})))`,
  'u',
);
const WORDS = new RegExp(`(${SPACE}+)`);

const isBlank = (piece: string): boolean => piece.trim() === '';

/** How many characters of a piece that is too long go on a line with room for so many: up to its last hyphen there. */
function cutOf(piece: readonly string[], room: number, onHyphens: boolean): number {
  const hyphen = onHyphens && piece.length > room ? piece.slice(0, room).lastIndexOf('-') : -1;
  return hyphen > 0 && piece.slice(0, hyphen).some((char) => char !== '-') ? hyphen + 1 : room;
}

/** The lines of one line of a text, each at most `width` characters, as Python's `textwrap.wrap` breaks it. */
export function wordWrap(text: string, { width, breakLong, onHyphens }: WrapOptions): string[] {
  if (width < 1) throw new RangeError(`invalid width ${width} (must be > 0)`);
  const pieces = text
    .split(onHyphens ? PIECES : WORDS)
    .filter(Boolean)
    .reverse();
  const lines: string[] = [];
  while (pieces.length > 0) {
    // White space at the beginning of a line that is not the first goes.
    if (lines.length > 0 && isBlank(pieces.at(-1)!)) pieces.pop();
    const line: string[] = [];
    let length = 0;
    for (let next = pieces.at(-1); next !== undefined && length + lengthOf(next) <= width; next = pieces.at(-1)) {
      line.push(pieces.pop()!);
      length += lengthOf(next);
    }
    const next = pieces.at(-1);
    if (next !== undefined && lengthOf(next) > width) {
      if (breakLong) {
        const chars = characters(next);
        const cut = cutOf(chars, width - length, onHyphens);
        line.push(chars.slice(0, cut).join(''));
        pieces[pieces.length - 1] = chars.slice(cut).join('');
      } else if (line.length === 0) line.push(pieces.pop()!);
    }
    if (line.length > 0 && isBlank(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}
