import type { Block, Dropped } from '../document.js';
import { childrenOf, elementsIn, isElement, isText, type DomElement } from './dom.js';
import { fencedCode } from '../make-block.js';
import { writtenNumber } from '../number-label.js';
import { renderBlock } from '../render-block.js';
import { InlineText, preformatted, tidy, type Tally } from './inline-text.js';
import { whySkipped } from './skipped-element.js';
import { cellsOf, rowsOf, tableOf } from './table-of.js';

/** A block of a page, and what is needed to judge whether it belongs to the article. */
export interface Candidate {
  readonly block: Block;
  /** The element that holds it. */
  readonly element: DomElement;
  /** Share of its text that leads elsewhere. */
  readonly linkDensity: number;
}

const blockNames = new Set(
  (
    'address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 ' +
    'h5 h6 header hgroup hr ' +
    'html li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);

const listNames = /^(?:ul|ol|menu|dir)$/;
/** A sign that leads to the heading's own address. */
const headingMark = /[¶§🔗]$/u;

const isMain = (element: DomElement): boolean =>
  element.localName === 'main' || element.localName === 'article' || element.getAttribute('role') === 'main';

const hasBlock = (element: DomElement): boolean => {
  for (const child of elementsIn(element)) if (blockNames.has(child.localName) || hasBlock(child)) return true;
  return false;
};

/** Code that a page shows in an element for each line: GitHub, Gist, SyntaxHighlighter and CodeMirror. */
const isShownByLines = /(?:^|\s)(?:js-file-line-container|react-code-lines|syntaxhighlighter|CodeMirror-code)(?:\s|$)/;
const LINES = '.blob-code,.react-file-line,td.code .line,.CodeMirror-line';

const languageOf = (pre: DomElement): string => {
  for (const element of [
    pre.querySelector('code'),
    pre,
    pre.parentNode as DomElement | null,
    pre.parentNode?.parentNode as DomElement | null,
  ]) {
    const named = element && typeof element.getAttribute === 'function' ? (element.getAttribute('class') ?? '') : '';
    const [, language] = /(?:language|lang|highlight|brush:?)[-\s]([\w+#-]+)/.exec(named) ?? [];
    if (language && !/^(?:text|default|none|plaintext|notranslate)$/.test(language)) return language;
  }
  return '';
};

/** Whether a table only puts things beside each other: what has headings of columns and no blocks in it is none. */
function isLayout(table: DomElement, rows: readonly (readonly DomElement[])[]): boolean {
  const isWide = rows.some(({ length }) => length > 1);
  const looks =
    /^(?:presentation|none)$/.test(table.getAttribute('role') ?? '') ||
    !isWide ||
    /highlighttable|linenodiv/.test(table.getAttribute('class') ?? '') ||
    table.querySelector('h1,h2,h3,h4,table,pre') !== null;
  if (!looks) return false;
  return rows.length <= 1 || !isWide || table.querySelector('th') === null || table.querySelector('h1,h2,h3,h4') !== null;
}

const FORMATS: Readonly<Record<string, string>> = { a: 'lowerLetter', A: 'upperLetter', i: 'lowerRoman', I: 'upperRoman' };
const wholeIn = (element: DomElement, name: string): number | undefined => {
  const number = Number.parseInt(element.getAttribute(name) ?? '', 10);
  return Number.isNaN(number) ? undefined : number;
};

/** The marks of the items of a list with numbers, one after the other, as a browser shows them. */
function numberedMarks(list: DomElement): (item: DomElement) => string {
  const isReversed = list.hasAttribute('reversed');
  const format = FORMATS[list.getAttribute('type') ?? ''] ?? 'decimal';
  const items = isReversed ? Array.from(elementsIn(list)).filter(({ localName }) => localName === 'li').length : 1;
  let number = wholeIn(list, 'start') ?? items;
  return (item) => {
    number = wholeIn(item, 'value') ?? number;
    const written = writtenNumber(format, number) ?? String(number);
    number += isReversed ? -1 : 1;
    return `${written}. `;
  };
}

/** Turns the tree of a page into blocks in reading order. */
export class HtmlBlocks {
  readonly candidates: Candidate[] = [];
  readonly dropped: Dropped[] = [];
  readonly #tally: Tally = { chars: 0, links: 0 };
  readonly #inline: InlineText;

  constructor() {
    this.#inline = new InlineText(this.#tally, (why, element) => this.#skip(why, element));
  }

  #skip(why: string, element: DomElement): void {
    if (why === 'silent') return;
    // A drawing's styles are no words of it.
    const parts = element.localName === 'svg' ? [...element.querySelectorAll('text')] : [element];
    const text = parts
      .map(({ textContent }) => textContent)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim();
    if (text !== '') this.dropped.push({ text, reason: why });
  }

  #put(block: Block, element: DomElement, before: Tally): void {
    const chars = this.#tally.chars - before.chars;
    const linkDensity = chars === 0 ? 0 : (this.#tally.links - before.links) / chars;
    this.candidates.push({ block, element, linkDensity });
  }

  /** All that an element holds: paragraphs of what stands between blocks, and the blocks. */
  walk(element: DomElement, isInMain: boolean): void {
    let run = '';
    let before = { ...this.#tally };
    const flush = (): void => {
      const text = tidy(run);
      if (text !== '') this.#put({ kind: 'paragraph', text }, element, before);
      run = '';
      before = { ...this.#tally };
    };
    for (const child of childrenOf(element)) {
      if (isText(child) || (isElement(child) && !blockNames.has(child.localName) && !hasBlock(child))) {
        run += this.#inline.of(child);
        continue;
      }
      if (!isElement(child)) continue;
      flush();
      this.#visit(child, isInMain);
      before = { ...this.#tally };
    }
    flush();
  }

  #visit(element: DomElement, isInMain: boolean): void {
    const name = element.localName;
    const why = whySkipped(element, isInMain);
    // A label or a legend around whole blocks is a layout, not the name of a field.
    if (why && !(why === 'form' && hasBlock(element))) return this.#skip(why, element);
    if (name === 'hr') return;
    if (name === 'dl') return this.#definitions(element, isInMain);
    const before = { ...this.#tally };
    const block = this.#blockOf(element, name);
    if (block === undefined && name === 'table') return this.#table(element, isInMain);
    if (block === undefined) this.walk(element, isInMain || isMain(element));
    else if (block) this.#put(block, element, before);
  }

  /** The one block that an element is: null where it says nothing, undefined where it holds others. */
  #blockOf(element: DomElement, name: string): Block | null | undefined {
    if (/^h[1-6]$/.test(name)) {
      const text = tidy(this.#inline.within(element)).replaceAll('\n', ' ').replace(headingMark, '').trim();
      return text ? { kind: 'heading', level: Number(name[1]), text } : null;
    }
    if (name === 'pre') {
      const code = preformatted(element).trimEnd();
      this.#tally.chars += code.length;
      return code ? { kind: 'code', text: fencedCode(code, languageOf(element)) } : null;
    }
    if (listNames.test(name)) {
      const text = this.#list(element, '');
      return text ? { kind: 'list', text } : null;
    }
    if (isShownByLines.test(element.getAttribute('class') ?? '')) {
      const code = Array.from(element.querySelectorAll(LINES), (line) => preformatted(line).replaceAll('\u00a0', ' ').replace(/\n$/, ''));
      this.#tally.chars += code.join('').length;
      if (code.length > 0) return { kind: 'code', text: fencedCode(code.join('\n')) };
    }
    if (name !== 'blockquote') return undefined;
    const text = element.querySelector('pre,ul,ol,dl,table') ? this.#quoted(element) : tidy(this.#inline.within(element));
    return text ? { kind: 'quote', text } : null;
  }

  /** What a quotation says that has lists, code or tables in it. */
  #quoted(element: DomElement): string {
    const inside = new HtmlBlocks();
    inside.walk(element, true);
    this.dropped.push(...inside.dropped);
    this.#tally.chars += inside.#tally.chars;
    this.#tally.links += inside.#tally.links;
    return inside.candidates.map(({ block }) => renderBlock(block)).join('\n\n');
  }

  /** Items with their marks; lists, code and paragraphs within an item are indented below it. */
  #list(list: DomElement, indent: string): string {
    const lines: string[] = [];
    const markOf = list.localName === 'ol' ? numberedMarks(list) : () => '- ';
    for (const item of childrenOf(list)) {
      if (!isElement(item)) {
        // Text between items belongs to none of them.
        if (isText(item) && item.textContent.trim() !== '') lines.push(indent + tidy(this.#inline.of(item)));
        continue;
      }
      if (item.localName === 'ul' || item.localName === 'ol') {
        lines.push(this.#list(item, `${indent}  `));
        continue;
      }
      const why = whySkipped(item, true);
      if (why) {
        this.#skip(why, item);
        continue;
      }
      const mark = markOf(item);
      const parts = this.#itemParts(item, indent + ' '.repeat(mark.length));
      if (parts.length > 0) lines.push(indent + mark + parts[0]!.trimStart(), ...parts.slice(1));
    }
    return lines.filter(Boolean).join('\n');
  }

  #itemParts(item: DomElement, indent: string): string[] {
    const parts: string[] = [];
    let run = '';
    const indented = (text: string): string =>
      text
        .split('\n')
        .map((line) => (line === '' ? line : indent + line))
        .join('\n');
    const flush = (): void => {
      const text = tidy(run);
      if (text !== '') parts.push(indented(text));
      run = '';
    };
    const take = (element: DomElement): void => {
      for (const child of childrenOf(element)) {
        if (!isElement(child)) run += this.#inline.of(child);
        else if (/^(?:ul|ol|menu)$/.test(child.localName)) {
          flush();
          parts.push(this.#list(child, indent));
        } else if (child.localName === 'pre') {
          flush();
          parts.push(indented(fencedCode(preformatted(child).trimEnd(), languageOf(child))));
        } else if (blockNames.has(child.localName) && child.localName !== 'table' && !whySkipped(child, true)) {
          flush();
          take(child);
          flush();
        } else run += this.#inline.of(child);
      }
    };
    take(item);
    flush();
    return parts.filter((part) => part.trim() !== '');
  }

  #table(table: DomElement, isInMain: boolean): void {
    const rows = Array.from(rowsOf(table), ({ element }) => cellsOf(element));
    if (isLayout(table, rows)) {
      for (const caption of elementsIn(table)) if (caption.localName === 'caption') this.walk(caption, isInMain);
      for (const cell of rows.flat()) if (whySkipped(cell, true) === undefined) this.walk(cell, isInMain);
      return;
    }
    const before = { ...this.#tally };
    const block = tableOf(table, this.#inline);
    if (block) this.#put(block, table, before);
  }

  /** Terms and what they mean: a list where each meaning is a line, else the blocks that they hold. */
  #definitions(list: DomElement, isInMain: boolean): void {
    const pairs = Array.from(elementsIn(list)).flatMap((child) => (child.localName === 'div' ? Array.from(elementsIn(child)) : [child]));
    const isPlain = pairs.every((child) => (child.localName === 'dt' || child.localName === 'dd') && !hasBlock(child));
    if (!isPlain) {
      for (const child of pairs) {
        if (child.localName === 'dt' || child.localName === 'dd') this.walk(child, isInMain);
        else this.#visit(child, isInMain);
      }
      return;
    }
    const before = { ...this.#tally };
    const lines: string[] = [];
    let terms: string[] = [];
    for (const child of pairs) {
      const text = tidy(this.#inline.within(child)).replaceAll('\n', ' ');
      if (child.localName === 'dt') {
        if (text) terms.push(text);
      } else if (text || terms.length > 0) {
        lines.push(`- ${[terms.join(', '), text].filter(Boolean).join(': ')}`);
        terms = [];
      }
    }
    if (terms.length > 0) lines.push(`- ${terms.join(', ')}`);
    if (lines.length > 0) this.#put({ kind: 'list', text: lines.join('\n') }, list, before);
  }
}
