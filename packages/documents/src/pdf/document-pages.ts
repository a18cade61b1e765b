import type { Dropped, ReadResult } from '../document.js';
import { axisNumbers } from './axis-numbers.js';
import { edgeLines, findFurniture, SizeCount, type EdgeLine } from './furniture.js';
import { findHeadings } from './headings.js';
import { countWords } from './join-lines.js';
import { makeBlocks } from './make-blocks.js';
import type { OutlineEntry } from './outline.js';
import { PackedWords, StyleTable } from './packed-words.js';
import type { PageContent, Word } from './page-content.js';
import { areContents, keptOf, readParts, type DocumentPart, type Part } from './page-parts.js';
import { findRuledTables, type PageTable } from './ruled-tables.js';
import { ARTIFACT, TagCount, taggedParts } from './tagged-parts.js';

/** A table whose words are numbers of those of its page. */
interface KeptTable extends Omit<PageTable, 'words'> {
  readonly words: readonly number[];
}

/** A page as it is kept until all were read. */
interface KeptPage {
  readonly content: Omit<PageContent, 'words' | 'turned' | 'hidden'>;
  /** Those of recognised pages stay as they are, since they are in lines already. */
  readonly words: PackedWords | Word[];
  readonly tables: readonly KeptTable[];
}

/** Tables that reach over more of a page than this keep their words, whatever the edge that they stand at. */
const TALL_TABLE = 0.2;

const textOf = (words: Iterable<Word>): string => Array.from(words, ({ text }) => text).join(' ');

/**
 * Puts a document together from its pages. What can be said of a page alone is found out when it is added, and then the page is kept
 * small; what stands on all pages, and how large their letters are, is known at the end, when one page after the other is laid out.
 */
export class DocumentPages {
  readonly #pages: KeptPage[] = [];
  readonly #looks = new StyleTable();
  readonly #edges: EdgeLine[] = [];
  readonly #sizes = new SizeCount();
  readonly #tags = new TagCount();
  readonly #figures: Dropped[] = [];
  readonly #unread: Dropped[] = [];
  #hasText = false;

  /** Whether any page has words. */
  get hasText(): boolean {
    return this.#hasText;
  }

  get count(): number {
    return this.#pages.length;
  }

  add({ turned, hidden, ...content }: PageContent): void {
    const { page, height } = content;
    this.#hasText ||= content.words.length + turned.length > 0;
    if (hidden !== '') this.#unread.push({ text: hidden, reason: 'hidden', page });
    if (turned.length > 0) this.#unread.push({ text: textOf(turned), reason: 'margin', page });
    const axes = axisNumbers(content.words);
    if (axes.size > 0) this.#figures.push({ text: textOf(axes), reason: 'figure', page });
    const words = axes.size === 0 ? content.words : content.words.filter((word) => !axes.has(word));
    const whole = { ...content, words, turned, hidden };
    const tables = findRuledTables(words, content.rulings, page);
    const inTables = new Set(tables.flatMap((table) => (table.y1 - table.y0 > height * TALL_TABLE ? [...table.words] : [])));
    for (const line of edgeLines(whole, inTables)) this.#edges.push(line);
    this.#sizes.add(words);
    this.#tags.add(whole);
    const numbers = tables.length === 0 ? undefined : new Map(words.map((word, i) => [word, i]));
    const { words: _words, ...rest } = content;
    this.#pages.push({
      content: rest,
      words: content.recognized ? words : new PackedWords(words, this.#looks),
      tables: tables.map((table) => ({ ...table, words: [...table.words].map((word) => numbers!.get(word)!) })),
    });
  }

  /** The blocks of all pages, and what of them is no part of the text. To be called once, at the end: pages are given up on the way. */
  toBlocks(outline: readonly OutlineEntry[]): Pick<ReadResult, 'blocks' | 'dropped'> {
    const { body } = this.#sizes;
    const furniture = findFurniture(this.#edges, this.#pages.length, body);
    const dropped = [...this.#figures, ...furniture.dropped];
    const parts = this.#parts(body, furniture.words, dropped);
    const paragraphs = parts.flatMap(({ paragraph }) => paragraph ?? []);
    const lines = paragraphs.flatMap((paragraph) => paragraph.lines);
    const headings = findHeadings(paragraphs, outline, body);
    const mono = lines.filter(({ style }) => style.isMono).length;
    const vocabulary = countWords(lines.map(({ text }) => text));
    for (const one of this.#unread) dropped.push(one);
    return { blocks: makeBlocks(parts, { headings, vocabulary, body, isMono: mono > lines.length / 2 }), dropped };
  }

  #parts(body: number, furniture: ReadonlyMap<number, readonly number[]>, dropped: Dropped[]): DocumentPart[] {
    const useTags = this.#tags.areUseful;
    const all: DocumentPart[] = [];
    let isContents = false;
    for (const { content: kept, words: packed, tables: keptTables } of this.#pages.splice(0)) {
      const words = packed instanceof PackedWords ? packed.unpack() : packed;
      const content = { ...kept, words, turned: [], hidden: '' };
      const left = new Set((furniture.get(kept.page) ?? []).map((number) => words[number]!));
      let parts: Part[];
      if (useTags) parts = partsByTags(content, left, body, dropped);
      else {
        const tables = keptTables.map((table) => ({ ...table, words: new Set(table.words.map((number) => words[number]!)) }));
        parts = readParts(content, tables, left, body, isContents);
        isContents = areContents(parts);
      }
      for (const part of parts) all.push(keptOf(part));
    }
    return all;
  }
}

/** The parts of a tagged page, by its tags and then by the looks of what has none; what the file says to be no text is dropped. */
function partsByTags(content: PageContent, left: ReadonlySet<Word>, body: number, dropped: Dropped[]): Part[] {
  const { parts, rest } = taggedParts(content, left);
  const artifacts = rest.filter(({ style, text }) => style.mcid === ARTIFACT && text !== '•');
  if (artifacts.length > 0) dropped.push({ text: textOf(artifacts), reason: 'artifact', page: content.page });
  const words = rest.filter(({ style }) => style.mcid !== ARTIFACT);
  return [...parts, ...readParts({ ...content, words }, [], left, body, false)];
}
