import { findAlignedTables } from './aligned-tables.js';
import { orderColumns, type Item } from './columns.js';
import { markContents } from './contents.js';
import { makeLines, type Line } from './lines.js';
import type { PageContent, TextLine, Word } from './page-content.js';
import { isContentsEntry, makeParagraphs, type Paragraph } from './paragraphs.js';
import { findRuleTables } from './rule-tables.js';
import type { PageTable, TextTable } from './ruled-tables.js';

/** A paragraph or a table where it stands on its page. */
export type Part = { readonly paragraph: Paragraph; readonly table?: never } | { readonly table: PageTable; readonly paragraph?: never };

/** A part as it is kept until all pages have theirs: without its words, which are many. */
export type DocumentPart =
  { readonly paragraph: Paragraph; readonly table?: never } | { readonly table: TextTable; readonly paragraph?: never };

function withoutWords(line: TextLine): TextLine {
  const { words: _words, ...rest } = line as Line;
  return rest;
}

/** What is kept of a part. */
export function keptOf({ paragraph, table }: Part): DocumentPart {
  if (paragraph) return { paragraph: { ...paragraph, lines: paragraph.lines.map(withoutWords) } };
  const { words: _words, ...rest } = table;
  return { table: rest };
}

/** Lines and tables of one column as parts, in the order of their heights. */
function columnParts(words: readonly Word[], whole: readonly PageTable[], content: PageContent, isContents: boolean): Part[] {
  const lines = markContents(makeLines(words, content.page), isContents);
  const ruled = findRuleTables(lines, content.rulings);
  const taken = new Set(ruled.flatMap((table) => [...table.words]));
  const isFree = (line: Line): boolean => !line.words.some((word) => taken.has(word));
  const aligned = findAlignedTables(lines.filter(isFree));
  for (const table of aligned) for (const word of table.words) taken.add(word);
  const tables = [...whole, ...ruled, ...aligned].sort((a, b) => a.y0 - b.y0);
  const parts: Part[] = [];
  let rest = lines.filter(isFree);
  for (const table of tables) {
    const above = rest.filter((line) => (line.y0 + line.y1) / 2 < table.y0);
    rest = rest.filter((line) => !above.includes(line));
    parts.push(...makeParagraphs(above).map((paragraph) => ({ paragraph })), { table });
  }
  return [...parts, ...makeParagraphs(rest).map((paragraph) => ({ paragraph }))];
}

/** Whether parts are a table of contents, or end with one: what follows may go on with it. */
export const areContents = (parts: readonly Part[]): boolean =>
  parts.slice(-8).filter(({ paragraph }) => paragraph && isContentsEntry(paragraph.lines.at(-1)!.text)).length >= 3;

/**
 * What a page says, in the order in which it is read: columns one after the other, tables whole. `isContents`: whether the page before
 * ended with a table of contents.
 */
export function readParts(
  content: PageContent,
  tables: readonly PageTable[],
  left: ReadonlySet<Word>,
  size: number,
  isContents: boolean,
): Part[] {
  if (content.recognized) {
    const paragraphs = content.recognized.map((lines) => lines.filter((line) => !line.words.some((word) => left.has(word))));
    return paragraphs.flatMap((lines) => makeParagraphs(lines).map((paragraph) => ({ paragraph })));
  }
  const inTables = new Set(tables.flatMap((table) => [...table.words]));
  const items: Item[] = content.words
    .filter((word) => !left.has(word) && !inTables.has(word))
    .map((word) => ({ x0: word.x0, x1: word.x1, y0: word.y0, y1: word.y1, word }));
  tables.forEach(({ x0, x1, y0, y1 }, whole) => items.push({ x0, x1, y0, y1, whole }));
  const outside = content.rulings.filter(
    (one) => !tables.some((table) => one.y0 >= table.y0 - 3 && one.y1 <= table.y1 + 3 && one.x0 >= table.x0 - 3 && one.x1 <= table.x1 + 3),
  );
  let goesOn = isContents;
  return orderColumns(items, outside, size).flatMap((column) => {
    const words = column.flatMap(({ word }) => word ?? []);
    const whole = column.flatMap((item) => (item.whole === undefined ? [] : [tables[item.whole]!]));
    const parts = columnParts(words, whole, { ...content, rulings: outside }, goesOn);
    goesOn = areContents(parts);
    return parts;
  });
}
