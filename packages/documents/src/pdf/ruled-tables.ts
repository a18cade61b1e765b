import { groupBy } from '@sdg/values';
import { makeLines } from './lines.js';
import type { Box, Ruling, Word } from './page-content.js';
import { joinLines } from './join-lines.js';

/** A table as cells, still on its page. */
export interface PageTable extends Box {
  readonly page: number;
  /** All rows, the header first. */
  readonly rows: string[][];
  /** Where its columns part, from left to right. */
  readonly xs: readonly number[];
  /** Whether its columns are in the order in which they are read, whatever their places. */
  readonly isInOrder?: boolean;
  readonly words: ReadonlySet<Word>;
}

/** A table as it is known when all of a document was read. */
export type TextTable = Omit<PageTable, 'words'>;

/** Points by which ends of lines may miss each other. */
const NEAR = 3;

/** Lines along one axis, put together where they continue each other: place, from, to. */
interface Bar {
  at: number;
  from: number;
  to: number;
}

function mergeBars(rulings: readonly Ruling[], isHorizontal: boolean): Bar[] {
  const bars: Bar[] = [];
  const all = rulings
    .filter((ruling) => ruling.isHorizontal === isHorizontal)
    .map(({ x0, y0, x1, y1 }) => (isHorizontal ? { at: y0, from: x0, to: x1 } : { at: x0, from: y0, to: y1 }))
    .sort((a, b) => a.at - b.at || a.from - b.from);
  for (const bar of all) {
    const known = bars.slice(-40).find((one) => Math.abs(one.at - bar.at) < 2 && bar.from <= one.to + NEAR && bar.to >= one.from - NEAR);
    if (known) {
      known.from = Math.min(known.from, bar.from);
      known.to = Math.max(known.to, bar.to);
    } else bars.push({ ...bar });
  }
  return bars;
}

const crosses = (h: Bar, v: Bar): boolean => v.at >= h.from - NEAR && v.at <= h.to + NEAR && h.at >= v.from - NEAR && h.at <= v.to + NEAR;

interface Grid {
  readonly hs: Bar[];
  readonly vs: Bar[];
}

/** Bars that hang together: each is one table, or a frame. */
function grids(hs: readonly Bar[], vs: readonly Bar[]): Grid[] {
  const seen = new Set<Bar>();
  const found: Grid[] = [];
  for (const start of hs) {
    if (seen.has(start)) continue;
    const grid: Grid = { hs: [], vs: [] };
    const todo: { bar: Bar; isHorizontal: boolean }[] = [{ bar: start, isHorizontal: true }];
    seen.add(start);
    for (let next = todo.pop(); next; next = todo.pop()) {
      const { bar, isHorizontal } = next;
      (isHorizontal ? grid.hs : grid.vs).push(bar);
      for (const other of isHorizontal ? vs : hs) {
        if (seen.has(other) || !(isHorizontal ? crosses(bar, other) : crosses(other, bar))) continue;
        seen.add(other);
        todo.push({ bar: other, isHorizontal: !isHorizontal });
      }
    }
    found.push(grid);
  }
  return found;
}

/** Places of bars, those nearer than 3 points to each other as one. */
function places(numbers: readonly number[]): number[] {
  const out: number[] = [];
  for (const at of [...numbers].sort((a, b) => a - b)) if (out.length === 0 || at - out.at(-1)! > NEAR) out.push(at);
  return out;
}

/** Whether a bar stands at a place along most of a stretch. */
function isBarred(bars: readonly Bar[], at: number, from: number, to: number): boolean {
  let covered = 0;
  for (const bar of bars) if (Math.abs(bar.at - at) <= NEAR) covered += Math.max(0, Math.min(bar.to, to) - Math.max(bar.from, from));
  return covered >= (to - from) * 0.6;
}

/** For each cell of a grid the first cell of the area that it is part of: cells without a bar between them are one. */
function areas(grid: Grid, xs: readonly number[], ys: readonly number[]): number[] {
  const [columns, rows] = [xs.length - 1, ys.length - 1];
  const root = Array.from({ length: columns * rows }, (_, i) => i);
  const find = (i: number): number => (root[i] === i ? i : (root[i] = find(root[i]!)));
  const join = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    root[Math.max(x, y)] = Math.min(x, y);
  };
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const cell = r * columns + c;
      if (c + 1 < columns && !isBarred(grid.vs, xs[c + 1]!, ys[r]!, ys[r + 1]!)) join(cell, cell + 1);
      if (r + 1 < rows && !isBarred(grid.hs, ys[r + 1]!, xs[c]!, xs[c + 1]!)) join(cell, cell + columns);
    }
  }
  return root.map((_, i) => find(i));
}

const indexOf = (places: readonly number[], at: number): number => {
  let i = 0;
  while (i < places.length - 2 && at >= places[i + 1]!) i += 1;
  return i;
};

/** What words of one cell say. */
export const cellText = (words: readonly Word[]): string =>
  words.length === 0 ? '' : joinLines(makeLines(words, 0).map(({ text }) => text)).replace(/\s*(?:…|(?:\.\s*){2,})$/, '');

function tableOf(grid: Grid, words: readonly Word[], page: number): PageTable | undefined {
  const ys = places(grid.hs.map(({ at }) => at));
  const [from, to] = [Math.min(...grid.hs.map((bar) => bar.from)), Math.max(...grid.hs.map((bar) => bar.to))];
  // Tables open at the sides: the ends of their lines are the outer edges.
  const xs = places([...grid.vs.map(({ at }) => at), from, to]);
  if (xs.length < 3 || ys.length < 3 || xs.length * ys.length > 20_000) return undefined;
  const box = { x0: xs[0]!, x1: xs.at(-1)!, y0: ys[0]!, y1: ys.at(-1)! };
  const inside = words.filter((word) => {
    const [x, y] = [(word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2];
    return x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1;
  });
  const area = areas(grid, xs, ys);
  const columns = xs.length - 1;
  const cells = groupBy(inside, (word) => area[indexOf(ys, (word.y0 + word.y1) / 2) * columns + indexOf(xs, (word.x0 + word.x1) / 2)]!);
  if (!isTable(area, columns, cells, inside.length)) return undefined;
  const rows = Array.from({ length: ys.length - 1 }, (_, r) =>
    Array.from({ length: columns }, (__, c) => cellText(cells.get(r * columns + c) ?? [])),
  );
  return { ...box, page, words: new Set(inside), ...withoutEmpty(rows, xs) };
}

/** A frame around text, or a page laid out by lines, is no table: it has few cells with text, or one with nearly all. */
function isTable(area: readonly number[], columns: number, cells: ReadonlyMap<number, readonly Word[]>, words: number): boolean {
  if (cells.size < 3) return false;
  const filledColumns = new Set([...cells.keys()].map((cell) => cell % columns)).size;
  const filledRows = new Set([...cells.keys()].map((cell) => Math.floor(cell / columns))).size;
  if (filledColumns < 2 || filledRows < 2) return false;
  const largest = Math.max(...[...cells.values()].map((list) => list.length));
  if (words > 80 && largest > words * 0.6) return false;
  return cells.size >= new Set(area).size * 0.2;
}

/** Rows and columns that have text. */
function withoutEmpty(rows: string[][], xs: readonly number[]): { rows: string[][]; xs: readonly number[] } {
  const kept = rows.filter((row) => row.some((cell) => cell !== ''));
  const columns = xs.slice(1).flatMap((_, c) => (kept.some((row) => row[c] !== '') ? [c] : []));
  return { rows: kept.map((row) => columns.map((c) => row[c]!)), xs: [...columns.map((c) => xs[c]!), xs[columns.at(-1)! + 1]!] };
}

/** Tables whose cells are parted by lines in both directions, or by the edges of filled cells. */
export function findRuledTables(words: readonly Word[], rulings: readonly Ruling[], page: number): PageTable[] {
  const [hs, vs] = [mergeBars(rulings, true), mergeBars(rulings, false)];
  if (hs.length < 2 || vs.length < 1 || hs.length * vs.length > 4_000_000) return [];
  const found = grids(hs, vs).flatMap((grid) => tableOf(grid, words, page) ?? []);
  // A table in the cell of another is read with it.
  return found.filter(
    (one) =>
      !found.some((other) => other !== one && other.words.size > one.words.size && [...one.words].every((word) => other.words.has(word))),
  );
}
