import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { fencedCode } from '../html/html-blocks.js';
import { mathmlText } from '../mathml-text.js';
import { raised } from '../raised.js';
import { hiddenNote, sheetBlocks } from './read-xlsx.js';
import { textOf, unzip } from './unzip.js';
import { descendant, elements, isXmlElement, parseXml, textIn, type XmlElement } from './xml.js';

/** Cells and rows that a table may say are repeated; what fills a sheet to its end is empty. */
const MAX_REPEATED = 1_000;

/** Parts of a text that are no words of it, and why they are left out. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'office:annotation': 'comment',
  'text:tracked-changes': 'deleted',
  'text:table-of-content': 'navigation',
  'presentation:notes': 'notes',
};
/** Elements around blocks. */
const AROUND = new Set(['text:section', 'draw:frame', 'draw:text-box', 'draw:g', 'draw:page', 'text:index-body', 'draw:custom-shape']);

const count = (value: string | undefined): number => Math.min(MAX_REPEATED, Math.max(1, Number(value ?? 1) || 1));

/** The styles of a text that are titles, that are code, and sheets that are not shown. */
interface Styles {
  /** Styles of code, by paragraph. */
  readonly codes: ReadonlySet<string>;
  /** Styles of what stands above or below the line. */
  readonly raised: ReadonlyMap<string, 'sup' | 'sub'>;
  /** Lists with numbers, by the name of their style: at which levels. */
  readonly numbered: ReadonlyMap<string, ReadonlySet<number>>;
  readonly titles: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
}

function stylesOf(content: XmlElement): Styles {
  const automatic = elements(descendant(content, 'office:automatic-styles'), 'style:style');
  const named = (those: readonly XmlElement[]): Set<string> => new Set(those.map(({ attributes }) => attributes['style:name'] ?? ''));
  const isTitle = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Title';
  const isHidden = (style: XmlElement): boolean => descendant(style, 'style:table-properties')?.attributes['table:display'] === 'false';
  const isCode = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Preformatted_20_Text';
  const raised = automatic.flatMap((style) => {
    const position = descendant(style, 'style:text-properties')?.attributes['style:text-position'] ?? '';
    const tag = /^super|^[1-9]/.test(position) ? 'sup' : /^sub|^-/.test(position) ? 'sub' : undefined;
    return tag ? [[style.attributes['style:name'] ?? '', tag] as const] : [];
  });
  const numbered = elements(descendant(content, 'office:automatic-styles'), 'text:list-style').map((style) => {
    const levels = elements(style, 'text:list-level-style-number').filter(({ attributes }) => attributes['style:num-format']);
    return [style.attributes['style:name'] ?? '', new Set(levels.map(({ attributes }) => Number(attributes['text:level'] ?? 1)))] as const;
  });
  return {
    codes: named(automatic.filter(isCode)).add('Preformatted_20_Text'),
    raised: new Map(raised),
    numbered: new Map(numbered),
    titles: named(automatic.filter(isTitle)).add('Title'),
    hidden: named(automatic.filter(isHidden)),
  };
}

/** Reads the body of an OpenDocument file. */
class OdfReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  readonly hidden: string[] = [];
  objects = 0;
  #notes: string[] = [];

  constructor(
    private readonly styles: Styles,
    private readonly formulaAt: (href: string) => string | undefined,
  ) {}

  /** The text of a paragraph; notes are kept for behind it. */
  #inline(element: XmlElement): string {
    return element.children.map((child) => (isXmlElement(child) ? this.#special(child) : child.replace(/\s+/g, ' '))).join('');
  }

  #special(element: XmlElement): string {
    const { name, attributes } = element;
    const why = LEFT_OUT[name];
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
    if (name === 'draw:frame' || name === 'draw:text-box') return Array.from(elements(element), (child) => this.#special(child)).join(' ');
    return name === 'svg:title' || name === 'svg:desc' ? '' : this.#inline(element);
  }

  /** A formula in the text, in TeX; another object is counted as left out. */
  #object(element: XmlElement): string {
    const math = descendant(element, 'math:math') ?? descendant(element, 'math');
    const formula = math ? mathmlText(math) : this.formulaAt(element.attributes['xlink:href'] ?? '');
    if (formula === undefined) this.objects++;
    return formula ? `$${formula}$` : '';
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
    const why = LEFT_OUT[name];
    if (why !== undefined) this.#drop(element, why);
    else if (name === 'text:h') {
      this.#put({ kind: 'heading', level: Number(attributes['text:outline-level'] ?? 1), text: this.#line(element), ...place });
    } else if (name === 'text:p') {
      const isTitle = this.styles.titles.has(attributes['text:style-name'] ?? '');
      this.#put(
        isTitle
          ? { kind: 'heading', level: 1, text: this.#line(element) }
          : { kind: 'paragraph', text: this.#paragraph(element), ...place },
      );
    } else if (name === 'text:list') this.#put({ kind: 'list', text: this.#list(element, '', 1).join('\n'), ...place });
    else if (name === 'table:table') this.#table(element, place);
    else if (attributes['presentation:class'] === 'title') {
      this.#put({ kind: 'heading', level: 1, text: textIn(element).replace(/\s+/g, ' ').trim(), ...place });
    } else if (AROUND.has(name)) this.walk(element, page);
  }

  #paragraph = (element: XmlElement): string =>
    this.#inline(element)
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .trim();
  #line = (element: XmlElement): string => this.#inline(element).replace(/\s+/g, ' ').trim();

  #list(list: XmlElement, indent: string, level: number, above = ''): string[] {
    const style = list.attributes['text:style-name'] ?? above;
    const isNumbered = this.styles.numbered.get(style)?.has(level) === true;
    // A list that goes on says so: `text:continue-numbering`, or with a number at an item.
    let number = 0;
    return elements(list, 'text:list-item', 'text:list-header').flatMap((item) => {
      const own = elements(item, 'text:p', 'text:h').map(this.#line).filter(Boolean);
      number = Number(item.attributes['text:start-value'] ?? number + 1) || number + 1;
      const mark = isNumbered && item.name === 'text:list-item' ? `${number}. ` : '- ';
      const below = indent + ' '.repeat(mark.length);
      const nested = elements(item, 'text:list').flatMap((inner) => this.#list(inner, below, level + 1, style));
      return [...own.map((text, i) => (i === 0 ? indent + mark : below) + text), ...nested];
    });
  }

  /** Rows of a table as texts, those that are repeated as often as they are. */
  #rows(table: XmlElement): string[][] {
    const groups = ['table:table-header-rows', 'table:table-rows', 'table:table-row-group'];
    return elements(table, 'table:table-row', ...groups).flatMap((row) => {
      if (row.name !== 'table:table-row') return this.#rows(row);
      const cells = elements(row, 'table:table-cell', 'table:covered-table-cell').flatMap((cell) =>
        Array<string>(count(cell.attributes['table:number-columns-repeated'])).fill(
          elements(cell, 'text:p', 'text:h').map(this.#line).join(' '),
        ),
      );
      while (cells.at(-1) === '') cells.pop();
      return Array<string[]>(cells.length === 0 ? 1 : count(row.attributes['table:number-rows-repeated'])).fill(cells);
    });
  }

  #table(table: XmlElement, place: { page?: number }): void {
    const rows = this.#rows(table).filter((row) => row.length > 0);
    const width = Math.max(0, ...rows.map(({ length }) => length));
    const [header, ...body] = rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
    if (header) this.#put({ kind: 'table', header, rows: body, ...place });
  }

  /** A sheet: its name, and what stands in it. */
  sheet(table: XmlElement): void {
    const name = table.attributes['table:name'] ?? '';
    const rows = this.#rows(table);
    if (this.styles.hidden.has(table.attributes['table:style-name'] ?? '')) {
      this.hidden.push(name);
      this.dropped.push({
        text: [name, ...rows.map((row) => row.filter(Boolean).join(' | ')).filter(Boolean)].join('\n'),
        reason: 'hidden',
      });
      return;
    }
    const found = sheetBlocks(rows);
    if (found.length > 0) this.blocks.push({ kind: 'heading', level: 1, text: name }, ...found);
  }
}

/**
 * An OpenDocument text (.odt), spreadsheet (.ods) or presentation (.odp) as blocks. Comments, deleted text, tables of
 * contents, notes of slides and hidden sheets are left out and listed.
 */
export function readOdf(bytes: Uint8Array): ReadResult {
  // Formulas are documents within the document.
  const parts = unzip(bytes, (name) => /^(?:(?:[^/]+\/)?content\.xml|META-INF\/manifest\.xml)$/.test(name), 'an OpenDocument file');
  const xml = textOf(parts, 'content.xml');
  if (xml === undefined) throw new DocumentError('it is not an OpenDocument file', 'save it again');
  if (/<manifest:encryption-data/.test(textOf(parts, 'META-INF/manifest.xml') ?? '')) {
    throw new DocumentError('it is encrypted', 'save it without a password');
  }
  const content = parseXml(xml);
  const formulaAt = (href: string): string | undefined => {
    const part = textOf(parts, `${href.replace(/^\.\//, '').replace(/\/$/, '')}/content.xml`);
    const inner = part === undefined ? undefined : parseXml(part);
    const math = descendant(inner, 'math') ?? descendant(inner, 'math:math');
    return math && mathmlText(math);
  };
  const reader = new OdfReader(stylesOf(content), formulaAt);
  const [body] = elements(descendant(content, 'office:body'));
  if (body?.name === 'office:spreadsheet') for (const table of elements(body, 'table:table')) reader.sheet(table);
  else if (body?.name === 'office:presentation') elements(body, 'draw:page').forEach((page, i) => reader.walk(page, i + 1));
  else if (body) reader.walk(body);
  const { blocks, dropped, hidden, objects } = reader;
  const title = blocks.find((block) => block.kind === 'heading');
  const notes = [
    ...(hidden.length > 0 ? [hiddenNote(hidden)] : []),
    ...(objects > 0 ? [`${objects === 1 ? 'an object' : `${objects} objects`} in the text, as charts, left out`] : []),
  ];
  return { ...(title?.kind === 'heading' && { title: title.text }), blocks, dropped, notes };
}
