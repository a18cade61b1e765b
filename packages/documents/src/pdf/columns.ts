import { sumOf } from '@sdg/values';
import { isRightToLeft } from './letters.js';
import { around, median, widthOf, type Box, type Ruling, type Word } from './page-content.js';

/** What is put in order on a page: a word, or something that stays whole. */
export interface Item extends Box {
  readonly word?: Word;
  /** Of a table that is whole already: which. */
  readonly whole?: number;
}

/** Points between the places at which a gap between columns is looked for. */
const STEP = 3;

/** A gap between two columns: where, and over which heights. */
interface Gutter {
  readonly x: number;
  readonly y0: number;
  readonly y1: number;
  readonly score: number;
  readonly gap: number;
}

const middle = (box: Box): number => (box.y0 + box.y1) / 2;

/** Lines of one side of a gap as boxes: words of about one height. */
function rowsOf(items: readonly Item[]): Box[] {
  const rows: { x0: number; x1: number; y0: number; y1: number; base: number }[] = [];
  for (const item of [...items].sort((a, b) => a.y1 - b.y1)) {
    const row = rows.at(-1);
    if (row && item.word && item.word.base - row.base < item.word.style.size * 0.4) {
      row.x0 = Math.min(row.x0, item.x0);
      row.x1 = Math.max(row.x1, item.x1);
    } else rows.push({ x0: item.x0, x1: item.x1, y0: item.y0, y1: item.y1, base: item.word?.base ?? item.y1 });
  }
  return rows;
}

const BULLET = /^[•◦▪‣●○■□➢➤✓–]$/u;

/** Whether one side of a gap is a list: several marks of items below each other at its left edge, as no cells of a table have. */
function areItems(items: readonly Item[]): boolean {
  const marks = items.filter(({ word }) => word && BULLET.test(word.text));
  const edge = around(items).x0;
  return marks.filter(({ x0, word }) => x0 < edge + word!.style.size * 0.5).length > 1;
}

/** Lines of words and a number at their end, as a part of all lines of an index. */
const ENTRIES = 0.8;

/** Whether one side of a gap is an index: lines that begin with a word and end with numbers of pages. */
function areEntries(items: readonly Item[]): boolean {
  const rows: Item[][] = [];
  for (const item of [...items].sort((a, b) => a.y1 - b.y1)) {
    const row = rows.at(-1);
    if (row && item.word && row[0]!.word && item.word.base - row[0]!.word.base < item.word.style.size * 0.4) row.push(item);
    else rows.push([item]);
  }
  const isEntry = (row: Item[]): boolean => {
    const words = row.sort((a, b) => a.x0 - b.x0).map(({ word }) => word?.text ?? '');
    return (
      words.length > 1 &&
      /^\p{L}/u.test(words[0]!) &&
      /\p{L}[,]?$|,$/u.test(words.at(-2)!) &&
      /^\d{1,4}(?:[-–]\d{1,4})?$/.test(words.at(-1)!)
    );
  };
  return rows.length > 4 && rows.filter(isEntry).length >= rows.length * ENTRIES;
}

/** Whether two sides of a gap are columns of text, not cells of a table: lines that fill their width, or have heights of their own. */
function areColumns(left: readonly Item[], right: readonly Item[], gap: number, size: number): boolean {
  const sides = [left, right].map((items) => {
    const rows = rowsOf(items);
    const box = around(items);
    const lines = items.some(({ whole }) => whole !== undefined) ? Math.max(rows.length, (box.y1 - box.y0) / (size * 1.5)) : rows.length;
    const letters = sumOf(items, ({ word }) => word?.text.length ?? 0);
    const digits = items.filter(({ word }) => word && /^[\p{N}\p{P}\p{S}]*\p{N}[\p{N}\p{P}\p{S}]*$/u.test(word.text)).length;
    return {
      rows,
      lines,
      digits: digits / items.length,
      width: widthOf(box),
      fill: median(rows.map((row) => widthOf(row) / Math.max(1, widthOf(box)))),
      letters: letters / rows.length,
    };
  });
  const [one, two] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const lines = Math.min(one.lines, two.lines);
  if (lines < 3 || gap < size * (lines >= 8 ? 0.7 : 1.3)) return false;
  if ([left, right].every(areEntries)) return true;
  if (sides.some(({ width }) => width < size * 7)) return false;
  if ([left, right].every(areItems)) return true;
  const ends = new Set(two.rows.map(({ y1 }) => Math.round(y1)));
  const level =
    one.rows.filter(({ y1 }) => [-1, 0, 1].some((off) => ends.has(Math.round(y1) + off))).length /
    Math.min(one.rows.length, two.rows.length);
  if (level < 0.5 && lines >= 4) return true;
  // Numbers beside the lines that say what they are.
  if (level > 0.7 && sides.some(({ digits }) => digits > 0.5)) return false;
  // As many lines on both sides, each beside its other: lists of names and what they mean, unless they fill their widths as prose does.
  const isPaired = level > 0.95 && one.rows.length === two.rows.length;
  return sides.every(({ fill, letters }) => fill > (isPaired ? 0.82 : 0.6) && letters > 14);
}

/** Heights between what crosses a place, sorted from above. */
function openSpans(blockers: readonly Box[], region: Box): [number, number][] {
  const spans: [number, number][] = [];
  let from = region.y0;
  for (const { y0, y1 } of blockers) {
    if (y0 > from) spans.push([from, y0]);
    from = Math.max(from, y1);
  }
  if (region.y1 > from) spans.push([from, region.y1]);
  return spans;
}

/** Lines that fill a column as prose does, as a part of its width. */
const PROSE = 0.75;

/** The one of two columns that what stands above or below them is all in; undefined where it is in both. */
function columnOf(part: readonly Item[], columns: readonly Item[], x: number): Box | undefined {
  const isLeft = (item: Item): boolean => item.x1 <= x + 1;
  const side = part.every(isLeft) ? isLeft : part.some(isLeft) ? undefined : (item: Item): boolean => !isLeft(item);
  const column = side && columns.filter(side);
  return column && column.length > 0 ? around(column) : undefined;
}

/** Whether what stands below two columns goes on with one of them, where the other has ended: its lines are as wide, most of them. */
function goesOn(part: readonly Item[], columns: readonly Item[], x: number): boolean {
  const column = columnOf(part, columns, x);
  if (!column) return false;
  const rows = rowsOf(part);
  return around(part).x0 >= column.x0 - STEP && rows.filter((row) => widthOf(row) >= widthOf(column) * PROSE).length * 2 >= rows.length;
}

/** Whether what stands above two columns begins one of them, which begins higher than the other: at its edge. */
function beginsHigher(part: readonly Item[], columns: readonly Item[], x: number): boolean {
  const column = columnOf(part, columns, x);
  return column !== undefined && Math.abs(around(part).x0 - column.x0) < STEP;
}

/** The heights of a span without the ends that are no columns, cut where white runs across: names of authors over an article. */
function trimmed(items: readonly Item[], isGutter: (part: readonly Item[]) => boolean, size: number, x: number): readonly Item[] {
  const sorted = [...items].sort((a, b) => a.y0 - b.y0);
  const parts: Item[][] = [];
  let bottom = -Infinity;
  for (const item of sorted) {
    if (item.y0 - bottom > size * 0.9) parts.push([]);
    parts.at(-1)!.push(item);
    bottom = Math.max(bottom, item.y1);
  }
  let [start, end] = [0, parts.length];
  while (start < end && !isGutter(parts[start]!)) start += 1;
  while (end > start && !isGutter(parts[end - 1]!)) end -= 1;
  // Short ends belong to the columns when nothing between them and the rest is wide: a last line, a heading.
  if (start === end) return items;
  const kept = parts.slice(start, end).flat();
  while (start > 0 && beginsHigher(parts[start - 1]!, kept, x)) kept.push(...parts[--start]!);
  while (end < parts.length && (rowsOf(parts[end]!).length <= 2 || goesOn(parts[end]!, kept, x))) kept.push(...parts[end++]!);
  return kept;
}

/** White between what ends left of x and what begins right of it; negative where one side is empty. */
function gapAt(items: readonly Item[], x: number): number {
  let [end, start] = [-Infinity, Infinity];
  for (const item of items) {
    if (item.x1 <= x + 1) end = Math.max(end, item.x1);
    else if (item.x0 >= x - 1) start = Math.min(start, item.x0);
  }
  return end === -Infinity || start === Infinity ? -1 : start - end;
}

/** Places that few items cross, one for each stretch of the same number. */
function thinPlaces(items: readonly Item[], region: Box, size: number): number[] {
  const step = Math.max(STEP, widthOf(region) / 2000);
  const steps = Math.ceil(widthOf(region) / step) + 1;
  const changes = new Int32Array(steps + 2);
  for (const { x0, x1 } of items) {
    changes[Math.max(0, Math.ceil((x0 - region.x0) / step))]! += 1;
    changes[Math.max(0, Math.floor((x1 - region.x0) / step)) + 1]! -= 1;
  }
  const crossing: number[] = [];
  let now = 0;
  for (let i = 0; i < steps; i++) crossing.push((now += changes[i]!));
  const most = crossing.reduce((a, b) => Math.max(a, b), 0);
  const places: number[] = [];
  for (let i = 0; i < steps; i++) {
    let end = i;
    while (end + 1 < steps && crossing[end + 1] === crossing[i]) end += 1;
    const isThin = crossing[i]! <= most * 0.5;
    const x = region.x0 + ((i + end) / 2) * step;
    if (isThin && x > region.x0 + size * 7 && x < region.x1 - size * 7) places.push(x);
    i = end;
  }
  return places;
}

function bestGutter(items: readonly Item[], rules: readonly Ruling[], size: number): Gutter | undefined {
  const region = around(items);
  if (widthOf(region) < size * 16) return undefined;
  const sorted = [...items, ...rules].sort((a, b) => a.y0 - b.y0);
  const tried = new Set<string>();
  let best: Gutter | undefined;
  const trySpan = (x: number, y0: number, y1: number): void => {
    const inside = items.filter((item) => item.y0 >= y0 - 1 && item.y1 <= y1 + 1);
    const gap = gapAt(inside, x);
    if (gap < size * 0.7) return;
    const key = `${y0} ${y1} ${gap}`;
    if (tried.has(key)) return;
    tried.add(key);
    const split = (part: readonly Item[]): boolean => {
      const [left, right] = [part.filter((item) => item.x1 <= x + 1), part.filter((item) => item.x0 >= x - 1)];
      return left.length > 0 && right.length > 0 && areColumns(left, right, gapAt(part, x), size);
    };
    if (!split(inside)) return;
    const kept = around(trimmed(inside, split, size, x));
    const score = kept.y1 - kept.y0;
    const isWider = best !== undefined && score > best.score - size * 2 && gap > best.gap * 1.05;
    // A gap over much more of the page is one of columns even where short lines leave a wider one beside it.
    const isLonger = best !== undefined && (score > best.score * 1.5 || (score > best.score + 1 && gap > best.gap * 0.7));
    if (!best || isWider || isLonger) best = { x, y0: kept.y0, y1: kept.y1, score, gap };
  };
  for (const x of thinPlaces(items, region, size)) {
    const blockers = sorted.filter((box) => box.x0 < x - 0.5 && box.x1 > x + 0.5);
    for (const [y0, y1] of openSpans(blockers, region)) {
      if (y1 - y0 >= size * 3 && y1 - y0 >= (best?.score ?? 0) * 0.9) trySpan(x, y0, y1);
    }
  }
  return best;
}

/**
 * Parts of a page in the order in which they are read, each one column wide: what crosses a gap between columns stands above or
 * below them, the left column comes before the right one, or after it where the text runs to the left.
 */
export function orderColumns(items: readonly Item[], rulings: readonly Ruling[], size: number, depth = 0): Item[][] {
  if (items.length < 6 || depth > 12) return items.length > 0 ? [[...items]] : [];
  const rules = rulings.filter(({ isHorizontal, isFill, x0, x1 }) => isHorizontal && !isFill && x1 - x0 > size * 4);
  const gutter = bestGutter(items, rules, size);
  if (!gutter) return [[...items]];
  const { x, y0, y1 } = gutter;
  const parts: Item[][] = [[], [], [], []];
  for (const item of items) {
    if (middle(item) < y0) parts[0]!.push(item);
    else if (middle(item) > y1) parts[3]!.push(item);
    else parts[(item.x0 + item.x1) / 2 < x ? 1 : 2]!.push(item);
  }
  const inner = [...parts[1]!, ...parts[2]!];
  if (inner.filter(({ word }) => word && isRightToLeft(word.text)).length > inner.length / 2) parts.splice(1, 2, parts[2]!, parts[1]!);
  return parts.flatMap((part, i) => {
    const isWhole = part.length === items.length || (i === 0 || i === 3 ? part.length : 0) === items.length;
    return isWhole ? [part] : orderColumns(part, rulings, size, depth + 1);
  });
}
