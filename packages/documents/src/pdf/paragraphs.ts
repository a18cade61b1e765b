import { isRightToLeft, isUnspaced } from './letters.js';
import type { Line } from './lines.js';
import { around, median, type Box, type Style, type TextLine } from './page-content.js';

/** Lines that belong together: a paragraph, a heading, an item of a list. */
export interface Paragraph extends Box {
  readonly page: number;
  readonly lines: TextLine[];
  readonly style: Style;
  /** The mark that an item of a list begins with. */
  readonly marker?: string;
  /** White above it, in heights of its letters; large at the start of a column. */
  readonly gap: number;
  /** What tags say about it: that it is what it is, the level of a heading, how deep in lists, that it is a note. */
  readonly isTagged?: boolean;
  readonly level?: number;
  readonly indent?: number;
  readonly isNote?: boolean;
}

/** Signs and numbers before items of lists. */
const bullet = new RegExp(`^([•◦▪‣·●○■□❑◆❖➢➤⬥★→✓✔–—*-]|\\(?\\d{1,3}[.)]|\\(?[a-z][.)]|\\(?[ivx]{1,5}[.)])\\s+(?=\\S)`, 'u');

/** The marker of an item that a line begins, or undefined. A single letter is one only before white, as in "a) this". */
const markerOf = (text: string): string | undefined => bullet.exec(text)?.[1];

const ends = /[.!?:;。！？：；…]["”’»)\]]*$/u;
export const endsSentence = (text: string): boolean => ends.test(text);

/** A line of a table of contents: leading points and a page number. */
export const isContentsEntry = (text: string): boolean => / … (?:\d{1,4}|[ivxlc]{1,7})$/.test(text);

const areNear = (one: number, two: number): boolean => Math.abs(one - two) <= Math.max(one, two) * 0.08;

/** Whether a sentence goes on over the break in letters of one size: names in a font that is smaller may be most of a line. */
function isOneSentence(above: Line, line: Line): boolean {
  const [last, first] = [above.words.at(-1)!, line.words[0]!];
  return areNear(last.style.size, first.style.size) && /\p{L}{2}|^\p{L}$/u.test(last.text) && /^\p{Ll}/u.test(first.text);
}

/** Styles that do not stand in one paragraph: another size, or wholly bold and not. */
function isSameText(a: Line, b: Line): boolean {
  const isSameSize = areNear(a.style.size, b.style.size) || isOneSentence(a, b);
  const isCode = ({ style, words }: Line): boolean => style.isMono && words.every((word) => word.style.isMono);
  // An address may be most of a line and makes no code of it.
  return isSameSize && a.isBold === b.isBold && (a.style.isMono === b.style.isMono || (!isCode(a) && !isCode(b)));
}

/** Whether a line looks too different from the one above to go on with it; items of lists may change from bold to not. */
function isOtherText(above: Line, line: Line, isInItem: boolean): boolean {
  if (isSameText(above, line)) return false;
  return !isInItem || Math.abs(above.style.size - line.style.size) >= 1 || line.style.isBold;
}

/** Whether the step to a line is wider than between the lines of a paragraph. */
const isFar = (step: number, leading: number, size: number): boolean => step < 0 || step > Math.max(leading * 1.25, leading + size * 0.25);

/**
 * Whether a line ended although the first word of the next would have had room: the next goes on further to the right than the two
 * together. Then somebody ended it: a label, a line of a form. Lines that begin lower may go around a picture.
 */
function isBroken(above: Line, line: Line): boolean {
  const first = line.words[0]!;
  if (/^\p{Ll}/u.test(line.text) || line.x0 < above.x0 - line.style.size || isRightToLeft(line.text)) return false;
  const width = isUnspaced(first.text[0]!) ? line.style.size : first.x1 - first.x0;
  return above.x1 + width + line.style.size * 2 < line.x1;
}

/** How far a line is pushed down by what stands above it or hangs from the line before, as marks of notes and indices do. */
function pushOf(above: Line, line: Line): number {
  const rises = line.words.map(({ base }) => line.base - base);
  const falls = above.words.map(({ base }) => base - above.base);
  return Math.max(0, ...rises) + Math.max(0, ...falls);
}

/** Whether a line cannot go on with the one above, whatever the two say. */
function isApart(above: Line, line: Line, leading: number, isInItem: boolean): boolean {
  if (isOtherText(above, line, isInItem) || isContentsEntry(above.text)) return true;
  const step = line.base - above.base;
  return isFar(step < 0 ? step : Math.max(0, step - pushOf(above, line)), leading, line.style.size) || (!isInItem && isBroken(above, line));
}

/** Whether a new paragraph begins with a line, from what stands above it in the column. */
function begins(above: Line, line: Line, column: Box, leading: number, isInItem: boolean): boolean {
  if (isApart(above, line, leading, isInItem)) return true;
  const { size } = line.style;
  const isEnd = endsSentence(above.text);
  if (markerOf(line.text) !== undefined && (isInItem || isEnd || above.x1 < column.x1 - size * 3)) return true;
  const isShort = above.x1 < column.x1 - size * 2 - (column.x1 - column.x0) * 0.08;
  const indent = line.x0 - Math.max(column.x0, Math.min(above.x0, line.x0 + size));
  // An indent opens a paragraph where the line above began at the edge, or ended early.
  const isIndented = line.x0 > above.x0 + size * 0.8 && indent > size * 0.8;
  if (!isInItem && isIndented && (isEnd || isShort)) return true;
  return isShort && isEnd && /^[\p{Lu}\p{Lo}\p{N}"“(]/u.test(line.text);
}

/** Lines of one column put together to paragraphs. */
export function makeParagraphs(lines: readonly Line[]): Paragraph[] {
  if (lines.length === 0) return [];
  const column = around(lines);
  const steps = lines.slice(1).flatMap((line, i) => {
    const step = line.base - lines[i]!.base;
    return step > 0 && step < line.style.size * 2.2 && isSameText(lines[i]!, line) ? [step / line.style.size] : [];
  });
  const usual = steps.length > 0 ? median(steps) : 1.25;
  const groups: { lines: Line[]; gap: number; marker: string | undefined }[] = [];
  let above: Line | undefined;
  for (const line of lines) {
    const group = groups.at(-1);
    const marker = markerOf(line.text);
    if (!group || !above || begins(above, line, column, usual * line.style.size, group.marker !== undefined)) {
      groups.push({ lines: [line], marker, gap: above ? (line.base - above.base) / line.style.size - 1 : 9 });
    } else group.lines.push(line);
    above = line;
  }
  return groups.map(({ lines: own, gap, marker }) => {
    const style = own.reduce((most, one) => (one.text.length > most.text.length ? one : most)).style;
    return { ...around(own), page: own[0]!.page, lines: own, style, gap, ...(marker === undefined ? {} : { marker }) };
  });
}
