import { joinLines } from './join-lines.js';
import type { Line } from './lines.js';
import { around, median, type Box, type Word } from './page-content.js';
import { cellText, type PageTable } from './ruled-tables.js';

/** White between columns, in heights of letters. */
const GAP = 0.9;

type Interval = readonly [from: number, to: number];

/** Words of a line by the gaps that are wide enough to part columns. */
function cellsOf(line: Line, gap = GAP): Word[][] {
  const cells: Word[][] = [];
  let end = -Infinity;
  for (const word of [...line.words].sort((a, b) => a.x0 - b.x0)) {
    if (word.x0 - end > line.style.size * gap) cells.push([]);
    cells.at(-1)!.push(word);
    end = Math.max(end, word.x1);
  }
  return cells;
}

const spans = new WeakMap<Line, readonly Interval[]>();

/** From where to where the cells of a line reach; a line is asked once for each table that it may be a part of. */
function spansOf(line: Line): readonly Interval[] {
  let known = spans.get(line);
  if (!known) {
    known = cellsOf(line).map((cell): Interval => {
      const { x0, x1 } = around(cell);
      return [x0, x1];
    });
    spans.set(line, known);
  }
  return known;
}

/** The white of a line between two places. */
function whites(line: Line, left: number, right: number): Interval[] {
  const out: Interval[] = [];
  let from = left;
  for (const [x0, x1] of spansOf(line)) {
    if (x0 > from) out.push([from, x0]);
    from = x1;
  }
  if (right > from) out.push([from, right]);
  return out;
}

function overlap(ones: readonly Interval[], twos: readonly Interval[], least: number): Interval[] {
  const out: Interval[] = [];
  for (const [a, b] of ones) {
    for (const [c, d] of twos) {
      const [from, to] = [Math.max(a, c), Math.min(b, d)];
      if (to - from >= least) out.push([from, to]);
    }
  }
  return out;
}

/** White stripes that no line crosses, with text on both sides. */
export function stripes(lines: readonly Line[], size: number): Interval[] {
  const box = around(lines);
  let free = whites(lines[0]!, box.x0, box.x1);
  for (let i = 1; i < lines.length && free.length > 0; i++) free = overlap(free, whites(lines[i]!, box.x0, box.x1), size * 0.5);
  return free.filter(([from, to]) => from > box.x0 + 1 && to < box.x1 - 1);
}

const startsItem = /^(?:[•◦▪‣·●○■□❑➢✓–—*-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]{1,6})[.)]|\d{1,2}(?:\.\d{1,2})*\.?)$/u;

/** Whether cells of most lines start, end or are centred at one place of each column but the first. */
function areAligned(rows: readonly (readonly Box[])[], columns: number): boolean {
  let good = 0;
  for (let c = 0; c < columns; c++) {
    const cells = rows.flatMap((row) => row[c] ?? []).filter(({ x1 }) => Number.isFinite(x1));
    const places = [cells.map(({ x0 }) => x0), cells.map(({ x1 }) => x1), cells.map(({ x0, x1 }) => (x0 + x1) / 2)];
    const isSteady = places.some((ends) => {
      const middle = median(ends);
      return ends.filter((end) => Math.abs(end - middle) <= 3).length >= cells.length * 0.6;
    });
    if (isSteady && cells.length >= 2) good += 1;
  }
  return good >= Math.max(2, columns - 1);
}

/** Cells of lines by stripes; undefined where a cell has nothing. */
export function byStripes(line: Line, parts: readonly Interval[]): Word[][] {
  const cells: Word[][] = Array.from({ length: parts.length + 1 }, () => []);
  for (const word of line.words) {
    let column = 0;
    for (const [from, to] of parts) if (word.x0 + word.x1 > from + to) column++;
    cells[column]!.push(word);
  }
  return cells;
}

/** Which lines begin a row: those after the wider gaps where gaps are of two kinds, else those with text in the first column. */
export function rowStarts(lines: readonly Line[], cells: readonly (readonly Word[][])[]): boolean[] {
  const gaps = lines.slice(1).map((line, i) => line.base - lines[i]!.base);
  const sorted = [...gaps].sort((a, b) => a - b);
  const [small, large] = [sorted[Math.floor(sorted.length * 0.15)] ?? 0, sorted[Math.floor(sorted.length * 0.85)] ?? 0];
  const limit = (small + large) / 2;
  const wide = gaps.filter((gap) => gap > limit).length;
  const isTwoKinds = large > small * 1.3 && wide >= 2 && gaps.length - wide >= 1;
  const isFirstEmpty = cells.some((row) => row[0]!.length === 0);
  return lines.map((_, i) => {
    if (i === 0) return true;
    if (isTwoKinds && isFirstEmpty) return gaps[i - 1]! > limit || cells[i]![0]!.length > 0;
    if (isTwoKinds && wide >= 3) return gaps[i - 1]! > limit;
    return cells[i]![0]!.length > 0;
  });
}

/** Rows of text of lines by stripes. */
export function rowsFrom(
  lines: readonly Line[],
  parts: readonly Interval[],
  starts: (cells: readonly (readonly Word[][])[]) => boolean[],
): string[][] {
  const cells = lines.map((line) => byStripes(line, parts));
  const begins = starts(cells);
  const rows: Word[][][] = [];
  cells.forEach((row, i) => {
    if (begins[i] || rows.length === 0) rows.push(row.map((words) => [...words]));
    else row.forEach((words, c) => rows.at(-1)![c]!.push(...words));
  });
  return withWholeLabels(rows.map((row) => row.map((words) => cellText(words))));
}

/** Rows whose label alone wraps put together: one with only a label, and the next that goes on in lower case. */
function withWholeLabels(rows: readonly string[][]): string[][] {
  const out: string[][] = [];
  for (const row of rows) {
    const last = out.at(-1);
    const isLabel = last !== undefined && last[0] !== '' && last.slice(1).every((cell) => cell === '');
    if (isLabel && /^\p{Ll}/u.test(row[0]!) && out.length > 1) out[out.length - 1] = [joinLines([last[0]!, row[0]!]), ...row.slice(1)];
    else out.push(row);
  }
  return out;
}

export function made(lines: readonly Line[], parts: readonly Interval[], rows: string[][]): PageTable {
  const box = around(lines);
  const xs = [box.x0, ...parts.map(([from, to]) => (from + to) / 2), box.x1];
  return { ...box, page: lines[0]!.page, rows, xs, words: new Set(lines.flatMap(({ words }) => words)) };
}

/** A table of lines whose cells stand below each other, three rows or more; undefined for what is none. */
function alignedTable(lines: readonly Line[], size: number): PageTable | undefined {
  const parts = stripes(lines, size);
  if (parts.length === 0) return undefined;
  const cells = lines.map((line) => byStripes(line, parts));
  const several = cells.filter((row) => row.filter((words) => words.length > 0).length >= 2);
  if (several.length < 3 || several.length < lines.length * 0.5) return undefined;
  const first = cells.flatMap(([words]) => (words!.length > 0 ? [words!.map(({ text }) => text).join(' ')] : []));
  if (parts.length === 1 && first.filter((text) => startsItem.test(text)).length >= first.length * 0.6) return undefined;
  if (parts.length === 1 && parts[0]![1] - parts[0]![0] < size * 1.2) return undefined;
  if (lines.filter(({ text }) => text.includes(' … ')).length > lines.length * 0.3) return undefined;
  const boxes = several.map((row) => row.map((words) => around(words)));
  if (!areAligned(boxes, parts.length + 1)) return undefined;
  if (first.length === 0) return undefined;
  const rows = rowsFrom(lines, parts, (all) => rowStarts(lines, all));
  return rows.length >= 3 ? made(lines, parts, rows) : undefined;
}

/** How many stripes have text on both sides. */
function within(free: readonly Interval[], left: number, right: number): number {
  let count = 0;
  for (const [a, b] of free) if (a > left - 1 && b < right + 1 && a > -10_000 && b < 10_000) count++;
  return count;
}

/** How many lines from the start on share a stripe best: each further line is worth a row, each stripe lost costs one of each. */
function bestRun(lines: readonly Line[], from: number, size: number): { readonly end: number; readonly score: number } {
  let free: Interval[] | undefined;
  let [rows, score, end] = [0, 0, from];
  let [left, right] = [Infinity, -Infinity];
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]!;
    const isFar = i > from && line.base - lines[i - 1]!.base > Math.max(size, line.style.size) * 3.2;
    if (isFar) break;
    [left, right] = [Math.min(left, line.x0), Math.max(right, line.x1)];
    const white = whites(line, -10_000, 10_000);
    free = free ? overlap(free, white, size * 0.5) : white;
    const inner = within(free, left, right);
    if (inner === 0 && i > from + 1) break;
    const isParted = spansOf(line).length > 1;
    if (isParted) rows += 1;
    const now = rows * inner;
    if (now >= score && isParted) [score, end] = [now, i + 1];
    // Lines that wrap in one column stay with the table above them.
    else if (now >= score && score > 0 && line.base - lines[i - 1]!.base < size * 1.5) end = i + 1;
  }
  return { end, score };
}

/** Words of a line in the columns of a table: each part of it where its middle is. */
function intoColumns(line: Line, xs: readonly number[]): Word[][] {
  const columns: Word[][] = Array.from({ length: xs.length - 1 }, () => []);
  for (const cell of cellsOf(line, 0.6)) {
    const { x0, x1 } = around(cell);
    columns[xs.slice(1, -1).filter((x) => (x0 + x1) / 2 > x).length]!.push(...cell);
  }
  return columns;
}

/** Lines right above a table that are its head although they do not keep to its columns: cells over several of them. */
function withHead(table: PageTable, above: readonly Line[], size: number): PageTable {
  const head: Line[] = [];
  let top = table.y0;
  for (const line of [...above].reverse()) {
    if (
      top - line.y1 > size ||
      head.length === 3 ||
      line.x0 < table.x0 - size * 2 ||
      line.x1 > table.x1 + size * 2 ||
      cellsOf(line, 0.6).length < 2
    ) {
      break;
    }
    head.unshift(line);
    top = line.y0;
  }
  if (head.length === 0) return table;
  const columns: Word[][] = table.xs.slice(1).map(() => []);
  for (const line of head) intoColumns(line, table.xs).forEach((words, c) => columns[c]!.push(...words));
  const words = new Set([...table.words, ...head.flatMap((line) => line.words)]);
  return { ...table, ...around([table, ...head]), words, rows: [columns.map((cell) => cellText(cell)), ...table.rows] };
}

/** Two tables with a line between them that crosses their columns, as one: a cell that is too long. */
function joined(one: PageTable, two: PageTable, between: readonly Line[]): PageTable | undefined {
  if (between.length > 2 || one.xs.length !== two.xs.length || two.y0 - one.y1 > 40) return undefined;
  const [a, b] = [one.xs.slice(1, -1), two.xs.slice(1, -1)];
  if (!a.every((x, i) => Math.abs(x - b[i]!) < 40) || between.some((line) => line.x0 < one.x0 - 3)) return undefined;
  const xs = [one.xs[0]!, ...a.map((x, i) => (x + b[i]!) / 2), one.xs.at(-1)!];
  const rows = between.map((line) =>
    byStripes(
      line,
      xs.slice(1, -1).map((x) => [x, x] as const),
    ).map((cell) => cellText(cell)),
  );
  const words = new Set([...one.words, ...two.words, ...between.flatMap((line) => line.words)]);
  return { ...one, ...around([one, two]), xs, rows: [...one.rows, ...rows, ...two.rows], words };
}

/** Tables without lines around their cells, found in the lines of one column. */
export function findAlignedTables(lines: readonly Line[]): PageTable[] {
  const tables: { table: PageTable; from: number; end: number }[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (spansOf(lines[i]!).length < 2) continue;
    const { size } = lines[i]!.style;
    // A head over several columns hides them: a start below it may be far better.
    const starts = [0, 1, 2, 3].flatMap((off) => (i + off < lines.length ? [{ start: i + off, ...bestRun(lines, i + off, size) }] : []));
    const best = starts.reduce((most, one) => (one.score > most.score * 1.05 ? one : most));
    for (let { end } = best; end - best.start >= 3; end--) {
      const found = alignedTable(lines.slice(best.start, end), size);
      if (!found) continue;
      const above = tables.at(-1);
      const whole = above && joined(above.table, found, lines.slice(above.end, best.start));
      if (whole) tables[tables.length - 1] = { table: whole, from: above.from, end };
      else tables.push({ table: withHead(found, lines.slice(above?.end ?? 0, best.start), size), from: best.start, end });
      i = end - 1;
      break;
    }
  }
  return tables.map(({ table }) => table);
}
