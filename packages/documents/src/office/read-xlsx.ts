import type { Block, Dropped, ReadResult } from '../document.js';
import { textOf, unzip } from './unzip.js';
import { descendants, parseXml } from './xml.js';

type Cell = string | number | boolean | Date | null | undefined;

/** Dates without a time as days; numbers without the noise of binary fractions. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    if (Number.isNaN(cell.getTime())) return '';
    const iso = cell.toISOString();
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ');
  }
  if (typeof cell === 'number') return String(Number(cell.toPrecision(15)));
  return typeof cell === 'boolean' ? String(cell).toUpperCase() : cell.trim();
}

/** Tables between empty rows, each without its empty columns; a row of one cell above a table is a line of text. */
export function sheetBlocks(rows: readonly (readonly string[])[]): Block[] {
  const blocks: Block[] = [];
  let part: string[][] = [];
  const flush = (): void => {
    const used = new Set(part.flatMap((row) => row.flatMap((cell, i) => (cell === '' ? [] : [i]))));
    const table = part.map((row) => row.filter((_, i) => used.has(i)));
    part = [];
    while (table.length > 0 && (used.size === 1 || table[0]!.filter(Boolean).length === 1)) {
      blocks.push({ kind: 'paragraph', text: table.shift()!.filter(Boolean).join(' ') });
    }
    const [header, ...body] = table;
    if (header) blocks.push({ kind: 'table', header, rows: body });
  };
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  for (const row of rows) {
    if (row.every((cell) => cell === '')) flush();
    else part.push([...row, ...Array<string>(width - row.length).fill('')]);
  }
  flush();
  return blocks;
}

/** A formula of a sheet that no program has reckoned yet. */
const BARE = /(?:<\/f>|<f\b[^>]*\/>)\s*(?:<v\s*\/>|<v><\/v>)?\s*<\/c>/g;

/** Sheets that whoever opens the workbook does not see. */
function hiddenSheets(workbook: string | undefined): ReadonlySet<string> {
  const sheets = workbook === undefined ? [] : [...descendants(parseXml(workbook), 'sheet')];
  return new Set(
    sheets.filter(({ attributes }) => /hidden/i.test(attributes['state'] ?? '')).map(({ attributes }) => attributes['name'] ?? ''),
  );
}

export const hiddenNote = (names: readonly string[]): string =>
  `${names.length === 1 ? 'a hidden sheet' : `${names.length} hidden sheets`} left out: ${names.join(', ')}`;

/**
 * An Excel workbook (.xlsx) as blocks: a heading and its tables for each sheet, values of formulas, dates as ISO writes them.
 * Hidden sheets are left out and listed.
 */
export async function readXlsx(bytes: Uint8Array): Promise<ReadResult> {
  // Unpacked here only to know that it does not fill the memory.
  const parts = unzip(bytes, (name) => /\.xml$/.test(name), 'an Excel workbook (.xlsx)');
  const cells = [...parts].filter(([name]) => name.startsWith('xl/worksheets/')).reduce((sum, [, { length }]) => sum + length, 0);
  const hidden = hiddenSheets(textOf(parts, 'xl/workbook.xml'));
  const { default: readExcelFile } = await import('read-excel-file/node');
  const sheets = await readExcelFile(Buffer.from(bytes));
  const blocks: Block[] = [];
  const dropped: Dropped[] = [];
  for (const { sheet, data } of sheets) {
    const rows = (data as Cell[][]).map((row) => row.map(cellText));
    const found = hidden.has(sheet) ? [] : sheetBlocks(rows);
    if (found.length > 0) blocks.push({ kind: 'heading', level: 1, text: sheet }, ...found);
    if (!hidden.has(sheet)) continue;
    const text = rows
      .map((row) => row.filter(Boolean).join(' | '))
      .filter(Boolean)
      .join('\n');
    if (text !== '') dropped.push({ text: `${sheet}\n${text}`, reason: 'hidden' });
  }
  const bare = [...parts.keys()]
    .filter((name) => name.startsWith('xl/worksheets/'))
    .flatMap((name) => textOf(parts, name)?.match(BARE) ?? []);
  const notes = [
    ...(dropped.length === 0 ? [] : [hiddenNote([...hidden])]),
    ...(bare.length === 0
      ? []
      : [`${bare.length === 1 ? 'a formula' : `${bare.length} formulas`} without a value: open it in a spreadsheet program and save it`]),
  ];
  return { blocks, dropped, notes: cells === 0 ? ['it has no worksheets'] : notes };
}
