import { addAll } from '../most-of.js';
import type { Box, Ruling } from './page-content.js';
import type { Pdfium } from './pdfium.js';
import { turned, type Turn } from './upright.js';

/** Objects and path segments of a page that are looked at: maps and plots have more, and no tables in them. */
const MAX_OBJECTS = 20_000;
const MAX_SEGMENTS = 20_000;
/** Thicker ones are areas, in points. */
const THICKEST = 3.5;
const SHORTEST = 4;

/** A move of points: a, b, c, d, e and f as PDF writes them. */
export type Matrix = readonly [number, number, number, number, number, number];
type Point = readonly [x: number, y: number];
const unmoved: Matrix = [1, 0, 0, 1, 0, 0];

/** One move, and then another. */
function times(one: Matrix, two: Matrix): Matrix {
  const [a, b, c, d, e, f] = one;
  const [g, h, i, j, k, l] = two;
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

/** The corners of a box that is moved. */
export const cornersOf = ({ x0, y0, x1, y1 }: Box, [a, b, c, d, e, f]: Matrix): Point[] =>
  [x0, x1].flatMap((x) => [y0, y1].map((y): Point => [a * x + c * y + e, b * x + d * y + f]));

/** The smallest box around points. */
export function boxOf(points: readonly Point[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { x0: Math.min(...xs), x1: Math.max(...xs), y0: Math.min(...ys), y1: Math.max(...ys) };
}

/** The line that a thin area is; undefined for what is no line of a table. */
function ruling({ x0, y0, x1, y1 }: Box, isFill: boolean): Ruling | undefined {
  const [width, height] = [x1 - x0, y1 - y0];
  if (height <= THICKEST && width >= SHORTEST && width > height * 2) {
    const y = (y0 + y1) / 2;
    return { x0, x1, y0: y, y1: y, isHorizontal: true, isFill };
  }
  if (width > THICKEST || height < SHORTEST || height <= width * 2) return undefined;
  const x = (x0 + x1) / 2;
  return { x0: x, x1: x, y0, y1, isHorizontal: false, isFill };
}

/** The lines of one run of points: the area if it is thin, else its edges; of drawn lines each that runs along the page. */
function rulingsOf(points: readonly Point[], isDrawn: boolean, isClosed: boolean): Ruling[] {
  if (points.length < 2) return [];
  const box = boxOf(points);
  const whole = ruling(box, false);
  if (whole) return [whole];
  if (isDrawn) {
    const ends = isClosed ? [...points, points[0]!] : points;
    return ends.slice(1).flatMap((point, i) => ruling(boxOf([ends[i]!, point]), false) ?? []);
  }
  const { x0, y0, x1, y1 } = box;
  return [
    { x0, x1, y0, y1: y0 },
    { x0, x1, y0: y1, y1 },
    { x0, x1: x0, y0, y1 },
    { x0: x1, x1, y0, y1 },
  ].flatMap((edge) => ruling(edge, true) ?? []);
}

/** Whether an area is as small and round as the mark of an item of a list. */
const isDot = ({ x0, y0, x1, y1 }: Box): boolean => x1 - x0 > 1.5 && x1 - x0 < 7 && Math.abs(x1 - x0 - (y1 - y0)) < 1;

/** Whether an area is a stroke as short as an underscore that is drawn, not written. */
const isDash = ({ x0, y0, x1, y1 }: Box): boolean => y1 - y0 <= 0.8 && x1 - x0 > 1.5 && x1 - x0 < 7;

interface PathContent {
  readonly rulings: readonly Ruling[];
  readonly dots: readonly Box[];
  readonly dashes: readonly Box[];
}

/** Reads a path object's lines and dots, as long as there are segments to spend. */
function pathReader(pdfium: Pdfium, turn: Turn): (object: number, matrix: Matrix) => PathContent {
  const { raw, scratch } = pdfium;
  let left = MAX_SEGMENTS;
  const isSeen = (object: number): boolean => {
    const { alpha, isWhite } = fillOf(pdfium, object);
    return alpha >= 8 && !isWhite;
  };
  return (object, [a, b, c, d, e, f]) => {
    raw['FPDFPath_GetDrawMode']!(object, scratch, scratch + 4);
    const [fill, stroke] = pdfium.ints(scratch, 2) as unknown as [number, number];
    if (stroke === 0 && (fill === 0 || !isSeen(object))) return { rulings: [], dots: [], dashes: [] };
    const found = { rulings: [] as Ruling[], dots: [] as Box[], dashes: [] as Box[] };
    let points: Point[] = [];
    let [isClosed, isCurved] = [false, false];
    const end = (): void => {
      if (points.length > 1 && isDash(boxOf(points))) found.dashes.push(boxOf(points));
      if (points.length > 2 && isDot(boxOf(points))) found.dots.push(boxOf(points));
      else if (!isCurved) found.rulings.push(...rulingsOf(points, stroke !== 0, isClosed));
      [points, isClosed, isCurved] = [[], false, false];
    };
    const count = raw['FPDFPath_CountSegments']!(object);
    for (let i = 0; i < count && left > 0; i++, left--) {
      const segment = raw['FPDFPath_GetPathSegment']!(object, i);
      const type = raw['FPDFPathSegment_GetType']!(segment);
      isCurved ||= type === 1;
      raw['FPDFPathSegment_GetPoint']!(segment, scratch, scratch + 4);
      const [x, y] = pdfium.floats(scratch, 2) as unknown as [number, number];
      if (type === 2) end();
      points.push(turned(turn, a * x + c * y + e, b * x + d * y + f));
      isClosed ||= raw['FPDFPathSegment_GetClose']!(segment) !== 0;
    }
    end();
    return found;
  };
}

/** The colour that an object is filled with, as far as the file says it: red, green and blue, and how little is seen through it. */
export function fillOf({ raw, scratch, ints }: Pdfium, object: number): { isKnown: boolean; isWhite: boolean; alpha: number } {
  const isKnown = raw['FPDFPageObj_GetFillColor']!(object, scratch, scratch + 4, scratch + 8, scratch + 12) !== 0;
  const [r, g, b, alpha] = ints(scratch, 4) as unknown as [number, number, number, number];
  return { isKnown, isWhite: r > 250 && g > 250 && b > 250, alpha };
}

/** How an object is moved from its own place to that of what it stands in. */
function matrixOf({ raw, scratch, floats }: Pdfium, object: number): Matrix {
  raw['FPDFPageObj_GetMatrix']!(object, scratch);
  return Array.from(floats(scratch, 6)) as unknown as Matrix;
}

/** What objects of a page are, by pdfium's numbers. */
export const [TEXT, PATH, IMAGE, FORM] = [1, 2, 3, 5];

/** An object of a page, and how what it stands in is moved; its own move comes before that. */
interface PageObject {
  readonly object: number;
  readonly type: number;
  readonly outer: Matrix;
}

/** The objects of a page in the order in which they are drawn, those of forms in their place. */
export function* pageObjects(pdfium: Pdfium, page: number): Generator<PageObject, void, undefined> {
  const { raw } = pdfium;
  let left = MAX_OBJECTS;
  function* among(count: number, get: (index: number) => number, outer: Matrix, depth: number): Generator<PageObject, void, undefined> {
    for (let i = 0; i < count && left > 0; i++, left--) {
      const object = get(i);
      const type = raw['FPDFPageObj_GetType']!(object);
      if (type !== FORM) yield { object, type, outer };
      else if (depth <= 8) {
        const inside = raw['FPDFFormObj_CountObjects']!(object);
        yield* among(inside, (k) => raw['FPDFFormObj_GetObject']!(object, k), times(matrixOf(pdfium, object), outer), depth + 1);
      }
    }
  }
  yield* among(raw['FPDFPage_CountObjects']!(page), (i) => raw['FPDFPage_GetObject']!(page, i), unmoved, 0);
}

/** Straight lines and edges of filled areas of a page, small dots and strokes, and the places of its pictures. */
export function readPaths(pdfium: Pdfium, page: number, turn: Turn): { rulings: Ruling[]; dots: Box[]; dashes: Box[]; images: Box[] } {
  const all = { rulings: [] as Ruling[], dots: [] as Box[], dashes: [] as Box[], images: [] as Box[] };
  const readPath = pathReader(pdfium, turn);
  for (const { object, type, outer } of pageObjects(pdfium, page)) {
    if (type !== PATH && type !== IMAGE) continue;
    const matrix = times(matrixOf(pdfium, object), outer);
    if (type === PATH) {
      const found = readPath(object, matrix);
      addAll(all.rulings, found.rulings);
      addAll(all.dots, found.dots);
      addAll(all.dashes, found.dashes);
    } else all.images.push(boxOf(cornersOf({ x0: 0, y0: 0, x1: 1, y1: 1 }, matrix).map(([x, y]) => turned(turn, x, y))));
  }
  return all;
}
