import type { Box } from './page-content.js';

/** Directions of writing on the unturned page: to the right, up, to the left, down; and letters that stand upright one below the other. */
export type Direction = 0 | 1 | 2 | 3 | 'vertical';

/** Takes a place of the file (y goes up) to one where text runs to the right and down: x = ax + by + c, y = dx + ey + f. */
export type Turn = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const turned = ([a, b, c, d, e, f]: Turn, x: number, y: number): readonly [x: number, y: number] => [
  a * x + b * y + c,
  d * x + e * y + f,
];

/** How to turn a page so that text of a direction is upright, and back, and how large it is then. */
export function turnFor(
  direction: Direction,
  page: Box,
): { readonly turn: Turn; readonly back: Turn; readonly width: number; readonly height: number } {
  const { x0, y0, x1, y1 } = page;
  const [w, h] = [x1 - x0, y1 - y0];
  switch (direction) {
    case 1:
      return { turn: [0, 1, -y0, 1, 0, -x0], back: [0, 1, x0, 1, 0, y0], width: h, height: w };
    case 2:
      return { turn: [-1, 0, x1, 0, 1, -y0], back: [-1, 0, x1, 0, 1, y0], width: w, height: h };
    case 3:
    case 'vertical':
      return { turn: [0, -1, y1, -1, 0, x1], back: [0, -1, x1, -1, 0, y1], width: h, height: w };
    default:
      return { turn: [1, 0, -x0, 0, -1, y1], back: [1, 0, x0, 0, -1, y1], width: w, height: h };
  }
}

/** The quarter turn of a text whose direction is (a, b), or undefined for slanted text. */
export function quarterOf(a: number, b: number): 0 | 1 | 2 | 3 | undefined {
  const quarter = Math.atan2(b, a) / (Math.PI / 2);
  if (Math.abs(quarter - Math.round(quarter)) > 0.06) return undefined;
  return ((Math.round(quarter) + 4) % 4) as 0 | 1 | 2 | 3;
}
