import { sumOf } from '@sdg/values';
import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { evened, tableBlocks } from '../make-block.js';
import { addAll } from '../most-of.js';
import { renderBlock } from '../render-block.js';
import { numberKind, type NumberKind } from './cell-format.js';
import { bareChart, chartTables, diagramItems, embeddedObjects, parseGraphic } from './graphics.js';
import { relationsOf } from './relations.js';
import { sharedStrings, sheetCells, type Workbook } from './sheet-cells.js';
import { textOf, unzip } from './unzip.js';
import { attributeOf, xmlTags } from './xml-tags.js';
import { textsIn, type XmlElement } from './xml.js';

type Parts = ReadonlyMap<string, Uint8Array>;

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
    addAll(blocks, tableBlocks(table));
  };
  for (const row of evened(rows)) {
    if (row.every((cell) => cell === '')) flush();
    else part.push(row);
  }
  flush();
  return blocks;
}

export const hiddenNote = (names: readonly string[]): string =>
  `${names.length === 1 ? 'a hidden sheet' : `${names.length} hidden sheets`} left out: ${names.join(', ')}`;

/** What the numbers of each style of cells are. */
function numberKinds(xml: string): NumberKind[] {
  const codes = new Map<number, string>();
  const kinds: NumberKind[] = [];
  let isCells = false;
  for (const tag of xmlTags(xml)) {
    if (tag.name === 'numFmt') codes.set(Number(attributeOf(tag, 'numFmtId')), attributeOf(tag, 'formatCode') ?? '');
    else if (tag.name === 'cellXfs') isCells = !tag.isEnd;
    else if (tag.name === 'xf' && isCells && !tag.isEnd) {
      const id = Number(attributeOf(tag, 'numFmtId') ?? 0);
      kinds.push(numberKind(id, codes.get(id)));
    }
  }
  return kinds;
}

interface Sheet {
  readonly name: string;
  /** Whoever opens the workbook does not see it. */
  readonly isHidden: boolean;
  readonly part: string;
}

/** The sheets of a workbook in their order, those of cells; of one that is a chart, that. */
function sheetsOf(parts: Parts, main: string): { readonly sheets: Sheet[]; readonly charts: Dropped[] } {
  const relations = new Map(relationsOf(parts, main).map((relation) => [relation.id, relation]));
  const tags = [...xmlTags(textOf(parts, main) ?? '')].filter(({ name, isEnd }) => name === 'sheet' && !isEnd);
  const charts: Dropped[] = [];
  const sheets = tags.flatMap((tag, i): Sheet[] => {
    // Without relations, as some programs leave it, sheets are numbered.
    const { type, target } = relations.get(/[\w.-]+:id\s*=\s*["']([^"']*)/.exec(tag.attributes)?.[1] ?? '') ?? {
      type: 'worksheet',
      target: `xl/worksheets/sheet${i + 1}.xml`,
    };
    const isHidden = /hidden/i.test(attributeOf(tag, 'state') ?? '');
    if (type === 'chartsheet') charts.push(...drawnOn(parts, target).charts);
    return type === 'worksheet' && parts.has(target) ? [{ name: attributeOf(tag, 'name') ?? '', isHidden, part: target }] : [];
  });
  return { sheets, charts };
}

/** Whether the days of a workbook count from 1904. */
const countsFrom1904 = (parts: Parts, main: string): boolean =>
  /<(?:[\w.-]+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true)/.test(textOf(parts, main) ?? '');

/** Texts of paragraphs of what is drawn or noted on a sheet. */
function paragraphsIn(xml: string, paragraph: string): string[] {
  const found: string[] = [''];
  for (const { name, isEnd, text } of xmlTags(xml)) {
    if (name === paragraph && !isEnd) found.push('');
    else if (name === 't' && !isEnd) found[found.length - 1] += text;
  }
  return found.map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
}

/** What stands in a drawing for programs that cannot show it. */
const STAND_IN = /<mc:Fallback\b[^>]*>[\s\S]*?<\/mc:Fallback>/g;

/** Texts in the parts that a sheet names with one type of relation. */
const textsBeside = (parts: Parts, sheet: string, type: string, paragraph: string): string[] =>
  relationsOf(parts, sheet)
    .filter((relation) => relation.type === type)
    .flatMap(({ target }) => paragraphsIn((textOf(parts, target) ?? '').replace(STAND_IN, ''), paragraph));

/** The charts and diagrams that are drawn on a sheet: those of values, which stand in cells, are listed only. */
function drawnOn(parts: Parts, sheet: string): { readonly charts: Dropped[]; readonly items: string[] } {
  const drawings = relationsOf(parts, sheet).filter(({ type }) => type === 'drawing');
  const named = drawings.flatMap(({ target }) => relationsOf(parts, target));
  const partsOf = (pattern: RegExp): XmlElement[] =>
    named.flatMap(({ type, target }) => (pattern.test(type) && parts.has(target) ? parseGraphic(textOf(parts, target)!) : []));
  const drawn = partsOf(/^chart(?:Ex)?$/);
  const charts = drawn.flatMap((part) => chartTables(part, {}));
  return {
    charts: [...charts.map((table) => ({ text: renderBlock(table), reason: 'chart' })), ...drawn.flatMap((part) => bareChart(part))],
    items: partsOf(/^diagramData$/).flatMap((part) => diagramItems(part, (element) => textsIn(element, 'a:t'))),
  };
}

/** What came of one sheet. */
function readSheet(parts: Parts, { name, isHidden, part }: Sheet, workbook: Workbook): ReadResult & { readonly bareFormulas: number } {
  const { rows, hidden, furniture, bareFormulas } = sheetCells(textOf(parts, part)!, workbook);
  const { charts, items } = drawnOn(parts, part);
  const drawn = [...textsBeside(parts, part, 'drawing', 'p'), ...items];
  const said = [...rows.map((row) => row.filter(Boolean).join(' | ')), ...drawn].filter(Boolean).join('\n');
  const found: Block[] = isHidden ? [] : [...sheetBlocks(rows), ...drawn.map((text): Block => ({ kind: 'paragraph', text }))];
  const dropped: Dropped[] = [
    ...(isHidden && said !== '' ? [{ text: `${name}\n${said}`, reason: 'hidden' }] : []),
    ...(hidden.length > 0 ? [{ text: hidden.join('\n'), reason: 'hidden' }] : []),
    ...textsBeside(parts, part, 'comments', 'comment').map((text) => ({ text, reason: 'comment' })),
    ...furniture.map((text) => ({ text, reason: 'header' })),
    ...charts,
    ...embeddedObjects(relationsOf(parts, part)),
  ];
  const blocks: Block[] = found.length === 0 ? [] : [{ kind: 'heading', level: 1, text: name }, ...found];
  const notes = !isHidden && hidden.length > 0 ? [`hidden rows or columns of the sheet ${name} left out`] : [];
  return { blocks, dropped, notes, bareFormulas };
}

/**
 * An Excel workbook (.xlsx) as blocks: a heading, tables and the text of shapes for each sheet, values of formulas, dates as
 * ISO writes them. Hidden sheets, rows and columns, comments, charts of what stands in cells and embedded
 * files are left out and listed.
 */
export function readXlsx(bytes: Uint8Array): ReadResult {
  const parts = unzip(bytes, (name) => /\.(?:xml|rels)$/.test(name), 'an Excel workbook (.xlsx)');
  const main = relationsOf(parts, '').find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  if (!parts.has(main)) throw new DocumentError('it is not an Excel workbook (.xlsx)', 'save it again as .xlsx');
  const { sheets, charts } = sheetsOf(parts, main);
  const partOf = (type: string): string =>
    textOf(parts, relationsOf(parts, main).find((relation) => relation.type === type)?.target ?? `xl/${type}.xml`) ?? '';
  const workbook = {
    strings: sharedStrings(partOf('sharedStrings')),
    kinds: numberKinds(partOf('styles')),
    is1904: countsFrom1904(parts, main),
  };
  const read = sheets.map((sheet) => readSheet(parts, sheet, workbook));
  const bare = sumOf(read, ({ bareFormulas }) => bareFormulas);
  const hidden = sheets.filter(({ isHidden }, i) => isHidden && read[i]!.dropped.length > 0).map(({ name }) => name);
  const notes = [
    ...(sheets.length === 0 ? ['it has no worksheets'] : []),
    ...(hidden.length === 0 ? [] : [hiddenNote(hidden)]),
    ...read.flatMap((sheet) => sheet.notes),
    ...(bare === 0
      ? []
      : [`${bare === 1 ? 'a formula' : `${bare} formulas`} without a value: open it in a spreadsheet program and save it`]),
  ];
  return { blocks: read.flatMap(({ blocks }) => blocks), dropped: [...read.flatMap(({ dropped }) => dropped), ...charts], notes };
}
