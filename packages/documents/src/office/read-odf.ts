import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { fencedCode } from '../html/html-blocks.js';
import { mathmlText } from '../mathml-text.js';
import { raised } from '../raised.js';
import { numberedHeadings, numberedLists, startOf, writtenLabel, type NumberedLevels } from './odf-numbers.js';
import { hiddenNote, sheetBlocks } from './read-xlsx.js';
import { textOf, unzip } from './unzip.js';
import { descendant, elements, isXmlElement, parseXml, textIn, type XmlElement } from './xml.js';
import { mostOf } from '../most-of.js';

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

/** The styles of a text that are titles, that are code, and sheets that are not shown. */
interface Styles {
  /** Styles of code, by paragraph. */
  readonly codes: ReadonlySet<string>;
  /** Styles of what stands above or below the line. */
  readonly raised: ReadonlyMap<string, 'sup' | 'sub'>;
  /** Lists with numbers, by the name of their style. */
  readonly numbered: ReadonlyMap<string, NumberedLevels>;
  readonly headings: NumberedLevels;
  /** Styles of headings that have no numbers, or those of a list. */
  readonly unnumbered: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  /** Sheets, paragraphs and runs that are not shown. */
  readonly hidden: ReadonlySet<string>;
}

function stylesOf(content: XmlElement, common: XmlElement): Styles {
  const automatic = [
    ...elements(descendant(common, 'office:styles'), 'style:style'),
    ...elements(descendant(content, 'office:automatic-styles'), 'style:style'),
  ];
  const named = (those: readonly XmlElement[]): Set<string> => new Set(those.map(({ attributes }) => attributes['style:name'] ?? ''));
  const isTitle = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Title';
  const parents = new Map(automatic.map((style) => [style.attributes['style:name'] ?? '', style]));
  /** Whether a style hides, or one that it is made of. */
  const isHidden = (style: XmlElement | undefined, depth = 0): boolean => {
    if (!style || depth > 20) return false;
    const display = descendant(style, 'style:text-properties')?.attributes['text:display'];
    if (descendant(style, 'style:table-properties')?.attributes['table:display'] === 'false' || display === 'none') return true;
    return display === undefined && isHidden(parents.get(style.attributes['style:parent-style-name'] ?? ''), depth + 1);
  };
  const isCode = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Preformatted_20_Text';
  const raised = automatic.flatMap((style) => {
    const position = descendant(style, 'style:text-properties')?.attributes['style:text-position'] ?? '';
    const tag = /^super|^[1-9]/.test(position) ? 'sup' : /^sub|^-/.test(position) ? 'sub' : undefined;
    return tag ? [[style.attributes['style:name'] ?? '', tag] as const] : [];
  });
  /** Whether a style of headings, or one that it is made of, names a list: that of all headings is none by name. */
  const hasOwnList = (style: XmlElement | undefined, depth = 0): boolean => {
    if (!style || depth > 20) return false;
    const list = style.attributes['style:list-style-name'];
    return list === undefined ? hasOwnList(parents.get(style.attributes['style:parent-style-name'] ?? ''), depth + 1) : list !== 'Outline';
  };
  return {
    codes: named(automatic.filter(isCode)).add('Preformatted_20_Text'),
    raised: new Map(raised),
    numbered: numberedLists(content, common),
    headings: numberedHeadings(common),
    unnumbered: named(automatic.filter((style) => hasOwnList(style))),
    titles: named(automatic.filter(isTitle)).add('Title'),
    hidden: named(automatic.filter((style) => isHidden(style))),
  };
}

/** The part of a file that holds the styles with names. */
const commonStyles = (parts: ReadonlyMap<string, Uint8Array>): XmlElement => parseXml(textOf(parts, 'styles.xml') ?? '<none/>');

/** What stands in a document within the document: a formula, or the table of a chart's values. */
interface EmbeddedObject {
  readonly formula?: string;
  readonly chart?: XmlElement;
}

/** The last number at each level of a list; not a number where it is not known. */
type Numbers = number[];

/** Reads the body of an OpenDocument file. */
class OdfReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  readonly hidden: string[] = [];
  objects = 0;
  #notes: string[] = [];
  /** Values of charts, for behind the paragraph that holds them. */
  #charts: string[][][] = [];
  /** Lists that others may go on with: by their names, and the one before. */
  readonly #lists = new Map<string, Numbers>();
  /** The last number at each level of headings. */
  readonly #headings: Numbers = [];
  #last: { readonly style: string; readonly numbers: Numbers } | undefined;

  constructor(
    private readonly styles: Styles,
    private readonly objectAt: (href: string) => EmbeddedObject | undefined,
  ) {}

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
      const text = [this.#headingNumber(element, level), this.#line(element)].filter(Boolean).join(' ');
      this.#put({ kind: 'heading', level, text, ...place });
    } else if (name === 'text:p') {
      const isTitle = this.styles.titles.has(attributes['text:style-name'] ?? '');
      this.#put(
        isTitle
          ? { kind: 'heading', level: 1, text: this.#line(element) }
          : { kind: 'paragraph', text: this.#paragraph(element), ...place },
      );
    } else if (name === 'text:list') this.#put({ kind: 'list', text: this.#topList(element).join('\n'), ...place });
    else if (name === 'table:table') this.#table(element, place);
    else if (attributes['presentation:class'] === 'title') {
      this.#put({ kind: 'heading', level: 1, text: textIn(element).replace(/\s+/g, ' ').trim(), ...place });
    } else if (name === 'draw:object') this.#put({ kind: 'paragraph', text: this.#object(element), ...place });
    else if (AROUND.has(name)) this.walk(element, page);
  }

  /** The number that a heading has by its level; undefined where it has none, or no words. */
  #headingNumber(element: XmlElement, level: number): string | undefined {
    const { attributes } = element;
    const { headings, unnumbered } = this.styles;
    const numbered = headings.get(level);
    const isBare = attributes['text:is-list-header'] === 'true' || unnumbered.has(attributes['text:style-name'] ?? '');
    if (!numbered || isBare) return undefined;
    for (let above = 0; above < level - 1; above++) this.#headings[above] ??= Number.NaN;
    this.#headings.length = level;
    const last = attributes['text:restart-numbering'] === 'true' ? undefined : this.#headings[level - 1];
    this.#headings[level - 1] = startOf(attributes) ?? (last ?? numbered.start - 1) + 1;
    return textIn(element).trim() === '' ? undefined : writtenLabel(headings, level, this.#headings);
  }

  #paragraph = (element: XmlElement): string =>
    this.#inline(element)
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .trim();
  #line = (element: XmlElement): string => this.#inline(element).replace(/\s+/g, ' ').trim();

  /** Numbers that a list goes on with: those of the list it names, or of the one before it where that is of its style. */
  #goesOn({ attributes }: XmlElement, style: string): Numbers {
    const named = attributes['text:continue-list'];
    if (named !== undefined) return this.#lists.get(named) ?? [Number.NaN];
    if (attributes['text:continue-numbering'] !== 'true' || !this.#last) return [];
    return this.#last.style === style ? this.#last.numbers : [Number.NaN];
  }

  #topList(list: XmlElement): string[] {
    const style = list.attributes['text:style-name'] ?? '';
    const numbers = this.#goesOn(list, style);
    const lines = this.#list(list, '', 1, style, numbers);
    this.#lists.set(list.attributes['xml:id'] ?? list.attributes['text:id'] ?? '', numbers);
    this.#last = { style, numbers };
    return lines;
  }

  /** Lines of a list and those in it; an item whose number is not known has a dash. */
  #list(list: XmlElement, indent: string, level: number, style: string, numbers: Numbers): string[] {
    const levels = this.styles.numbered.get(style);
    const start = levels?.get(level)?.start;
    return elements(list, 'text:list-item', 'text:list-header').flatMap((item) => {
      const paragraphs = elements(item, 'text:p', 'text:h');
      const own = paragraphs.map(this.#line).filter(Boolean);
      const isItem = item.name === 'text:list-item' && paragraphs.length > 0;
      if (isItem) numbers[level - 1] = startOf(item.attributes) ?? (numbers[level - 1] ?? (start ?? 1) - 1) + 1;
      // Programs put a list into an item without text where it goes on below the item before.
      else if (item.name === 'text:list-item') numbers[level - 1] ??= Number.NaN;
      const label = isItem && levels ? writtenLabel(levels, level, numbers) : undefined;
      // As Markdown writes it.
      const mark = label === undefined ? '- ' : `${label.replace(/^\d+$/, '$&.')} `;
      const below = indent + ' '.repeat(mark.length);
      const nested = elements(item, 'text:list').flatMap((inner) => {
        const { 'text:continue-numbering': isOn, 'text:continue-list': named, 'text:style-name': innerStyle = style } = inner.attributes;
        if (named !== undefined || (!isItem && numbers.length > level)) numbers[level] = Number.NaN;
        else if (isOn !== 'true') numbers.length = level;
        return this.#list(inner, below, level + 1, innerStyle, numbers);
      });
      return [...own.map((text, i) => (i === 0 ? indent + mark : below) + text), ...nested];
    });
  }

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
    const width = mostOf(rows.map(({ length }) => length));
    const [header, ...body] = rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
    if (header) this.#put({ kind: 'table', header, rows: body, ...place });
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
  const reader = new OdfReader(stylesOf(content, commonStyles(parts)), objectAt);
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
