import type { Letter, PageLetter } from './letter.js';
import type { Pdfium } from './pdfium.js';

/** Scripts of clusters, of which files give the first shape a meaning and often none to the others. */
export const FIRST_OF_CLUSTERS = 0x900;
const ofClusters = /[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]/;

/** Shapes without a meaning among the letters of scripts of clusters, which pdfium gives as the number of the shape: ɟ, 0. */
export function shapesOf({ raw }: Pdfium, textPage: number, letters: readonly Letter[], places: readonly number[]): ReadonlySet<Letter> {
  const fonts = new Set(letters.flatMap(({ text, style }) => (ofClusters.test(text) ? style.font : [])));
  return new Set(
    letters.filter(
      ({ text, style }, i) =>
        fonts.has(style.font) && !ofClusters.test(text) && raw['FPDFText_HasUnicodeMapError']!(textPage, places[i]!) === 1,
    ),
  );
}

/** Letters without shapes that have no meaning; the letter behind one takes its room, and the space before it. */
export function withoutShapes(letters: PageLetter[], shapes: ReadonlySet<Letter>): PageLetter[] {
  if (shapes.size === 0) return letters;
  const kept: PageLetter[] = [];
  let before: Letter | undefined;
  for (const letter of letters) {
    if (shapes.has(letter)) before ??= letter;
    else {
      const isBeside = before !== undefined && Math.abs(before.oy - letter.oy) < 1 && before.x0 < letter.x0;
      if (isBeside) {
        letter.move({ x0: before!.x0, x1: letter.x1, y0: letter.y0, y1: letter.y1 }, letter.ox, letter.oy);
        letter.isSpaced ||= before!.isSpaced;
      }
      kept.push(letter);
      before = undefined;
    }
  }
  return kept;
}
