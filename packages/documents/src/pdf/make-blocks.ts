import type { Block } from '../document.js';
import { joinLines, joinTwo, type Vocabulary } from './join-lines.js';
import { isRightToLeft } from './letters.js';
import type { TextLine } from './page-content.js';
import { endsSentence, isContentsEntry, type Paragraph } from './paragraphs.js';
import type { DocumentPart } from './page-parts.js';
import type { TextTable } from './ruled-tables.js';

interface Item {
  text: string;
  readonly marker: string;
  /** Where it stands; items further in belong to those further out. */
  readonly x0: number;
}

/** A block in the making: text of it may go on, below it or on the next page. */
type Draft =
  | { kind: 'heading'; level: number; text: string; page: number }
  | { kind: 'paragraph'; text: string; page: number; last: TextLine; isNote: boolean }
  | { kind: 'code'; lines: TextLine[]; page: number }
  | { kind: 'list'; items: Item[]; page: number; last: TextLine; shift: number }
  | { kind: 'table'; rows: string[][]; page: number; table: TextTable };

interface BlockContext {
  readonly headings: ReadonlyMap<Paragraph, number>;
  readonly vocabulary: Vocabulary;
  readonly body: number;
  /** Whether most of the document is in letters of one width. */
  readonly isMono: boolean;
}

const noteMark = /^(?:[*†‡§¹²³⁰-⁹]|\d{1,3}\s|\[\d+\])/;

/** A raised number, which no other text begins with. */
const raisedMark = /^[¹²³⁰⁴-⁹]{1,3}\s?\p{L}/u;

/** Whether a paragraph is a note at the foot of a column: small, with a mark, or of any size with a raised number. */
const isNote = ({ style, lines, isNote: is }: Paragraph, body: number): boolean =>
  is ?? ((style.size < body * 0.93 && noteMark.test(lines[0]!.text)) || raisedMark.test(lines[0]!.text));

/** Two tables that are one over the end of a page: as many columns, at the same places. */
function continues(above: Draft | undefined, table: TextTable): above is Extract<Draft, { kind: 'table' }> {
  if (above?.kind !== 'table' || table.page !== above.table.page + 1 || above.rows[0]?.length !== table.rows[0]?.length) return false;
  const shift = table.xs[0]! - above.table.xs[0]!;
  return table.xs.every((x, i) => Math.abs(x - above.table.xs[i]! - shift) < 12) || table.rows[0]!.join('\0') === above.rows[0]!.join('\0');
}

/** The text of code lines with their indents, by the width of a letter. */
function codeText(lines: readonly TextLine[]): string {
  const left = lines.reduce((least, { x0 }) => Math.min(least, x0), Infinity);
  const width = (line: TextLine): number => (line.x1 - line.x0) / Math.max(1, line.text.length);
  const text = lines
    .map((line) => ' '.repeat(Math.max(0, Math.min(80, Math.round((line.x0 - left) / Math.max(2, width(line)))))) + line.text)
    .join('\n');
  const fence = text.includes('```') ? '````' : '```';
  return `${fence}\n${text}\n${fence}`;
}

const numberMarker = /^\(?(\d{1,3}|[a-z]|[ivx]{1,5})[.)]$/;

/** Whether an item is one more of a list: deeper or further out, or with the same kind of mark as those beside it. */
function isSameList(items: readonly Item[], item: Item): boolean {
  const beside = items.findLast(({ x0 }) => Math.abs(x0 - item.x0) <= 5);
  return !beside || numberMarker.test(beside.marker) === numberMarker.test(item.marker);
}

/** Items of a list as Markdown, those further in below those further out. */
function listText(items: readonly Item[]): string {
  const open: number[] = [];
  return items
    .map(({ text, marker, x0 }) => {
      while (open.length > 0 && x0 < open.at(-1)! - 3) open.pop();
      if (open.length === 0 || x0 > open.at(-1)! + 5) open.push(x0);
      const number = numberMarker.exec(marker)?.[1];
      const sign = number === undefined ? '-' : /\d/.test(number) ? `${number}.` : `- ${marker}`;
      return `${'   '.repeat(open.length - 1)}${sign} ${text}`;
    })
    .join('\n');
}

type TextDraft = Extract<Draft, { kind: 'paragraph' | 'list' }>;

const caption = /^(?:figure|fig\.|table|abb\.|tabelle|图|表)\s*\d/i;
/** What stands between two parts of a paragraph without being part of it. */
const isBetween = (draft: Draft): boolean =>
  draft.kind === 'table' || (draft.kind === 'paragraph' && (draft.isNote || caption.test(draft.text)));

/** Whether a paragraph stands on the next page, or higher up in another column. */
const isElsewhere = (last: TextLine, { page, y0 }: Paragraph): boolean => page === last.page + 1 || (page === last.page && y0 < last.y0);

/** The draft that a paragraph goes on from over the end of a page or column, past notes, tables and captions; undefined for none. */
function continued(drafts: readonly Draft[], paragraph: Paragraph, text: string): TextDraft | undefined {
  const at = drafts.findLastIndex((draft) => !isBetween(draft));
  const draft = drafts[at];
  if ((draft?.kind !== 'paragraph' && draft?.kind !== 'list') || drafts.length - at > 6) return undefined;
  const end = draft.kind === 'list' ? draft.items.at(-1)!.text : draft.text;
  const { last } = draft;
  if (!isElsewhere(last, paragraph) || endsSentence(end) || Math.abs(last.style.size - paragraph.style.size) > 0.6) return undefined;
  if (/^[\p{Ll}(,;]/u.test(text) || /[-\u2010,]$/.test(end)) return draft;
  const isNext = drafts.slice(at + 1).every((one) => one.kind === 'paragraph' && one.isNote);
  return isNext && draft.kind === 'paragraph' && paragraph.gap > 5 ? draft : undefined;
}

/** How far a list stands aside where it goes on in another column or on a page of other margins: beside the last with the same mark. */
function shiftOf(items: readonly Item[], x0: number, mark: string): number {
  if (items.some((item) => Math.abs(item.x0 - x0) <= 5)) return 0;
  const isLike = ({ marker }: Item): boolean => marker === mark || (numberMarker.test(marker) && numberMarker.test(mark));
  return x0 - (items.findLast(isLike) ?? items[0]!).x0;
}

function addItem(drafts: Draft[], paragraph: Paragraph, text: string): void {
  const { marker, page, x0, indent } = paragraph;
  const last = paragraph.lines.at(-1)!;
  const isContents = isContentsEntry(text);
  const isWhole = marker === undefined || paragraph.isTagged === true || isContents;
  const before = drafts.at(-1);
  const mark = isContents ? '•' : marker!;
  if (before?.kind === 'list' && isElsewhere(before.last, paragraph)) before.shift = shiftOf(before.items, x0, mark);
  const shift = before?.kind === 'list' ? before.shift : 0;
  const item = {
    text: isWhole ? text : text.slice(marker.length).trim(),
    marker: mark,
    x0: indent === undefined ? x0 - shift : indent * 20,
  };
  if (before?.kind === 'list' && isSameList(before.items, item)) {
    before.items.push(item);
    before.last = last;
  } else drafts.push({ kind: 'list', items: [{ ...item, x0: item.x0 + shift }], page, last, shift: 0 });
}

/** Whether all of a paragraph is in letters of one width, as code is. */
const isCode = ({ lines }: Paragraph): boolean => lines.every((line) => line.isMono);

function addText(drafts: Draft[], paragraph: Paragraph, text: string, { vocabulary, body }: BlockContext): void {
  const last = paragraph.lines.at(-1)!;
  const above = continued(drafts, paragraph, text);
  if (above?.kind === 'paragraph') above.text = joinTwo(above.text, text, vocabulary);
  else if (above?.kind === 'list') {
    const item = above.items.at(-1)!;
    item.text = joinTwo(item.text, text, vocabulary);
  } else drafts.push({ kind: 'paragraph', text, page: paragraph.page, last, isNote: isNote(paragraph, body) });
  if (above) above.last = last;
}

/** A number of a chapter on a line of its own, above its title. */
const chapter = new RegExp(
  '^(?:(?:chapter|part|appendix|kapitel|teil|anhang|chapitre|partie|annexe|capítulo|parte|apéndice|capitolo|appendice|hoofdstuk|bijlage' +
    '|rozdział|kapitola|глава|часть|приложение|розділ|κεφάλαιο|bölüm|chương)\\s+(?:\\d{1,3}|[ivxlc]{1,7}|[a-z])[.:]?' +
    '|第\\s*[\\d一二三四五六七八九十百]+\\s*[章部编編]|제\\s*\\d+\\s*[장부])$',
  'iu',
);

/** Adds a heading; the number of a chapter and the title below it are one. */
function addHeading(drafts: Draft[], heading: Extract<Draft, { kind: 'heading' }>): void {
  const before = drafts.at(-1);
  if (before?.kind === 'heading' && before.page === heading.page && chapter.test(before.text) && !chapter.test(heading.text)) {
    before.text += ` ${heading.text}`;
    before.level = Math.min(before.level, heading.level);
  } else drafts.push(heading);
}

function addParagraph(drafts: Draft[], paragraph: Paragraph, context: BlockContext): void {
  const { page, lines, marker } = paragraph;
  const text = joinLines(
    lines.map((line) => line.text),
    context.vocabulary,
  );
  const level = context.headings.get(paragraph);
  const before = drafts.at(-1);
  if (level !== undefined) addHeading(drafts, { kind: 'heading', level, text, page });
  else if (!context.isMono && isCode(paragraph) && (before?.kind === 'code' || /[a-z]/i.test(text))) {
    if (before?.kind === 'code') before.lines.push(...lines);
    else drafts.push({ kind: 'code', lines: [...lines], page });
  } else if (marker !== undefined || isContentsEntry(text)) addItem(drafts, paragraph, text);
  else addText(drafts, paragraph, text, context);
}

/** Whether a row is the rest of the last one on the page before: cells that go on in the middle of a sentence, and nothing else. */
const goesOnIn = (last: readonly string[], row: readonly string[]): boolean =>
  row[0] === '' &&
  row.some((cell) => cell !== '') &&
  row.every((cell, i) => cell === '' || (last[i] !== '' && !endsSentence(last[i]!) && /^[\p{Ll}(,;]/u.test(cell)));

function addTable(drafts: Draft[], table: TextTable, { vocabulary }: BlockContext): void {
  const above = drafts.findLast((draft) => !(draft.kind === 'paragraph' && draft.isNote));
  if (continues(above, table)) {
    const isRepeated = table.rows[0]!.join('\0') === above.rows[0]!.join('\0');
    const rows = table.rows.slice(isRepeated ? 1 : 0);
    const last = above.rows.at(-1)!;
    if (rows[0] && above.rows.length > 1 && goesOnIn(last, rows[0])) {
      above.rows[above.rows.length - 1] = last.map((cell, i) => (rows[0]![i] === '' ? cell : joinTwo(cell, rows[0]![i]!, vocabulary)));
      rows.shift();
    }
    above.rows.push(...rows);
    above.table = table;
  } else drafts.push({ kind: 'table', rows: [...table.rows], page: table.page, table });
}

/** A table as a block; one of Arabic or Hebrew has its first column at the right, where it was read by places. */
function tableBlock(rows: readonly string[][], page: number, isInOrder: boolean): Block {
  const cells = rows.flat().filter((cell) => /\p{L}/u.test(cell));
  const isBackwards = !isInOrder && cells.filter(isRightToLeft).length > cells.length / 2;
  const [header, ...rest] = isBackwards ? rows.map((row) => [...row].reverse()) : rows;
  return { kind: 'table', header: header!, rows: rest, page };
}

/** Parts of all pages as blocks: what goes on over a page or a column is put together. */
export function makeBlocks(parts: readonly DocumentPart[], context: BlockContext): Block[] {
  const drafts: Draft[] = [];
  for (const { paragraph, table } of parts) {
    if (table) addTable(drafts, table, context);
    else addParagraph(drafts, paragraph, context);
  }
  return drafts.map((draft): Block => {
    const { page } = draft;
    switch (draft.kind) {
      case 'heading':
        return { kind: 'heading', level: draft.level, text: draft.text, page };
      case 'list':
        return { kind: 'list', text: listText(draft.items), page };
      case 'code':
        return { kind: 'code', text: codeText(draft.lines), page };
      case 'table':
        return tableBlock(draft.rows, page, draft.table.isInOrder === true);
      default:
        return { kind: 'paragraph', text: draft.text, page };
    }
  });
}
