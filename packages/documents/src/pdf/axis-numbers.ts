import { groupBy } from '@sdg/values';
import type { Word } from './page-content.js';

/** More numbers than this on a page are tables, not plots. */
const MAX_NUMBERS = 600;
/** Points by which numbers of one axis may be out of line. */
const NEAR = 1.5;

/** A number as it stands along an axis, its sign with it. */
interface Mark {
  readonly words: readonly Word[];
  readonly value: number;
  readonly x0: number;
  readonly x1: number;
  readonly base: number;
  readonly size: number;
}

const number = /^[+−–-]?\d{0,7}(?:[.,]\d{1,4})?%?$/;
const valueOf = (text: string): number => Number(text.replace(/[−–]/, '-').replace(',', '.').replace('%', ''));

/** Numbers that stand alone, without letters or exponents glued to them. */
function marksOf(words: readonly Word[]): Mark[] {
  return words.flatMap((word, i): Mark[] => {
    const [before, after] = [words[i - 1], words[i + 1]];
    if (!/\d/.test(word.text) || !number.test(word.text) || after?.isGlued) return [];
    const isSigned = word.isGlued && before !== undefined && /^[−–-]$/.test(before.text) && !before.isGlued;
    if (word.isGlued && !isSigned) return [];
    const own = isSigned ? [before, word] : [word];
    const value = valueOf(own.map(({ text }) => text).join(''));
    return Number.isNaN(value) ? [] : [{ words: own, value, x0: own[0]!.x0, x1: word.x1, base: word.base, size: word.style.size }];
  });
}

type Measure = (mark: Mark) => number;

/** Runs of marks, three or more each, at even steps that rise or fall evenly. */
function evenRuns(marks: readonly Mark[], placeOf: Measure): (readonly Mark[])[] {
  const sorted = [...marks].sort((a, b) => placeOf(a) - placeOf(b));
  const found: (readonly Mark[])[] = [];
  for (let i = 0; i + 2 < sorted.length; i++) {
    const step = placeOf(sorted[i + 1]!) - placeOf(sorted[i]!);
    const rise = sorted[i + 1]!.value - sorted[i]!.value;
    const isNext = (one: Mark, two: Mark): boolean =>
      Math.abs(placeOf(two) - placeOf(one) - step) < Math.max(1.5, step * 0.06) &&
      Math.abs(two.value - one.value - rise) < Math.abs(rise) * 0.02;
    if (rise === 0 || step < sorted[i]!.size * 1.2) continue;
    let end = i + 1;
    while (end + 1 < sorted.length && isNext(sorted[end]!, sorted[end + 1]!)) end += 1;
    if (end - i < 2) continue;
    found.push(sorted.slice(i, end + 1));
    i = end - 1;
  }
  return found;
}

/** Even runs of marks that are in line by one of these measures. */
const runs = (marks: readonly Mark[], measures: readonly Measure[], placeOf: Measure): (readonly Mark[])[] =>
  measures.flatMap((measure) =>
    [0, 0.5].flatMap((off) =>
      [...groupBy(marks, (mark) => Math.round(measure(mark) / (NEAR * 2) + off)).values()].flatMap((group) => evenRuns(group, placeOf)),
    ),
  );

const middle = ({ x0, x1 }: Mark): number => (x0 + x1) / 2;

/** Whether a column and a row of numbers meet as the axes of a plot do: at the lower end of the one and the left end of the other. */
function meet(column: readonly Mark[], row: readonly Mark[]): boolean {
  const [top, bottom, left, second] = [column[0]!, column.at(-1)!, row[0]!, row[1]!];
  const { size } = left;
  const falls = left.base - bottom.base;
  const isBeside = bottom.x1 < second.x0 && bottom.x1 > left.x0 - size * 6;
  return isBeside && falls > size * 0.3 && falls < size * 5 && top.base < left.base - size * 3;
}

/** Whether numbers stand between two axes in line with both: then they are the edges of a table. */
function isTable(column: readonly Mark[], row: readonly Mark[], marks: readonly Mark[]): boolean {
  const inside = marks.filter(
    (mark) =>
      row.some((one) => Math.abs(middle(one) - middle(mark)) < one.size && mark.base < one.base - one.size) &&
      column.some((one) => Math.abs(one.base - mark.base) < NEAR && mark.x0 > one.x1),
  );
  return inside.length >= Math.min(row.length, column.length);
}

/**
 * Numbers along the axes of plots: a column and a row of them that stand at even steps, rise evenly and meet at the lower left, without
 * numbers between them in rows and columns.
 */
export function axisNumbers(words: readonly Word[]): Set<Word> {
  const found = new Set<Word>();
  const marks = marksOf(words);
  if (marks.length < 6 || marks.length > MAX_NUMBERS) return found;
  const columns = runs(marks, [({ x1 }) => x1, ({ x0 }) => x0, middle], ({ base }) => base);
  if (columns.length === 0) return found;
  const rows = runs(marks, [({ base }) => base], middle);
  for (const column of columns) {
    for (const row of rows) {
      if (!meet(column, row) || isTable(column, row, marks)) continue;
      for (const mark of [...column, ...row]) for (const word of mark.words) found.add(word);
    }
  }
  return found;
}
