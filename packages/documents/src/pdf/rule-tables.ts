import { groupBy } from '@sdg/values';
import { byStripes, made, rowStarts, rowsFrom, stripes } from './aligned-tables.js';
import type { Line } from './lines.js';
import type { Ruling } from './page-content.js';
import type { PageTable } from './ruled-tables.js';

/** Horizontal lines of one width, with the text between the first and the last as a table: rules only, or bands of colour. */
export function findRuleTables(lines: readonly Line[], rulings: readonly Ruling[]): PageTable[] {
  const groups: { x0: number; x1: number; ys: number[] }[] = [];
  for (const { x0, x1, y0, isHorizontal } of [...rulings].sort((a, b) => a.y0 - b.y0)) {
    if (!isHorizontal || x1 - x0 < 40) continue;
    const group = groups.find((one) => Math.abs(one.x0 - x0) < 4 && Math.abs(one.x1 - x1) < 4);
    if (!group) groups.push({ x0, x1, ys: [y0] });
    else if (y0 - group.ys.at(-1)! > 3) group.ys.push(y0);
  }
  return groups.flatMap((group) => (group.ys.length < 2 ? [] : ruledRows(lines, group)));
}

function ruledRows(lines: readonly Line[], { x0, x1, ys }: { x0: number; x1: number; ys: readonly number[] }): PageTable[] {
  const inside = lines.filter((line) => line.base > ys[0]! && line.base < ys.at(-1)! + 1 && line.x0 > x0 - 5 && line.x1 < x1 + 5);
  if (inside.length < 3) return [];
  const { size } = inside[0]!.style;
  const parts = stripes(inside, size);
  if (parts.length === 0) return [];
  const bandOf = (line: Line): number => ys.filter((y) => y < line.base).length;
  const bands = groupBy(inside, bandOf);
  const several = inside.filter((line) => byStripes(line, parts).filter((words) => words.length > 0).length >= 2);
  if (several.length < Math.max(2, inside.length * 0.4)) return [];
  const isByBands = bands.size >= 4 || [...bands.values()].every((band) => band.length === 1);
  const rows = rowsFrom(inside, parts, (cells) => {
    const own = rowStarts(inside, cells);
    const head = bandOf(inside[0]!);
    return inside.map((line, i) => {
      const isNewBand = i === 0 || bandOf(line) !== bandOf(inside[i - 1]!);
      return isNewBand || (!isByBands && bandOf(line) !== head && own[i]!) || (isByBands && bands.get(bandOf(line))!.length > 4 && own[i]!);
    });
  });
  return rows.length >= 2 ? [made(inside, parts, rows)] : [];
}
