import type { NumberKind } from './cell-format.js';
import { numberText } from './cell-format.js';
import { attributeOf, xmlTags, type XmlTag } from './xml-tags.js';

/** What all sheets of a workbook share. */
export interface Workbook {
  readonly strings: readonly string[];
  /** What the numbers of each style are. */
  readonly kinds: readonly NumberKind[];
  /** Days count from 1904. */
  readonly is1904: boolean;
}

/** The cells of a sheet. */
interface SheetCells {
  /** Rows of what is seen, an empty one where rows are missing; without columns that are empty in all. */
  readonly rows: readonly (readonly string[])[];
  /** What stands in rows and columns that are hidden, row by row. */
  readonly hidden: readonly string[];
  /** Header and footer of its pages. */
  readonly furniture: readonly string[];
  /** Formulas that no program has reckoned yet. */
  readonly bareFormulas: number;
}

/** Texts of the parts of a string, without the readings above its words, and with the characters that Excel escapes. */
export const sharedStrings = (xml: string): string[] => {
  const strings: string[] = [];
  let isReading = false;
  for (const tag of xmlTags(xml)) {
    if (tag.name === 'si' && !tag.isEnd) strings.push('');
    else if (tag.name === 'rPh') isReading = !tag.isEnd;
    else if (tag.name === 't' && !tag.isEnd && !isReading) strings[strings.length - 1] += tag.text;
  }
  return strings.map(unescaped);
};

const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\dA-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)).replace('\r', ''))
    : text;

/** The number of a cell's column, from 1; 0 where its place is not written. */
function columnOf(place: string | undefined): number {
  let column = 0;
  for (const letter of /^\$?([A-Za-z]{1,3})/.exec(place ?? '')?.[1]?.toUpperCase() ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}

const isOn = (value: string | undefined): boolean => value === '1' || value === 'true';

interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string;
  hasFormula: boolean;
}

function textOfCell({ type, style, value }: OpenCell, { strings, kinds, is1904 }: Workbook): string {
  if (type === 's') return (strings[Number(value)] ?? '').trim();
  if (type === 'b') return value.trim() === '1' ? 'TRUE' : value.trim() === '0' ? 'FALSE' : value;
  if (type === 'str' || type === 'inlineStr' || type === 'e') return unescaped(value).trim();
  if (type === 'd') return value.replace(/T00:00:00(?:\.0+)?Z?$/, '').replace('T', ' ');
  return numberText(value, kinds[style] ?? 'number', is1904);
}

/** Reads the cells of a sheet tag by tag: sheets are the largest parts that an Office file has. */
class SheetReader {
  readonly #rows: Map<number, string>[] = [];
  readonly #used = new Set<number>();
  readonly hidden: string[] = [];
  readonly furniture: string[] = [];
  bareFormulas = 0;
  readonly #hiddenColumns: { readonly from: number; readonly to: number }[] = [];
  #row = new Map<number, string>();
  #hiddenCells: string[] = [];
  #number = 0;
  #isHiddenRow = false;
  #column = 0;
  #cell: OpenCell | undefined;
  #isReading = false;

  constructor(private readonly workbook: Workbook) {}

  take(tag: XmlTag): void {
    const { name, isEnd, isEmpty } = tag;
    if (name === 'row') {
      if (!isEnd) this.#open(tag);
      if (isEnd || isEmpty) this.#close();
    } else if (name === 'c') {
      if (!isEnd) this.#openCell(tag);
      if (isEnd || isEmpty) this.#closeCell();
    } else if (name === 'rPh') this.#isReading = !isEnd;
    else if (isEnd) return;
    else if (this.#cell) this.#inCell(this.#cell, tag);
    else this.#beside(tag);
  }

  #open(tag: XmlTag): void {
    const number = Number(attributeOf(tag, 'r')) || this.#number + 1;
    if (number > this.#number + 1) this.#rows.push(new Map());
    this.#number = number;
    this.#isHiddenRow = isOn(attributeOf(tag, 'hidden'));
    this.#column = 0;
  }

  #close(): void {
    if (this.#hiddenCells.length > 0) this.hidden.push(this.#hiddenCells.join(' | '));
    // A hidden row divides nothing: what stands above and below it is one table.
    if (!this.#isHiddenRow) this.#rows.push(this.#row);
    this.#row = new Map();
    this.#hiddenCells = [];
    this.#isHiddenRow = false;
  }

  #openCell(tag: XmlTag): void {
    this.#column = columnOf(attributeOf(tag, 'r')) || this.#column + 1;
    const style = Number(attributeOf(tag, 's') ?? 0);
    this.#cell = { column: this.#column, type: attributeOf(tag, 't') ?? 'n', style, value: '', hasFormula: false };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (!cell) return;
    if (cell.hasFormula && cell.value === '') this.bareFormulas++;
    const text = textOfCell(cell, this.workbook);
    if (text === '') return;
    if (this.#isHiddenRow || this.#hiddenColumns.some(({ from, to }) => cell.column >= from && cell.column <= to)) {
      this.#hiddenCells.push(text);
      return;
    }
    this.#row.set(cell.column, text);
    this.#used.add(cell.column);
  }

  #inCell(cell: OpenCell, { name, text }: XmlTag): void {
    if (name === 'f') cell.hasFormula = true;
    else if (name === 'v' || (name === 't' && !this.#isReading)) cell.value += text;
  }

  #beside(tag: XmlTag): void {
    if (tag.name === 'col' && isOn(attributeOf(tag, 'hidden'))) {
      this.#hiddenColumns.push({ from: Number(attributeOf(tag, 'min')), to: Number(attributeOf(tag, 'max')) });
    } else if (/^(?:odd|even|first)(?:Header|Footer)$/.test(tag.name)) {
      // &L, &C and &R begin a part, &P and the like stand for numbers, &"Arial" and &12 are looks.
      const text = tag.text
        .replace(/&(?:[LCR]|"[^"]*"|K[\dA-F]{6}|\d+|[A-Z])/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      if (/[\p{L}\p{N}]/u.test(text)) this.furniture.push(text);
    }
  }

  get rows(): string[][] {
    const columns = [...this.#used].sort((a, b) => a - b);
    return this.#rows.map((row) => (row.size === 0 ? [] : columns.map((column) => row.get(column) ?? '')));
  }
}

/**
 * The cells of a worksheet's XML, as they are seen. What is hidden is apart.
 *
 * @example
 * sheetCells('<row r="1"><c r="A1"><v>7</v></c></row>', { strings: [], kinds: [], is1904: false }).rows; // [['7']]
 */
export function sheetCells(xml: string, workbook: Workbook): SheetCells {
  const reader = new SheetReader(workbook);
  for (const tag of xmlTags(xml)) reader.take(tag);
  const { rows, hidden, furniture, bareFormulas } = reader;
  return { rows, hidden, furniture, bareFormulas };
}
