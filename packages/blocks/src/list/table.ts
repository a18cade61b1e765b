import { strip } from '@sdg/python';
import { asks } from './questions.js';
import { wordsOf } from './words.js';

/** The cells of a table's line; undefined where it is none. A bar that is escaped is text. */
function cellsOf(line: string): string[] | undefined {
  const bare = strip(line);
  if (!bare.startsWith('|')) return undefined;
  const cells = bare.slice(1).split(/(?<!\\)\|/u);
  // Behind the last bar there is nothing; a line that broke off has none.
  if (strip(cells.at(-1)!) === '') cells.pop();
  return cells.map((cell) => strip(cell.replaceAll('\\|', '|').replace(/<br ?\/?>/giu, '\n')));
}

const withoutBold = (cell: string): string => cell.replace(/^(\*{1,2}|__)([^*_]+)\1$/u, '$2');
const isDelimiter = (cells: readonly string[] | undefined): boolean => !!cells?.length && cells.every((cell) => /^:?-+:?$/u.test(cell));

/** Which column holds the items: the one that is called so, or that of questions beside their numbers. */
function columnOf(head: readonly string[], rows: readonly (readonly string[])[], label: string): number {
  const named = new RegExp(String.raw`^(?:${wordsOf(label)})(?:s|[ _-]?text)?$`, 'iu');
  const called = head.findIndex((cell) => named.test(withoutBold(cell)));
  if (called >= 0) return called;
  const isNumber = (at: number): boolean =>
    rows.every((row, i) => new RegExp(String.raw`(?:^|\D)${i + 1}\.?$`, 'u').test(withoutBold(row[at] ?? '')));
  const [other, ...more] = head.map((_, at) => at).filter((at) => !isNumber(at));
  const isIt = other !== undefined && more.length === 0 && head.length === 2 && rows.every((row) => asks(row[other] ?? ''));
  return isIt ? other : -1;
}

/**
 * Items of the only Markdown table of a text: in the column that is called like the label, or questions beside their numbers. What
 * is asked outside of it is asked about it.
 */
export function ofTable(text: string, label: string): string[] {
  const lines = text.split('\n').map(cellsOf);
  const begins = lines.flatMap((cells, i) => (isDelimiter(cells) && lines[i - 1] !== undefined ? [i] : []));
  const [at] = begins;
  if (at === undefined || begins.length > 1) return [];
  const end = lines.findIndex((cells, i) => i > at && cells === undefined);
  const outside = text.split('\n').filter((_, i) => i < at - 1 || (end !== -1 && i >= end));
  if (outside.some((line) => asks(strip(line)))) return [];
  const rows = lines.slice(at + 1, end === -1 ? undefined : end).map((cells) => cells!);
  const column = columnOf(lines[at - 1]!, rows, label);
  const items = column < 0 ? [] : rows.map((row) => withoutBold(row[column] ?? ''));
  const mark = (i: number): RegExp => new RegExp(String.raw`^${i + 1}[.)][ \t]+`, 'u');
  return items.every((item, i) => mark(i).test(item)) ? items.map((item, i) => item.replace(mark(i), '')) : items;
}
