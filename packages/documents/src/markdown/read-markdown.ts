import type Token from 'markdown-it/lib/token.mjs';
import { normalizeReference } from 'markdown-it/lib/common/utils.mjs';
import type { Block, Dropped, ReadResult } from '../document.js';
import { fencedCode } from '../make-block.js';
import { pipeRow } from '../render-block.js';
import { cleanCode, cleanMarkdown, resolveLinks, type Resolve } from './clean-markdown.js';
import { plainIndented, plainMdx } from './dialects.js';
import { frontMatter } from './front-matter.js';
import { parseBlocks, plainText, type MarkdownEnvironment } from './markdown-parser.js';
import { pieces } from './pieces.js';

/** A block, or HTML that is still to be read. */
type Raw = Block | { readonly kind: 'html'; readonly text: string; readonly line: number };

/** Tags whose content has a structure of its own. */
const structured = /<(?:table|ul|ol|dl|pre|h[1-6]|math)[\s>]/i;

/** Lines of a text, the first and the one behind the last, 0-based. */
type Lines = readonly [from: number, to: number];

/** The lines of code within the block that begins with a token. */
function codesWithin(tokens: readonly Token[], at: number): Lines[] {
  const codes: Lines[] = [];
  for (let i = at + 1; tokens[i] && tokens[i]!.level > 0; i++) {
    const { type, map } = tokens[i]!;
    if (map && (type === 'code_block' || type === 'fence')) codes.push(map);
  }
  return codes;
}

/** Where each line of a text begins, and one more: its end. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (starts.at(-1) !== text.length) starts.push(text.length);
  return starts;
}

/** Reads one piece of a document after the other. */
class MarkdownReader {
  readonly raw: Raw[] = [];
  readonly dropped: Dropped[] = [];
  readonly #env: MarkdownEnvironment = { definitions: [] };
  #images = 0;
  #text = '';
  #starts: readonly number[] = [];

  constructor(/** Lines before the piece that is read. */ private before: number) {}

  get images(): number {
    return this.#images;
  }

  get hasReferences(): boolean {
    return Object.keys(this.#env.references ?? {}).length > 0;
  }

  readonly resolve: Resolve = (label) => this.#env.references?.[normalizeReference(label)]?.href;

  read(piece: string): void {
    this.#text = piece;
    this.#starts = lineStarts(piece);
    this.#env.definitions = [];
    const tokens = parseBlocks(piece, this.#env);
    for (const [from, to] of this.#env.definitions) this.drop('link-definition', this.#lines(from, to), this.before + from + 1);
    let behind = 0;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (token.level > 0 || !token.map || token.nesting < 0 || token.map[0] < behind) continue;
      behind = this.#visit(token, tokens[i + 1], codesWithin(tokens, i));
    }
    this.before += this.#starts.length - 1;
  }

  drop(reason: string, text: string, line: number): void {
    if (reason === 'image') this.#images++;
    const isLong = text.length > 200 && reason === 'image';
    this.dropped.push({ text: isLong ? `${text.slice(0, 60)}… (${text.length.toLocaleString('en')} characters)` : text, reason, line });
  }

  #slice = (from: number, to: number): string => this.#text.slice(this.#starts[from], this.#starts[to] ?? this.#text.length);

  #lines = (from: number, to: number): string => this.#slice(from, to).trimEnd();

  /** Takes a block; gives the line behind it. */
  #visit(token: Token, next: Token | undefined, codes: readonly Lines[]): number {
    const [from, to] = token.map!;
    const line = this.before + from + 1;
    const clean = (text: string): string => cleanMarkdown(text, (reason, left) => this.drop(reason, left, line));
    switch (token.type) {
      case 'heading_open': {
        const text = this.#headingText(clean(next?.content ?? ''));
        if (text) this.raw.push({ kind: 'heading', level: Number(token.tag.slice(1)), text, line });
        return to;
      }
      case 'table_open':
        this.raw.push({ ...this.#table(from, to, clean), line });
        return to;
      case 'fence': {
        const text = this.#lines(from, to);
        const isOpen = !text.trimEnd().endsWith(token.markup) || to - from < 2;
        this.raw.push({ kind: 'code', text: clean(isOpen ? `${text}\n${token.markup}` : text), line });
        return to;
      }
      case 'code_block':
        this.raw.push({ kind: 'code', text: fencedCode(token.content.trimEnd()), line });
        return to;
      case 'formula':
        this.raw.push({ kind: 'formula', text: this.#lines(from, to), line });
        return to;
      case 'html_block':
        return this.#html(from, to, line);
      case 'hr':
        return to;
      case 'footnote':
        this.#put('paragraph', clean(this.#lines(from, to).replace(/\n(?: {1,4}|\t)/g, '\n')), line);
        return to;
      default:
        this.#put(kinds[token.type] ?? 'paragraph', this.#aroundCode(from, to, codes, clean), line);
        return to;
    }
  }

  /** Lines cleaned, but for the code in them. */
  #aroundCode(from: number, to: number, codes: readonly Lines[], clean: (text: string) => string): string {
    let text = '';
    let at = from;
    for (const [first, behind] of codes) {
      text +=
        clean(this.#slice(at, first)) +
        cleanCode(this.#slice(first, behind), (reason, left) => this.drop(reason, left, this.before + first + 1));
      at = behind;
    }
    return text + clean(this.#slice(at, to));
  }

  #put(kind: 'paragraph' | 'list' | 'quote', text: string, line: number): void {
    const said = kind === 'quote' ? text.replace(/^ {0,3}> ?/gm, '') : text;
    if (said.trim() !== '') this.raw.push({ kind, text: said.replace(/^\n+/, '').trimEnd(), line });
  }

  #headingText = (text: string): string =>
    plainText(
      text
        .trimEnd()
        .replace(/\{[#.:][^{}]*\}$/, '')
        .trimEnd(),
    )
      .replace(/¶$/, '')
      .replace(/\s+/g, ' ')
      .trim();

  /** HTML between lines of Markdown: a table of it may have blank lines, which end it for the parser. */
  #html(from: number, to: number, line: number): number {
    let end = to;
    let text = this.#lines(from, to);
    if (/<table[\s>]/i.test(text) && !/<\/table/i.test(text)) {
      const close = /<\/table\s*>/gi;
      close.lastIndex = this.#starts[to] ?? this.#text.length;
      const found = close.exec(this.#text);
      while (found && end < this.#starts.length - 1 && this.#starts[end]! <= found.index) end++;
      text = this.#lines(from, end);
    }
    if (/^\s*<(?:script|style)[\s>]/i.test(text)) this.drop('hidden', text, line);
    else if (structured.test(text)) this.raw.push({ kind: 'html', text, line });
    else {
      this.#put(
        'paragraph',
        cleanMarkdown(text, (reason, left) => this.drop(reason, left, line)),
        line,
      );
    }
    return end;
  }

  /** Cells by their bars: the parser leaves out those that the header has no column for. */
  #table(from: number, to: number, clean: (text: string) => string): Extract<Block, { kind: 'table' }> {
    const source = this.#lines(from, to);
    const cells = source.split('\n').map(pipeRow);
    const [header = [], , ...rows] = /[<[]|data:/.test(source)
      ? cells.map((row) => row.map((cell) => clean(cell).replaceAll('\n', ' ').trim()))
      : cells;
    const width = rows.reduce((most, row) => Math.max(most, row.length), header.length);
    return { kind: 'table', header: [...header, ...Array<string>(width - header.length).fill('')], rows };
  }
}

const kinds: Readonly<Record<string, 'paragraph' | 'list' | 'quote'>> = {
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  blockquote_open: 'quote',
};

const footnote = /^ {0,3}\[\^([^\]\s]+)\]:[ \t]*/;

/** Puts footnotes behind the block that names them first: a chunk without its footnote says less than the page did. */
function withFootnotes(blocks: readonly Block[]): Block[] {
  const notes = new Map<string, Block[]>();
  const text: Block[] = [];
  for (const block of blocks) {
    if (block.kind !== 'paragraph' || !footnote.test(block.text)) text.push(block);
    else {
      const [, label = ''] = footnote.exec(block.text) ?? [];
      const said = notes.get(label) ?? [];
      notes.set(label, said);
      said.push(block);
    }
  }
  if (notes.size === 0) return [...blocks];
  const placed = text.flatMap((block) => {
    const names = block.kind === 'table' ? [block.header, ...block.rows].flat().join(' ') : block.text;
    if (!names.includes('[^')) return [block];
    const found = Array.from(names.matchAll(/\[\^([^\]\s]+)\]/g), ([, label]) => label!).flatMap((label) => {
      const note = notes.get(label) ?? [];
      notes.delete(label);
      return note;
    });
    return [block, ...found];
  });
  return [...placed, ...[...notes.values()].flat()];
}

/** Links by label become links by address, once all labels are known. */
function resolved(block: Block, resolve: Resolve): Block {
  if (block.kind === 'code' || block.kind === 'formula' || block.kind === 'heading') return block;
  const clean = (text: string): string => (text.includes('[') ? resolveLinks(text, resolve) : text);
  if (block.kind !== 'table') return { ...block, text: clean(block.text) };
  return { ...block, header: block.header.map(clean), rows: block.rows.map((row) => row.map(clean)) };
}

/** The blocks of a text, those of the HTML in it among them. */
async function htmlRead(reader: MarkdownReader): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const raw of reader.raw) {
    if (raw.kind !== 'html') {
      blocks.push(raw);
      continue;
    }
    const { readHtmlFragment } = await import('../html/read-html.js');
    const { blocks: found, dropped } = readHtmlFragment(raw.text);
    for (const block of found) blocks.push({ ...block, line: raw.line });
    for (const { text, reason } of dropped) reader.drop(reason, text, raw.line);
  }
  return blocks;
}

/**
 * Markdown (CommonMark; tables, footnotes and formulas of GitHub; MDX, by the name of the `file`) as blocks. Front matter,
 * comments, link definitions, tags of HTML and pictures in letters are left out and listed. `line` counts from 1.
 *
 * @example
 * const { blocks } = await readMarkdown('# Pump\n\nOpen the valve.\n');
 * // [{ kind: 'heading', level: 1, text: 'Pump', line: 1 }, { kind: 'paragraph', text: 'Open the valve.', line: 3 }]
 */
export async function readMarkdown(markdown: string, file = ''): Promise<ReadResult> {
  const front = frontMatter(markdown);
  const before = front ? markdown.slice(0, front.length).split('\n').length - 1 : 0;
  const reader = new MarkdownReader(before);
  if (front) reader.drop('front-matter', front.text, 1);
  const text = front ? markdown.slice(front.length) : markdown;
  const plain = plainMdx(text, file, (what) => reader.drop(what.reason, what.text, before + what.line));
  for (const piece of pieces(plainIndented(plain))) reader.read(piece);
  let blocks = await htmlRead(reader);
  if (reader.hasReferences) blocks = blocks.map((block) => resolved(block, reader.resolve));
  blocks = withFootnotes(blocks);
  const top = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  const named = front?.title ?? (top?.kind === 'heading' ? top.text : undefined);
  const notes = reader.images > 0 ? [`${reader.images === 1 ? 'a picture' : `${reader.images} pictures`} in the text left out`] : [];
  return { ...(named !== undefined && { title: named }), blocks, dropped: reader.dropped, notes };
}
