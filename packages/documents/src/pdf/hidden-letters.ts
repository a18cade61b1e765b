import { groupBy } from '@sdg/values';
import type { Box } from './page-content.js';
import type { Doubt, Letter } from './letter.js';
import { drawPage } from './draw-page.js';
import { fillOf } from './page-paths.js';
import type { Pdfium } from './pdfium.js';

/** Points of a picture in which letters are looked for. */
const MAX_POINTS = 2_000_000;
/** Greys that ink and paper differ by at least, of 255. */
const CONTRAST = 8;
/** Letters with ink behind them as a part of all: text that was recognised stands on a picture of itself. */
const LEAST_INKED = 0.3;
/** Letters of a layer by which it is judged for the rest of the file. */
const ENOUGH = 20;

/** Ways of drawing text: filled, neither filled nor drawn, filled or not at all as a frame for what follows. */
const [FILL, INVISIBLE, FILL_AND_CLIP, CLIP] = [0, 3, 4, 7];

/** Why nobody may see the letters of a text object on a layer; undefined where there is no doubt that one does. */
export function doubtOf(pdfium: Pdfium, object: number, layer: string | undefined): Doubt | undefined {
  const { raw } = pdfium;
  const mode = raw['FPDFTextObj_GetTextRenderMode']!(object);
  if (mode === INVISIBLE || mode === CLIP) return 'undrawn';
  const isFilled = mode === FILL || mode === FILL_AND_CLIP;
  if (isFilled) {
    const { isKnown, isWhite, alpha } = fillOf(pdfium, object);
    if (isKnown && (alpha < CONTRAST || isWhite)) return 'pale';
  }
  return layer === undefined ? undefined : `layer ${layer}`;
}

/** Draws a page small and in greys; tells whether anything stands where a letter does. */
function inkOf(pdfium: Pdfium, page: number, box: Box): ((place: Box) => boolean) | undefined {
  const picture = drawPage(pdfium, page, box.x1 - box.x0, box.y1 - box.y0, 2, MAX_POINTS);
  if (!picture) return undefined;
  const { grey, width, height, stride, scale } = picture;
  return ({ x0, x1, y0, y1 }) => {
    let [least, most] = [255, 0];
    const [left, right] = [Math.max(0, Math.floor((x0 - box.x0) * scale)), Math.min(width, Math.ceil((x1 - box.x0) * scale))];
    const [top, bottom] = [Math.max(0, Math.floor((box.y1 - y1) * scale)), Math.min(height, Math.ceil((box.y1 - y0) * scale))];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const value = grey[y * stride + x]!;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    return most - least >= CONTRAST;
  };
}

/** The middle of a letter: a bar need not reach from the top to the foot of the line, nor end between two letters. */
const coreOf = ({ x0, x1, y0, y1 }: Box): Box => ({
  ...{ x0: x0 + (x1 - x0) * 0.2, x1: x1 - (x1 - x0) * 0.2 },
  ...{ y0: y0 + (y1 - y0) * 0.3, y1: y0 + (y1 - y0) * 0.6 },
});

/** Whether the middle of a letter is in one of the areas. */
function isUnder({ x0, x1, y0, y1 }: Letter, areas: readonly Box[]): boolean {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return areas.some((area) => x > area.x0 && x < area.x1 && y > area.y0 && y < area.y1);
}

/** Finds letters that nobody sees; what is known of a layer is known for all pages of a file. */
export class HiddenLetters {
  readonly #layers = new Map<Doubt, boolean>();

  /**
   * The letters of a page that nobody sees, of those of which there is a doubt: on paper of their own colour, on a layer that is off,
   * undrawn where there is no picture of them, under areas. The page is drawn for that, once and only where there is a doubt. `box`: of
   * the page; `areas`: that may lie on text.
   */
  of(letters: readonly Letter[], pdfium: Pdfium, page: number, box: Box, areas: readonly Box[]): ReadonlySet<Letter> {
    const doubtful = letters.filter(
      (letter) =>
        letter.doubt !== undefined && this.#layers.get(letter.doubt) !== true && (letter.doubt !== 'covered' || isUnder(letter, areas)),
    );
    const undrawn = doubtful.filter(({ doubt }) => doubt === 'undrawn');
    // Most of a page undrawn is what was recognised of a scan.
    const isScan = undrawn.length * 2 >= letters.length;
    const groups = groupBy(isScan ? doubtful.filter(({ doubt }) => doubt !== 'undrawn') : doubtful, ({ doubt }) => doubt!);
    const hasInk = groups.size === 0 ? undefined : inkOf(pdfium, page, box);
    if (!hasInk) return new Set();
    const areSeen = (some: readonly Letter[]): boolean =>
      some.filter((one) => hasInk(one.doubt === 'covered' ? coreOf(one) : one)).length >= some.length * LEAST_INKED;
    return new Set([...groups].flatMap(([doubt, group]) => this.#unseen(doubt, group, areSeen)));
  }

  /** Those of the letters of one doubt that are not seen, object by object. */
  #unseen(doubt: Doubt, letters: readonly Letter[], areSeen: (some: readonly Letter[]) => boolean): readonly Letter[] {
    if (doubt.startsWith('layer') && letters.length >= ENOUGH) this.#layers.set(doubt, areSeen(letters));
    // The lines of recognised text do not stand where their picture does, to the point.
    if (doubt === 'undrawn' && areSeen(letters)) return [];
    return [...groupBy(letters, ({ style }) => style).values()].flatMap((object) => (areSeen(object) ? [] : object));
  }
}
