import { groupBy } from '@sdg/values';
import type { Dropped } from '../document.js';
import { makeLines } from './lines.js';
import { median, type Line, type PageContent, type Word } from './page-content.js';

/** Lines at the upper and lower edge of a page that may be headers and footers. */
const EDGE_LINES = 4;
/** How near to the edge, as a part of the page. */
const EDGE = 0.13;
/** The same for what stands outermost and apart: articles of LaTeX have wide margins, their page numbers stand far in. */
const OUTER_EDGE = 0.22;
/** Points by which the place of a header may differ from page to page. */
const SAME_PLACE = 4;
/** The same for what says the same as a header known by its place. */
const NEAR_PLACE = 14;

export interface EdgeLine {
  readonly line: Pick<Line, 'base' | 'text' | 'style'>;
  /** Its words, by their numbers among those of the page. */
  readonly words: readonly number[];
  readonly content: Pick<PageContent, 'page' | 'height'>;
  readonly edge: 'header' | 'footer';
  /** 0 for the outermost. */
  readonly rank: number;
  /** White between it and the next line inwards, in heights of its letters. */
  readonly gap: number;
}

/** Text that is the same on every page but for numbers at its ends, and "3 of 12": digits and Roman numerals. */
const keyOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\d+\s*(of|von|de|\/)\s*\d+/g, '# $1 #')
    .replace(/^[\s–—|-]*(?:page\s+)?(?:[\d.-]+|[ivxlc]{1,7})(?=[\s|–—-]|$)/, '#')
    .replace(/(?:[\d.-]+|(?<=\s)[ivxlc]{1,7})[\s–—|-]*$/, '#')
    .replace(/\s+/g, ' ')
    .trim();

/** How far a line is from its edge of the page. */
const placeOf = ({ line, content, edge }: EdgeLine): number => (edge === 'header' ? line.base : content.height - line.base);

/** A little further in than headers stand, so that what follows them is seen. */
const isNearEdge = ({ base }: Word, { height }: PageContent): boolean =>
  base < height * (OUTER_EDGE + 0.03) || base > height * (1 - OUTER_EDGE - 0.03);

/** The lines of a page that may be furniture; words of tables are not. */
export function edgeLines(content: PageContent, inTables: ReadonlySet<Word>): EdgeLine[] {
  const numbers = new Map<Word, number>();
  content.words.forEach((word, i) => {
    if (isNearEdge(word, content)) numbers.set(word, i);
  });
  const near = [...numbers.keys()];
  const { page, height } = content;
  // One more: how far it is from the last of them.
  const lines = makeLines(near, content.page, EDGE_LINES + 1);
  const pick = (ordered: readonly Line[], edge: EdgeLine['edge']): EdgeLine[] =>
    ordered.slice(0, EDGE_LINES).flatMap((line, rank) => {
      const next = ordered[rank + 1];
      const gap = next ? (Math.abs(next.base - line.base) - Math.max(next.style.size, line.style.size)) / line.style.size : 9;
      const place = (edge === 'header' ? line.base : content.height - line.base) / content.height;
      const isNear = place < (rank === 0 && gap > 0.8 ? OUTER_EDGE : EDGE);
      if (!isNear || line.words.some((word) => inTables.has(word))) return [];
      const { base, text, style } = line;
      // A line of spread letters has words of its own making, which are on no page.
      const words = line.words.flatMap((word) => numbers.get(word) ?? []);
      return [{ line: { base, text, style }, words, content: { page, height }, edge, rank, gap }];
    });
  const upper = lines.filter(({ base }) => base < content.height / 2);
  const lower = lines.filter(({ base }) => base >= content.height / 2).reverse();
  return [...pick(upper, 'header'), ...pick(lower, 'footer')];
}

const pageCount = (lines: readonly EdgeLine[]): number => new Set(lines.map(({ content }) => content.page)).size;

/** The part of the group that stands near its most common place. */
function atOnePlace(group: readonly EdgeLine[], near: number): EdgeLine[] {
  const middle = median(group.map(placeOf));
  return group.filter((one) => Math.abs(placeOf(one) - middle) <= near);
}

/** Groups of lines that say the same on several pages at one place; on pages of another layout they may stand a little off it. */
function repeated(all: readonly EdgeLine[], pages: number, body: number): (readonly EdgeLine[])[] {
  const least = Math.max(2, Math.min(5, Math.ceil(pages * 0.05)));
  // A larger line that counts is the heading of a section.
  const key = ({ edge, line }: EdgeLine): string => `${edge} ${line.style.size > body * 1.12 ? line.text : keyOf(line.text)}`;
  return [...groupBy(all, key).values()].flatMap((group) => {
    const there = atOnePlace(group, SAME_PLACE);
    const isOutermost = there.some(({ rank }) => rank === 0);
    const count = pageCount(there);
    const isSteady = count >= group.length * 0.8 || count >= Math.max(3, pages * 0.3);
    const isFurniture = count >= least && isSteady && (isOutermost || count >= pages * 0.2);
    return isFurniture ? [/\p{L}{3}/u.test(keyOf(group[0]!.line.text)) ? atOnePlace(group, NEAR_PLACE) : there] : [];
  });
}

/** Outermost lines set apart at the same place of many pages, whatever they say: headers with the names of chapters. */
function placed(all: readonly EdgeLine[], pages: number, body: number): EdgeLine[] {
  const apart = all.filter((one) => {
    const { rank, gap, line, content } = one;
    const isNear = placeOf(one) < content.height * EDGE;
    return isNear && rank === 0 && gap > 0.8 && line.style.size <= body * 1.05 && line.text.length < 150;
  });
  return [...groupBy(apart, (one) => `${one.edge} ${Math.round(placeOf(one) / SAME_PLACE)}`).values()].flatMap((group) =>
    pages >= 4 && pageCount(group) >= Math.max(3, pages * 0.25) ? group : [],
  );
}

const count = '\\d{1,4}|[ivxlc]{1,7}';
const pageNumber = new RegExp(
  `^(?:page|seite|p\\.|s\\.|стр\\.|第)?[\\s–—-]*(${count})(?:\\s*(?:of|von|de|/|页|頁|ページ)\\s*\\d{1,4})?[\\s–—.-]*(?:页|頁|ページ)?$`,
  'i',
);

/** Numbers that go up with the pages. */
function numbered(all: readonly EdgeLine[], pages: number): EdgeLine[] {
  const numbers = all.filter(({ line, rank }) => rank <= 1 && pageNumber.test(line.text));
  const offsets = groupBy(numbers, ({ line, content }) => {
    const number = pageNumber.exec(line.text)![1]!;
    return /\d/.test(number) ? String(Number(number) - content.page) : 'roman';
  });
  // A page alone has its number at the outer edge, apart from the text.
  const isAlone = (group: readonly EdgeLine[], offset: string): boolean =>
    pages === 1 && offset === '0' && group.every(({ rank, gap, edge }) => rank === 0 && gap > 0.8 && edge === 'footer');
  return [...offsets].flatMap(([offset, group]) => (pageCount(group) >= 2 || isAlone(group, offset) ? group : []));
}

/** Counts the letters of each size, to find out which most of a document have. */
export class SizeCount {
  readonly #letters = new Map<number, number>();

  add(words: readonly Word[]): void {
    for (const { style, text } of words) this.#letters.set(style.size, (this.#letters.get(style.size) ?? 0) + text.length);
  }

  /** The size of most letters; 10 where there are none. */
  get body(): number {
    return [...this.#letters].reduce((most, one) => (one[1] > most[1] ? one : most), [10, 0] as [number, number])[0];
  }
}

/** Takes from the candidates what more of its kind follows at the usual distance: first lines of text, the head of a table. */
function setApart(reasons: Map<EdgeLine, string>, all: readonly EdgeLine[]): void {
  const usual = median(all.filter(({ rank, gap }) => rank > 0 && gap < 3).map(({ gap }) => gap));
  for (const edge of groupBy(all, ({ edge, content }) => `${edge} ${content.page}`).values()) {
    for (let i = edge.length - 1; i >= 0; i--) {
      const one = edge[i]!;
      const next = edge[i + 1];
      if (!reasons.has(one)) continue;
      const isLast = next === undefined || reasons.has(next);
      if (!isLast && one.gap < usual + 0.25 && Math.abs(next.line.style.size - one.line.style.size) < 0.6) reasons.delete(one);
    }
  }
}

/**
 * Finds running headers, footers, page numbers and stamps in the margin over the whole document: what stands at the same place of
 * several pages. `all`: what {@link edgeLines} gives of all pages, in their order; `pages`: how many there are; `body`: the size of most
 * letters. Gives the words to leave out, by page and number, and what they say.
 */
export function findFurniture(
  all: readonly EdgeLine[],
  pages: number,
  body: number,
): { readonly words: ReadonlyMap<number, readonly number[]>; readonly dropped: Dropped[] } {
  const reasons = new Map<EdgeLine, string>();
  for (const one of placed(all, pages, body)) reasons.set(one, one.edge);
  const groups = repeated(all, pages, body);
  for (const one of groups.flat()) reasons.set(one, one.edge);
  for (const one of numbered(all, pages)) reasons.set(one, 'page-number');
  setApart(reasons, all);
  // What is a header on most pages is one, too, where the text comes near to it.
  for (const group of groups) {
    if (group.filter((one) => reasons.has(one)).length > group.length / 2) for (const one of group) reasons.set(one, one.edge);
  }
  const words = new Map<number, number[]>();
  const dropped: Dropped[] = [];
  for (const one of all) {
    const reason = reasons.get(one);
    if (reason === undefined) continue;
    const left = words.get(one.content.page) ?? [];
    left.push(...one.words);
    words.set(one.content.page, left);
    dropped.push({ text: one.line.text, reason: pageNumber.test(one.line.text) ? 'page-number' : reason, page: one.content.page });
  }
  return { words, dropped };
}
