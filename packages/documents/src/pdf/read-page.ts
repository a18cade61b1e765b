import type { Box, PageContent, Word } from './page-content.js';
import { readFields } from './form-fields.js';
import { coveredText } from './covered-text.js';
import type { HiddenLetters } from './hidden-letters.js';
import type { Letter } from './letter.js';
import { readLetters } from './page-letters.js';
import { boxOf, readPaths } from './page-paths.js';
import type { Pdfium } from './pdfium.js';
import { readTags } from './tag-tree.js';
import { turned, turnFor, type Direction } from './upright.js';
import { makeWords } from './words.js';

/** The direction that most letters have. */
function mainDirection(letters: readonly Letter[]): Direction {
  const counts = new Map<Direction, number>();
  for (const { direction } of letters) if (direction !== undefined) counts.set(direction, (counts.get(direction) ?? 0) + 1);
  let main: Direction = 0;
  for (const [direction, count] of counts) if (count > (counts.get(main) ?? 0)) main = direction;
  return main;
}

/** Slanted letters as words: those of one text object follow each other. */
function slantedWords(letters: readonly Letter[], { turn }: ReturnType<typeof turnFor>): Word[] {
  const words: Word[] = [];
  for (const { text, style, ox, oy, isSpaced } of letters) {
    const last = words.at(-1);
    const [x, y] = turned(turn, ox, oy);
    if (last?.style === style) words[words.length - 1] = { ...last, text: last.text + (isSpaced ? ' ' : '') + text };
    else words.push({ text, style, base: y, anchor: y, x0: x, x1: x, y0: y, y1: y, isGlued: false, isSpaced: true });
  }
  return words;
}

/** Words of letters in the other directions, each read along its own, at their places on the upright page. */
function turnedWords(letters: readonly Letter[], page: Parameters<typeof turnFor>[1], main: Direction): Word[] {
  const upright = turnFor(main, page);
  return [...new Set(letters.map(({ direction }) => direction))].flatMap((direction) => {
    const group = letters.filter((letter) => letter.direction === direction);
    if (direction === undefined) return slantedWords(group, upright);
    const own = turnFor(direction, page);
    return makeWords(group, own.turn).map((word) => {
      const there = (x: number, y: number) => turned(upright.turn, ...turned(own.back, x, y));
      const place = boxOf([there(word.x0, word.y0), there(word.x1, word.y1)]);
      return { ...word, ...place, base: place.y1, anchor: place.y1 };
    });
  });
}

/** Words with the dots that are drawn, not written, before items of lists. */
function withBullets(words: Word[], dots: readonly Box[]): Word[] {
  if (dots.length === 0 || dots.length > 300) return words;
  const bullets = dots.flatMap((dot): Word[] => {
    const y = (dot.y0 + dot.y1) / 2;
    const row = words.filter((word) => y > word.base - word.style.size * 0.7 && y < word.base);
    const after = row.filter((word) => word.x0 > dot.x1 && word.x0 - dot.x1 < word.style.size * 2).sort((a, b) => a.x0 - b.x0)[0];
    if (!after || row.some((word) => word.x1 > dot.x0 - word.style.size * 2 && word.x0 < dot.x1)) return [];
    return [{ ...after, style: { ...after.style, mcid: -2 }, text: '•', x0: dot.x0, x1: dot.x1, isGlued: false, isSpaced: true }];
  });
  for (const bullet of bullets) {
    const at = words.findIndex((word) => word.base === bullet.base && word.x0 > bullet.x1);
    words.splice(at, 0, bullet);
  }
  return words;
}

/** Words with the underscores between them that are drawn, as TeX does in names of programs: of three, one. */
function withUnderscores(words: readonly Word[], dashes: readonly Box[]): Word[] {
  if (dashes.length === 0 || dashes.length > 2000) return [...words];
  const out: Word[] = [];
  const isBetween = (left: Word, right: Word): boolean =>
    Math.abs(left.base - right.base) < 1 &&
    right.x0 - left.x1 < left.style.size &&
    dashes.some(
      ({ x0, x1, y0 }) =>
        Math.abs(x0 - left.x1) < 1.6 && Math.abs(right.x0 - x1) < 1.6 && y0 > left.base - 0.5 && y0 < left.base + left.style.size * 0.3,
    );
  for (const word of words) {
    const last = out.at(-1);
    if (last && isBetween(last, word)) out[out.length - 1] = { ...last, text: `${last.text}_${word.text}`, x1: word.x1 };
    else out.push(word);
  }
  return out;
}

/** A page is so many times as high as letters are that nobody can read. */
const SMALLEST = 1000;

/** Letters of which something is so, and the others. */
function parted(letters: readonly Letter[], isSo: (letter: Letter) => boolean): readonly [so: readonly Letter[], others: Letter[]] {
  const [so, others]: Letter[][] = [[], []];
  for (const letter of letters) (isSo(letter) ? so! : others!).push(letter);
  return [so!, others!];
}

/** Letters as they follow each other in the file. */
const runningText = (letters: readonly Letter[]): string =>
  letters
    .map(({ text, isSpaced }) => (isSpaced ? ' ' : '') + text)
    .join('')
    .trim();

/** What is known of an open document. */
interface OpenDocument {
  readonly document: number;
  readonly isTagged: boolean;
  /** Its form, or 0. */
  readonly form: number;
  readonly hiding: HiddenLetters;
}

/** What stands on a page of an open document, 1-based, its text upright. */
export function readPage(pdfium: Pdfium, { document, isTagged, form, hiding }: OpenDocument, number: number): PageContent {
  const { raw, scratch } = pdfium;
  const page = raw['FPDF_LoadPage']!(document, number - 1);
  if (page === 0) {
    return { page: number, width: 0, height: 0, words: [], turned: [], rulings: [], images: [], tags: [], unknownLetters: 0, hidden: '' };
  }
  const rotation = raw['FPDFPage_GetRotation']!(page);
  // The letters of a page that stands on its head would come in the order of its readers.
  if (rotation !== 0) raw['FPDFPage_SetRotation']!(page, 0);
  try {
    raw['FPDF_GetPageBoundingBox']!(page, scratch);
    const [left, top, right, bottom] = pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
    const box = { x0: left, y0: bottom, x1: right, y1: top };
    const covered = coveredText(pdfium, page, box);
    const { letters, unknown } = readLetters(pdfium, page, isTagged, covered.objects);
    const unseen = hiding.of(letters, pdfium, page, box, covered.boxes);
    const [inside, hidden] = parted(letters, (letter) => {
      // Written so that what is no number is out, too.
      const isIn = letter.x1 >= left && letter.x0 <= right && letter.y1 >= bottom && letter.y0 <= top;
      return isIn && letter.style.size * SMALLEST >= top - bottom && !unseen.has(letter);
    });
    const main = mainDirection(inside);
    const { turn, width, height } = turnFor(main, box);
    const { dots, dashes, ...paths } = readPaths(pdfium, page, turn);
    const [uprightLetters, otherLetters] = parted(inside, ({ direction }) => direction === main);
    const upright = makeWords(uprightLetters, turn);
    const words = withBullets(withUnderscores(upright, dashes), dots);
    words.push(...readFields(pdfium, page, form, turn));
    const turned = turnedWords(otherLetters, box, main);
    const tags = isTagged ? readTags(pdfium, page) : [];
    return { page: number, width, height, words, turned, ...paths, tags, unknownLetters: unknown, hidden: runningText(hidden) };
  } finally {
    // Recognition draws it as it is.
    if (rotation !== 0) raw['FPDFPage_SetRotation']!(page, rotation);
    raw['FPDF_ClosePage']!(page);
  }
}
