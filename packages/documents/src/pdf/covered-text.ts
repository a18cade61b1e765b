import type { Box } from './page-content.js';
import { boxOf, matrixOf, times, unmoved, type Matrix } from './page-paths.js';
import type { Pdfium } from './pdfium.js';

/** Text under areas that are drawn after it, as bars are that black words out. */
interface CoveredText {
  /** Text objects that such an area may cover, in whole or in part. */
  readonly objects: ReadonlySet<number>;
  /** The areas, with y going up. */
  readonly boxes: readonly Box[];
}

const [TEXT, PATH, IMAGE, FORM] = [1, 2, 3, 5];
/** Annotations that people draw bars with: squares, polygons, stamps, marks for redaction. */
const BARS: ReadonlySet<number> = new Set([5, 7, 13, 28]);
/** Objects of a page that are looked at. */
const MAX_OBJECTS = 20_000;
/** Areas that hide less than a letter do not count, in points. */
const SMALLEST = 4;

const meet = (a: Box, b: Box): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/** Areas of a page in the order in which they are drawn, each with the number of text objects below it. */
class CoverReader {
  readonly texts: { readonly object: number; readonly matrix: Matrix }[] = [];
  readonly covers: { readonly box: Box; readonly below: number }[] = [];
  #left = MAX_OBJECTS;

  constructor(private readonly pdfium: Pdfium) {}

  boxOf(object: number, [a, b, c, d, e, f]: Matrix): Box {
    const { raw, scratch } = this.pdfium;
    raw['FPDFPageObj_GetBounds']!(object, scratch, scratch + 4, scratch + 8, scratch + 12);
    const [x0, y0, x1, y1] = this.pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
    const corners = [
      [x0, y0],
      [x1, y0],
      [x0, y1],
      [x1, y1],
    ] as const;
    return boxOf(corners.map(([x, y]) => [a * x + c * y + e, b * x + d * y + f] as const));
  }

  /** Whether a path is filled with a colour that lets nothing through. */
  #isOpaque(path: number): boolean {
    const { raw, scratch } = this.pdfium;
    raw['FPDFPath_GetDrawMode']!(path, scratch, scratch + 4);
    if (this.pdfium.ints(scratch, 1)[0] === 0) return false;
    raw['FPDFPageObj_GetFillColor']!(path, scratch, scratch + 4, scratch + 8, scratch + 12);
    return this.pdfium.ints(scratch, 4)[3]! > 250;
  }

  readAll(count: number, get: (index: number) => number, outer: Matrix, depth: number): void {
    for (let i = 0; i < count && this.#left > 0; i++, this.#left--) this.#read(get(i), outer, depth);
  }

  #read(object: number, outer: Matrix, depth: number): void {
    const { raw } = this.pdfium;
    const type = raw['FPDFPageObj_GetType']!(object);
    if (type === TEXT) this.texts.push({ object, matrix: outer });
    else if (type === FORM && depth <= 8) {
      const count = raw['FPDFFormObj_CountObjects']!(object);
      this.readAll(count, (i) => raw['FPDFFormObj_GetObject']!(object, i), times(matrixOf(this.pdfium, object), outer), depth + 1);
    } else if (this.texts.length > 0 && (type === IMAGE || type === PATH)) {
      const box = this.boxOf(object, outer);
      if (box.x1 - box.x0 < SMALLEST || box.y1 - box.y0 < SMALLEST || (type === PATH && !this.#isOpaque(object))) return;
      this.covers.push({ box, below: this.texts.length });
    }
  }

  readAnnotations(page: number): void {
    const { raw, scratch } = this.pdfium;
    const count = Math.min(1000, raw['FPDFPage_GetAnnotCount']!(page));
    for (let i = 0; i < count; i++) {
      const annotation = raw['FPDFPage_GetAnnot']!(page, i);
      if (annotation === 0) continue;
      if (BARS.has(raw['FPDFAnnot_GetSubtype']!(annotation)) && raw['FPDFAnnot_GetRect']!(annotation, scratch) !== 0) {
        const [left, top, right, bottom] = this.pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
        this.covers.push({ box: { x0: left, x1: right, y0: bottom, y1: top }, below: this.texts.length });
      }
      raw['FPDFPage_CloseAnnot']!(annotation);
    }
  }
}

/** The text of a page that something drawn later may hide. Pictures as large as the page do not count: they are scans. */
export function coveredText(pdfium: Pdfium, page: number, { x0, x1, y0, y1 }: Box): CoveredText {
  const { raw } = pdfium;
  const reader = new CoverReader(pdfium);
  reader.readAll(raw['FPDFPage_CountObjects']!(page), (i) => raw['FPDFPage_GetObject']!(page, i), unmoved, 0);
  reader.readAnnotations(page);
  const half = ((x1 - x0) * (y1 - y0)) / 2;
  const covers = reader.covers.filter(({ box }) => (box.x1 - box.x0) * (box.y1 - box.y0) < half);
  const highest = covers.reduce((most, { below }) => Math.max(most, below), 0);
  const objects = reader.texts.slice(0, highest).flatMap(({ object, matrix }, i) => {
    const box = reader.boxOf(object, matrix);
    return covers.some((cover) => i < cover.below && meet(cover.box, box)) ? [object] : [];
  });
  return { objects: new Set(objects), boxes: objects.length === 0 ? [] : covers.map(({ box }) => box) };
}
