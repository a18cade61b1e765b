import { groupBy } from '@sdg/values';
import { evened, ReachingRows } from '../make-block.js';
import { makeLines, type Line } from './lines.js';
import { around, type PageContent, type Word } from './page-content.js';
import type { Part } from './page-parts.js';
import { cellText } from './ruled-tables.js';
import type { Tag } from './tag-tree.js';

const heading = /^H([1-6])?$/;
/** A word of three letters and more, but for Roman numbers. */
const term = /(?!\b[ivxlcdm]+\b)\b\p{L}{3,}/iu;
const containers = new Set(
  (
    'Document DocumentFragment Part Art Sect Div NonStruct Private Index TOC Aside BlockQuote THead TBody TFoot StructTreeRoot L ' +
    'Figure'
  ).split(' '),
);

const isNote = ({ type }: Tag): boolean => type === 'Note' || type === 'FENote';

/** Words of one element in columns: where the file goes up the page again, another column begins. */
function linesOf(words: readonly Word[], page: number): Line[] {
  const columns: Word[][] = [];
  let lowest = -Infinity;
  for (const word of words) {
    if (columns.length === 0 || word.base < lowest - word.style.size * 1.5) {
      columns.push([]);
      lowest = -Infinity;
    }
    columns.at(-1)!.push(word);
    lowest = Math.max(lowest, word.base);
  }
  return columns.flatMap((column) => makeLines(column, page));
}

/** Reads the parts of a page by its tags; each word is taken once. */
class TaggedPage {
  readonly parts: Part[] = [];
  private readonly byMark: ReadonlyMap<number, readonly Word[]>;
  private readonly taken = new Set<Word>();

  constructor(
    private readonly content: PageContent,
    words: readonly Word[],
  ) {
    this.byMark = groupBy(words, ({ style }) => style.mcid);
  }

  private words(tag: Tag | number | undefined, skip?: (tag: Tag) => boolean): Word[] {
    if (tag === undefined) return [];
    if (typeof tag !== 'number') return skip?.(tag) ? [] : tag.kids.flatMap((kid) => this.words(kid, skip));
    const words = (this.byMark.get(tag) ?? []).filter((word) => !this.taken.has(word));
    for (const word of words) this.taken.add(word);
    return words;
  }

  private paragraph(
    words: readonly Word[],
    role: { readonly level?: number; readonly marker?: string; readonly indent?: number; readonly isNote?: boolean },
  ): void {
    if (words.length === 0) return;
    const lines = linesOf(words, this.content.page);
    const style = lines.reduce((most, one) => (one.text.length > most.text.length ? one : most)).style;
    this.parts.push({ paragraph: { ...around(lines), page: this.content.page, lines, style, gap: 1, isTagged: true, ...role } });
  }

  private table(tag: Tag): void {
    const rowTags = (one: Tag): Tag[] =>
      one.kids.flatMap((kid) =>
        typeof kid !== 'object' ? [] : kid.type === 'TR' ? [kid] : /^T(?:Head|Body|Foot)$/.test(kid.type) ? rowTags(kid) : [],
      );
    for (const kid of tag.kids) if (typeof kid === 'object' && kid.type === 'Caption') this.paragraph(this.words(kid), {});
    const words: Word[] = [];
    const grid = new ReachingRows(false);
    const rows = rowTags(tag).map((row) =>
      grid.row(
        row.kids.map((cell) => {
          const own = this.words(cell);
          words.push(...own);
          const { columns: across, rows: down } = typeof cell === 'object' ? cell : { columns: 1, rows: 1 };
          return { text: cellText(linesOf(own, this.content.page).flatMap((line) => line.words)), across, down };
        }),
      ),
    );
    const width = Math.max(0, ...rows.map((row) => row.length));
    if (words.length === 0) return;
    if (width < 2) return this.paragraph(words, {});
    const full = evened(rows).filter((row) => row.some((cell) => cell !== ''));
    this.parts.push({ table: { ...around(words), page: this.content.page, rows: full, xs: [], isInOrder: true, words: new Set(words) } });
  }

  private item(tag: Tag, depth: number): void {
    const isList = (one: Tag): boolean => one.type === 'L';
    const label = tag.kids.find((kid): kid is Tag => typeof kid === 'object' && kid.type === 'Lbl');
    const labels = label ? this.words(label) : [];
    const said = labels.map(({ text }) => text).join(' ');
    // What is explained is no mark of an item: it is said before the explanation.
    const isTerm = term.test(said);
    const marker = isTerm ? '' : said;
    const body = tag.kids.flatMap((kid) => this.words(kid, (one) => isList(one) || isNote(one)));
    const words = isTerm ? [...labels, ...body] : body;
    this.paragraph(words, { marker: marker === '' ? '•' : marker, indent: depth });
    this.notes(tag);
    const lists = (one: Tag): Tag[] => one.kids.flatMap((kid) => (typeof kid !== 'object' ? [] : isList(kid) ? [kid] : lists(kid)));
    for (const list of lists(tag)) this.walk(list, depth + 1);
  }

  walk(tag: Tag, depth = 0): void {
    const level = heading.exec(tag.type);
    if (tag.type === 'Artifact') return;
    if (level) this.withNotes(tag, { level: Number(level[1] ?? 1) });
    else if (tag.type === 'Title') this.withNotes(tag, { level: 1 });
    else if (tag.type === 'Table') this.table(tag);
    else if (tag.type === 'LI') this.item(tag, depth);
    else if (isNote(tag)) this.paragraph(this.words(tag), { isNote: true });
    else if (
      containers.has(tag.type) ||
      tag.kids.some((kid) => typeof kid === 'object' && /^(?:P|H\d?|L|Table|Div|Sect)$/.test(kid.type))
    ) {
      this.container(tag, depth);
    } else this.withNotes(tag, {});
  }

  /** A text as one paragraph, and behind it the notes that stand in it where they are named. */
  private withNotes(tag: Tag, role: { readonly level?: number }): void {
    this.paragraph(this.words(tag, isNote), role);
    this.notes(tag);
  }

  private notes(tag: Tag): void {
    for (const kid of tag.kids) {
      if (typeof kid !== 'object' || kid.type === 'L') continue;
      if (isNote(kid)) this.walk(kid);
      else this.notes(kid);
    }
  }

  /** Kids that are blocks one by one; runs of text between them as paragraphs. */
  private container(tag: Tag, depth: number): void {
    let loose: Word[] = [];
    const end = (): void => {
      this.paragraph(loose, {});
      loose = [];
    };
    for (const kid of tag.kids) {
      if (typeof kid === 'object' && !/^(?:Span|Link|Reference|Lbl|Em|Strong|Annot|Quote|Sub)$/.test(kid.type)) {
        end();
        this.walk(kid, depth);
      } else loose.push(...this.words(kid));
    }
    end();
  }

  /** Words that no tag has. */
  rest(words: readonly Word[]): Word[] {
    return words.filter((word) => !this.taken.has(word));
  }
}

/** The parts of a page by its tags, in their order, and the words that no tag has. */
export function taggedParts(content: PageContent, left: ReadonlySet<Word>): { readonly parts: Part[]; readonly rest: Word[] } {
  const words = content.words.filter((word) => !left.has(word));
  const page = new TaggedPage(content, words);
  for (const tag of content.tags) page.walk(tag);
  return { parts: page.parts, rest: page.rest(words) };
}

const count = (tags: readonly (Tag | number | undefined)[], type: RegExp): number =>
  tags.reduce<number>((sum, tag) => (typeof tag === 'object' ? sum + Number(type.test(tag.type)) + count(tag.kids, type) : sum), 0);

/** Finds out whether the tags of a document say more than its looks: they have headings, lists or tables, and nearly all of the text. */
export class TagCount {
  #all = 0;
  #tagged = 0;
  #isTelling = false;

  add({ words, tags }: PageContent): void {
    const marks = new Set<number>();
    const collect = (tag: Tag | number | undefined): void => {
      if (typeof tag === 'number') marks.add(tag);
      else tag?.kids.forEach(collect);
    };
    tags.forEach(collect);
    for (const { style, text } of words) {
      if (style.mcid === ARTIFACT) continue;
      this.#all += text.length;
      if (marks.has(style.mcid)) this.#tagged += text.length;
    }
    this.#isTelling ||= count(tags, /^(?:H[1-6]?|Title|Table|LI)$/) > 0;
  }

  get areUseful(): boolean {
    return this.#all > 0 && this.#tagged >= this.#all * 0.95 && this.#isTelling;
  }
}

/** The mark of what a tagged file says to be no part of its text. */
export const ARTIFACT = -2;
