import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { evened, fencedCode, tableBlocks, titleIn } from '../make-block.js';
import { mathmlText } from '../mathml-text.js';
import { raised } from '../raised.js';
import { OdfLists } from './odf-lists.js';
import { stylesOf, type Styles } from './odf-styles.js';
import { hiddenNote, sheetBlocks } from './read-xlsx.js';
import { textOf, unzip } from './unzip.js';
import { descendant, elements, isXmlElement, parseXml, textIn, type XmlElement } from './xml.js';

/** Cells and rows that a table may say are repeated; what fills a sheet to its end is empty. */
const MAX_REPEATED = 1_000;

/** Characters that the formulas of a document may come to: one may stand in it many times. */
const MAX_FORMULAS = 10_000_000;

/** Parts of a text that are no words of it, and why they are left out. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'office:annotation': 'comment',
  'text:tracked-changes': 'deleted',
  'text:table-of-content': 'navigation',
  'presentation:notes': 'notes',
  'text:hidden-text': 'hidden',
  'text:hidden-paragraph': 'hidden',
};
/** Elements around blocks. */
const AROUND = new Set(['text:section', 'draw:frame', 'draw:text-box', 'draw:g', 'draw:page', 'text:index-body', 'draw:custom-shape']);

/** Elements that a cell may hold its text in. */
const WITHIN_CELLS = /^(?:text:list(?:-item|-header)?|table:(?:table|table-rows?|table-header-rows|table-row-group|table-cell))$/;

/** Whether a row is not shown, or filtered out. */
const isUnseen = ({ attributes }: XmlElement): boolean => ['collapse', 'filter'].includes(attributes['table:visibility'] ?? '');

const count = (value: string | undefined): number => Math.min(MAX_REPEATED, Math.max(1, Number(value ?? 1) || 1));

/** What stands in a document within the document: a formula, or the table of a chart's values. */
interface EmbeddedObject {
  readonly formula?: string;
  readonly chart?: XmlElement;
}

/** Reads the body of an OpenDocument file. */
class OdfReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  readonly hidden: string[] = [];
  objects = 0;
  #notes: string[] = [];
  /** Values of charts, for behind the paragraph that holds them. */
  #charts: string[][][] = [];
  readonly #lists: OdfLists;

  constructor(
    private readonly styles: Styles,
    private readonly objectAt: (href: string) => EmbeddedObject | undefined,
  ) {
    this.#lists = new OdfLists(styles, this.#line);
  }

  /** The text of a paragraph; notes are kept for behind it. */
  #inline(element: XmlElement): string {
    return element.children.map((child) => (isXmlElement(child) ? this.#special(child) : child.replace(/\s+/g, ' '))).join('');
  }

  /** Why an element is no part of the text; undefined: it is part of it. */
  #whyLeft({ name, attributes }: XmlElement): string | undefined {
    if (name === 'text:section' && attributes['text:display'] === 'none') return 'hidden';
    const isHidden = /^text:(?:span|p|h)$/.test(name) && this.styles.hidden.has(attributes['text:style-name'] ?? '');
    return isHidden ? 'hidden' : LEFT_OUT[name];
  }

  #special(element: XmlElement): string {
    const { name, attributes } = element;
    const why = this.#whyLeft(element);
    if (why !== undefined) return this.#drop(element, why);
    if (name === 'text:s') return ' '.repeat(count(attributes['text:c']));
    if (name === 'text:tab') return ' ';
    if (name === 'text:line-break') return '\n';
    if (name === 'text:note') return this.#note(element);
    if (name === 'draw:object') return this.#object(element);
    if (name === 'text:span') {
      const tag = this.styles.raised.get(attributes['text:style-name'] ?? '');
      return tag ? raised(tag, this.#inline(element)) : this.#inline(element);
    }
    const isBox = name === 'draw:text-box';
    if (isBox || name === 'draw:frame') {
      const text = Array.from(elements(element), (child) => this.#special(child)).join(' ');
      return isBox ? ` ${text} ` : text;
    }
    return name === 'svg:title' || name === 'svg:desc' ? '' : this.#inline(element);
  }

  /** A formula in the text, in TeX, or a chart, whose values go behind the paragraph; another object is counted as left out. */
  #object(element: XmlElement): string {
    const math = descendant(element, 'math:math') ?? descendant(element, 'math');
    const object = math ? { formula: mathmlText(math) } : this.objectAt(element.attributes['xlink:href'] ?? '');
    if (object?.chart) {
      const rows = this.#rows(object.chart).filter((row) => row.length > 0);
      if (rows.length > 0) this.#charts.push(rows);
    } else if (object?.formula === undefined) this.objects++;
    return object?.formula ? `$${object.formula}$` : '';
  }

  #drop(element: XmlElement, reason: string): '' {
    const text = textIn(element).replace(/\s+/g, ' ').trim();
    if (text !== '') this.dropped.push({ text, reason });
    return '';
  }

  /** A mark where the note stands; its text follows the paragraph. */
  #note(element: XmlElement): string {
    const mark = textIn(descendant(element, 'text:note-citation') ?? '').trim();
    const body = elements(descendant(element, 'text:note-body')).map((paragraph) => this.#inline(paragraph).trim());
    this.#notes.push(`[^${mark}]: ${body.filter(Boolean).join(' ')}`);
    return `[^${mark}]`;
  }

  #put(block: Block): void {
    if (block.kind === 'table' || block.text !== '') this.blocks.push(block);
    for (const text of this.#notes.splice(0)) this.blocks.push({ kind: 'paragraph', text });
    for (const rows of this.#charts.splice(0)) this.#putTable(rows, block.page === undefined ? {} : { page: block.page });
  }

  walk(parent: XmlElement, page?: number): void {
    const code: string[] = [];
    const endCode = (): void => {
      const text = code.splice(0).join('\n').trimEnd();
      if (text.trim() !== '') this.#put({ kind: 'code', text: fencedCode(text), ...(page !== undefined && { page }) });
    };
    for (const element of elements(parent)) {
      const isCode = element.name === 'text:p' && this.styles.codes.has(element.attributes['text:style-name'] ?? '');
      if (isCode) code.push(this.#inline(element));
      else {
        endCode();
        this.#visit(element, page);
      }
    }
    endCode();
  }

  #visit(element: XmlElement, page: number | undefined): void {
    const { name, attributes } = element;
    const place = page === undefined ? {} : { page };
    const why = this.#whyLeft(element);
    if (why !== undefined) this.#drop(element, why);
    else if (name === 'text:h') {
      const level = Number(attributes['text:outline-level'] ?? 1);
      const text = [this.#lists.headingNumber(element, level), this.#line(element)].filter(Boolean).join(' ');
      this.#put({ kind: 'heading', level, text, ...place });
    } else if (name === 'text:p') {
      const isTitle = this.styles.titles.has(attributes['text:style-name'] ?? '');
      this.#put(
        isTitle
          ? { kind: 'heading', level: 1, text: this.#line(element) }
          : { kind: 'paragraph', text: this.#paragraph(element), ...place },
      );
    } else if (name === 'text:list') this.#put({ kind: 'list', text: this.#lists.linesOf(element).join('\n'), ...place });
    else if (name === 'table:table') this.#table(element, place);
    else if (attributes['presentation:class'] === 'title') {
      this.#put({ kind: 'heading', level: 1, text: textIn(element).replace(/\s+/g, ' ').trim(), ...place });
    } else if (name === 'draw:object') this.#put({ kind: 'paragraph', text: this.#object(element), ...place });
    else if (AROUND.has(name)) this.walk(element, page);
  }

  #paragraph = (element: XmlElement): string =>
    this.#inline(element)
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .trim();
  #line = (element: XmlElement): string => this.#inline(element).replace(/\s+/g, ' ').trim();

  /** What stands in a cell: paragraphs, and the items of lists and the cells of tables within it. */
  #cell(cell: XmlElement): string {
    const texts = elements(cell).flatMap((element) => {
      if (element.name === 'text:p' || element.name === 'text:h') return this.#line(element);
      const why = this.#whyLeft(element);
      if (why !== undefined) return this.#drop(element, why);
      if (element.name === 'draw:object') return this.#object(element);
      return AROUND.has(element.name) || WITHIN_CELLS.test(element.name) ? this.#cell(element) : [];
    });
    return texts.filter(Boolean).join(' ');
  }

  /** Rows of a table as texts, those that are repeated as often as they are. */
  #rows(table: XmlElement): string[][] {
    const groups = ['table:table-header-rows', 'table:table-rows', 'table:table-row-group'];
    return elements(table, 'table:table-row', ...groups).flatMap((row) => {
      if (row.name !== 'table:table-row') return this.#rows(row);
      if (isUnseen(row)) return this.#drop(row, 'hidden') || [];
      const cells = elements(row, 'table:table-cell', 'table:covered-table-cell').flatMap((cell) =>
        Array<string>(count(cell.attributes['table:number-columns-repeated'])).fill(this.#cell(cell)),
      );
      while (cells.at(-1) === '') cells.pop();
      return Array<string[]>(cells.length === 0 ? 1 : count(row.attributes['table:number-rows-repeated'])).fill(cells);
    });
  }

  #table(table: XmlElement, place: { page?: number }): void {
    this.#putTable(
      this.#rows(table).filter((row) => row.length > 0),
      place,
    );
  }

  #putTable(rows: readonly (readonly string[])[], place: { page?: number }): void {
    for (const block of tableBlocks(evened(rows), place)) this.#put(block);
  }

  /** A sheet: its name, and what stands and is drawn in it; charts show what stands in cells, and are listed only. */
  sheet(table: XmlElement): void {
    const name = table.attributes['table:name'] ?? '';
    const rows = this.#rows(table);
    const drawn = elements(table, 'table:shapes')
      .map((shapes) => this.#cell(shapes))
      .filter(Boolean);
    for (const chart of this.#charts.splice(0)) {
      this.dropped.push({ text: chart.map((row) => row.join(' | ')).join('\n'), reason: 'chart' });
    }
    if (this.styles.hidden.has(table.attributes['table:style-name'] ?? '')) {
      this.hidden.push(name);
      this.dropped.push({
        text: [name, ...rows.map((row) => row.filter(Boolean).join(' | ')), ...drawn].filter(Boolean).join('\n'),
        reason: 'hidden',
      });
      return;
    }
    const found = [...sheetBlocks(rows), ...drawn.map((text): Block => ({ kind: 'paragraph', text }))];
    if (found.length > 0) this.blocks.push({ kind: 'heading', level: 1, text: name }, ...found);
  }
}

/**
 * An OpenDocument text (.odt), spreadsheet (.ods) or presentation (.odp) as blocks. Comments, deleted text, tables of
 * contents, notes of slides and hidden sheets are left out and listed.
 */
export function readOdf(bytes: Uint8Array): ReadResult {
  // Formulas are documents within the document.
  const parts = unzip(
    bytes,
    (name) => /^(?:(?:[^/]+\/)?content\.xml|styles\.xml|META-INF\/manifest\.xml)$/.test(name),
    'an OpenDocument file',
  );
  const xml = textOf(parts, 'content.xml');
  if (xml === undefined) throw new DocumentError('it is not an OpenDocument file', 'save it again');
  if (/<manifest:encryption-data/.test(textOf(parts, 'META-INF/manifest.xml') ?? '')) {
    throw new DocumentError('it is encrypted', 'save it without a password');
  }
  const content = parseXml(xml);
  const embedded = new Map<string, EmbeddedObject | undefined>();
  let length = 0;
  const objectAt = (href: string): EmbeddedObject | undefined => {
    const name = `${href.replace(/^\.\//, '').replace(/\/$/, '')}/content.xml`;
    if (!embedded.has(name)) {
      const part = textOf(parts, name);
      const inner = part === undefined ? undefined : parseXml(part);
      const math = descendant(inner, 'math') ?? descendant(inner, 'math:math');
      const chart = descendant(descendant(inner, 'office:chart'), 'table:table');
      embedded.set(name, math ? { formula: mathmlText(math) } : chart && { chart });
    }
    const object = embedded.get(name);
    length += object?.formula?.length ?? 0;
    if (length <= MAX_FORMULAS) return object;
    throw new DocumentError(`its formulas come to more than ${MAX_FORMULAS / 1_000_000} million characters`, 'split it');
  };
  const reader = new OdfReader(stylesOf(content, parseXml(textOf(parts, 'styles.xml') ?? '<none/>')), objectAt);
  const [body] = elements(descendant(content, 'office:body'));
  if (body?.name === 'office:spreadsheet') for (const table of elements(body, 'table:table')) reader.sheet(table);
  else if (body?.name === 'office:presentation') elements(body, 'draw:page').forEach((page, i) => reader.walk(page, i + 1));
  else if (body) reader.walk(body);
  const { blocks, dropped, hidden, objects } = reader;
  const notes = [
    ...(hidden.length > 0 ? [hiddenNote(hidden)] : []),
    ...(objects > 0 ? [`${objects === 1 ? 'an object' : `${objects} objects`} in the text, as charts, left out`] : []),
  ];
  return { ...titleIn(blocks), blocks, dropped, notes };
}
