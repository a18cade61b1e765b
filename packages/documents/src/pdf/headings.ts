import { groupBy } from '@sdg/values';
import type { OutlineEntry } from './outline.js';
import type { Paragraph } from './paragraphs.js';

/** Longer ones are text, however large. */
const LONGEST = 160;
/** Letters larger than most by this are a heading's. */
const LARGER = 1.12;

const numbering = new RegExp(
  [
    '^(?:(\\d{1,3}(?:\\.\\d{1,3}){0,5})[.)]?',
    '[A-Z](?:\\.\\d{1,3}){0,4}[.)]?',
    '[IVX]{1,6}\\.',
    '(?:chapter|section|part|appendix|article|kapitel|abschnitt)\\s+[\\dA-Z]+[.:]?',
    '第[\\d一二三四五六七八九十百]+[章节節部编])\\s+(?=\\S)',
  ].join('|'),
  'iu',
);

const textOf = ({ lines }: Paragraph): string => lines.map(({ text }) => text).join(' ');
const isBold = ({ lines }: Paragraph): boolean => lines.every((line) => line.isBold);
/** Titles as they can be compared: letters and digits only, without the number before. */
const plain = (title: string): string =>
  title
    .replace(numbering, '')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** How a heading may look at all: short, with letters, no sentence and no formula. */
function isShort(paragraph: Paragraph): boolean {
  if (paragraph.isTagged) return false;
  if (paragraph.lines.length > 3) return false;
  const text = textOf(paragraph);
  if (text.length > LONGEST) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters < 2 || letters < text.replace(/\s/g, '').length * 0.4) return false;
  if (/[,;。，；]$/.test(text) || (/\.$/.test(text) && text.split(' ').length > 6) || text.includes(' … ')) return false;
  return paragraph.marker === undefined || numbering.test(text);
}

/** In letters of the text: bold and set apart or numbered, numbered and set apart, or a line of capitals. */
function isMarked(paragraph: Paragraph, text: string): boolean {
  const isApart = paragraph.gap > 0.55;
  if (isBold(paragraph)) return isApart || numbering.test(text);
  if (!isApart || paragraph.lines.length > 1) return false;
  if (/^[\d.]+\s+\p{Lu}/u.test(text)) {
    return depthOf(paragraph) > 1 || (paragraph.gap > 0.8 && text.split(' ').length <= 8 && !/[!?]$/.test(text));
  }
  return text.length < 70 && /^[\p{Lu}\p{N}\s\p{P}]+$/u.test(text) && (text.match(/\p{Lu}/gu)?.length ?? 0) >= 5;
}

/** Whether a paragraph looks like a heading beside the body of the document: larger, or set apart and bold, numbered or in capitals. */
function looksSo(paragraph: Paragraph, body: number): boolean {
  if (!isShort(paragraph)) return false;
  const text = textOf(paragraph);
  const { size, isMono } = paragraph.style;
  if (size >= body * LARGER) return true;
  const isLong = paragraph.lines.length > 2 || text.length > 100;
  return size >= body * 0.95 && !isMono && !isLong && !/[.:]$/.test(text) && isMarked(paragraph, text);
}

const styleOf = (paragraph: Paragraph): string => `${Math.round(paragraph.style.size * 2) / 2}/${isBold(paragraph)}`;
const depthOf = (paragraph: Paragraph): number => numbering.exec(textOf(paragraph))?.[1]?.split('.').length ?? 0;

/** Paragraphs that the outline names, near the page that it names. */
function outlined(paragraphs: readonly Paragraph[], outline: readonly OutlineEntry[], body: number): Map<Paragraph, number> {
  const found = new Map<Paragraph, number>();
  const byTitle = groupBy(
    paragraphs.filter((one) => isShort(one) && one.style.size >= body * 0.9),
    (one) => plain(textOf(one)),
  );
  for (const { title, level, page } of outline) {
    const key = plain(title);
    const candidates = (byTitle.get(key) ?? []).filter(
      (one) => key !== '' && !found.has(one) && (page === 0 || Math.abs(one.page - page) <= 1),
    );
    candidates.sort((a, b) => Math.abs(a.page - page) - Math.abs(b.page - page) || b.style.size - a.style.size);
    if (candidates[0]) found.set(candidates[0], level);
  }
  return found;
}

/** Rows of bold lines one under the other on a page are no headings but a list of some kind. */
function withoutRows(candidates: readonly Paragraph[], order: ReadonlyMap<Paragraph, number>, body: number): Paragraph[] {
  const isWeak = (paragraph: Paragraph): boolean => paragraph.style.size < body * LARGER;
  const pages = new Map(candidates.filter(isWeak).map((one) => [order.get(one)!, one.page]));
  return candidates.filter((one) => {
    const isBeside = (off: number): boolean => pages.get(order.get(one)! + off) === one.page;
    return !isWeak(one) || !((isBeside(-1) && (isBeside(1) || isBeside(-2))) || (isBeside(1) && isBeside(2)));
  });
}

/**
 * Which paragraphs are headings and of which level: those that the outline names get its levels, and give them to others of their
 * style; the rest is ranked by size and weight, or by the depth of its numbers.
 */
export function findHeadings(paragraphs: readonly Paragraph[], outline: readonly OutlineEntry[], body: number): Map<Paragraph, number> {
  const named = outlined(paragraphs, outline, body);
  const order = new Map(paragraphs.map((one, i) => [one, i]));
  const looking = withoutRows(
    paragraphs.filter((one) => !named.has(one) && looksSo(one, body)),
    order,
    body,
  );
  const styles = groupBy([...named.keys(), ...looking], styleOf);
  const ranked = [...styles.keys()].sort(
    (a, b) => parseFloat(b) - parseFloat(a) || Number(b.endsWith('true')) - Number(a.endsWith('true')),
  );
  const levels = new Map<Paragraph, number>(paragraphs.flatMap((one) => (one.level === undefined ? [] : [[one, one.level]])));
  const isLed = named.size >= 4;
  let [rank, above] = [0, -1];
  for (const style of ranked) {
    const members = styles.get(style)!;
    const known = members.flatMap((one) => named.get(one) ?? []);
    const depths = members.map(depthOf).filter((depth) => depth > 0);
    const isNumbered = depths.length >= members.length * 0.5;
    if (!isNumbered || above < 0) rank += 1;
    // Numbers of one part stand one level below what is larger than them.
    if (isNumbered && above < 0) above = rank - depths.reduce((least, depth) => Math.min(least, depth), Infinity);
    for (const one of members) {
      const usual = known.length > 0 ? [...known].sort((a, b) => a - b)[known.length >> 1]! : undefined;
      const depth = depthOf(one);
      const byLook = depth > 0 && above >= 0 ? above + depth : rank;
      // Where the outline leads, bold lines of a style that it never names are no headings.
      if (isLed && usual === undefined && one.style.size < body * LARGER) continue;
      levels.set(one, Math.min(6, named.get(one) ?? usual ?? byLook));
    }
  }
  return levels;
}
