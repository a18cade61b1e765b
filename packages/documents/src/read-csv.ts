import { parse } from 'csv-parse/sync';
import type { ReadResult } from './document.js';
import { sheetBlocks } from './office/read-xlsx.js';

/** The sign that parts the cells of the first lines most evenly. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split('\n')
    .slice(0, 20)
    .filter((line) => line.trim() !== '');
  const score = (sign: string): number => {
    const counts = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(sign).length - 1);
    const first = counts[0] ?? 0;
    return first === 0 ? 0 : counts.filter((count) => count === first).length * 1000 + first;
  };
  return [',', ';', '\t', '|'].reduce((best, sign) => (score(sign) > score(best) ? sign : best), ',');
}

/** A table of text (CSV, TSV) as a block: the first row is the header. Cells are parted by a comma, semicolon, tab or bar. */
export function readCsv(text: string): ReadResult {
  const options = {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    bom: true,
    trim: true,
  };
  const rows = (parse(text, options) as string[][]).map((row) => row.map((cell) => cell.trim()));
  return { blocks: sheetBlocks(rows), dropped: [], notes: [] };
}
