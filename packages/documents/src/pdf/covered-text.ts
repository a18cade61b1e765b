import { mostOf } from '../most-of.js';
import type { Box } from './page-content.js';
import { boxOf, cornersOf, fillOf, IMAGE, PATH, pageObjects, TEXT, type Matrix } from './page-paths.js';
import type { Pdfium } from './pdfium.js';

/** Text under areas that are drawn after it, as bars are that black words out. */
interface CoveredText {
  /** Text objects that such an area may cover, in whole or in part. */
  readonly objects: ReadonlySet<number>;
  /** The areas, with y going up. */
  readonly boxes: readonly Box[];
}

/** Annotations that people draw bars with: squares, polygons, stamps, marks for redaction. */
const BARS: ReadonlySet<number> = new Set([5, 7, 13, 28]);
/** Areas that hide less than a letter do not count, in points. */
const SMALLEST = 4;

const meet = (a: Box, b: Box): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/** Where an object stands, moved as what it is in is. */
function placeOf(pdfium: Pdfium, object: number, matrix: Matrix): Box {
  const { raw, scratch } = pdfium;
  raw['FPDFPageObj_GetBounds']!(object, scratch, scratch + 4, scratch + 8, scratch + 12);
  const [x0, y0, x1, y1] = pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
  return boxOf(cornersOf({ x0, y0, x1, y1 }, matrix));
}

/** Whether a path is filled with a colour that lets nothing through. */
function isOpaque(pdfium: Pdfium, path: number): boolean {
  const { raw, scratch } = pdfium;
  raw['FPDFPath_GetDrawMode']!(path, scratch, scratch + 4);
  return pdfium.ints(scratch, 1)[0] !== 0 && fillOf(pdfium, path).alpha > 250;
}

/** An area, and how many text objects are below it. */
interface Cover {
  readonly box: Box;
  readonly below: number;
}

/** Areas that annotations draw, over all of the text. */
function annotationsOver({ raw, scratch, floats }: Pdfium, page: number, below: number): Cover[] {
  const covers: Cover[] = [];
  const count = Math.min(1000, raw['FPDFPage_GetAnnotCount']!(page));
  for (let i = 0; i < count; i++) {
    const annotation = raw['FPDFPage_GetAnnot']!(page, i);
    if (annotation === 0) continue;
    if (BARS.has(raw['FPDFAnnot_GetSubtype']!(annotation)) && raw['FPDFAnnot_GetRect']!(annotation, scratch) !== 0) {
      const [left, top, right, bottom] = floats(scratch, 4) as unknown as [number, number, number, number];
      covers.push({ box: { x0: left, x1: right, y0: bottom, y1: top }, below });
    }
    raw['FPDFPage_CloseAnnot']!(annotation);
  }
  return covers;
}

/** The text of a page that something drawn later may hide. Pictures as large as the page do not count: they are scans. */
export function coveredText(pdfium: Pdfium, page: number, { x0, x1, y0, y1 }: Box): CoveredText {
  const texts: { readonly object: number; readonly outer: Matrix }[] = [];
  const all: Cover[] = [];
  for (const { object, type, outer } of pageObjects(pdfium, page)) {
    if (type === TEXT) texts.push({ object, outer });
    else if (texts.length > 0 && (type === IMAGE || type === PATH)) {
      const box = placeOf(pdfium, object, outer);
      const isSmall = box.x1 - box.x0 < SMALLEST || box.y1 - box.y0 < SMALLEST;
      if (!isSmall && (type === IMAGE || isOpaque(pdfium, object))) all.push({ box, below: texts.length });
    }
  }
  const half = ((x1 - x0) * (y1 - y0)) / 2;
  const covers = [...all, ...annotationsOver(pdfium, page, texts.length)].filter(({ box }) => (box.x1 - box.x0) * (box.y1 - box.y0) < half);
  const highest = mostOf(covers.map(({ below }) => below));
  const objects = texts.slice(0, highest).flatMap(({ object, outer }, i) => {
    const box = placeOf(pdfium, object, outer);
    return covers.some((cover) => i < cover.below && meet(cover.box, box)) ? [object] : [];
  });
  return { objects: new Set(objects), boxes: objects.length === 0 ? [] : covers.map(({ box }) => box) };
}
