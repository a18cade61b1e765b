import type { Tag } from './tag-tree.js';

/** How letters look, as far as it says what a text is for. */
export interface Style {
  readonly font: string;
  /** In points, as it stands on the page. */
  readonly size: number;
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isMono: boolean;
  /** Of the marked content that the letters stand in; -1 for none, -2 for what the file says to be no part of the text. */
  readonly mcid: number;
}

/** A rectangle on an upright page, in points from its upper left corner. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Letters of one style without a gap between them. */
export interface Word extends Box {
  readonly text: string;
  /** The line that the letters stand on. */
  readonly base: number;
  /** The line of the word that it goes on, where it is a raised or lowered part of one; else its own. */
  readonly anchor: number;
  readonly style: Style;
  /** Whether it goes on the word before it in the file, in another style or height. */
  readonly isGlued: boolean;
  /** Whether the file has a space before it. */
  readonly isSpaced: boolean;
}

/** Words that stand on one line, in the order in which they are read. */
export interface Line extends Box {
  readonly page: number;
  readonly words: readonly Word[];
  readonly text: string;
  readonly base: number;
  /** Of most of its letters. */
  readonly style: Style;
  /** Whether all of its words are bold. */
  readonly isBold: boolean;
  /** Whether all of its words are in letters of one width. */
  readonly isMono: boolean;
}

/** A line as it is known when all of a document was read. */
export type TextLine = Omit<Line, 'words'>;

/** A straight line, or the edge of a filled area, on the page. */
export interface Ruling extends Box {
  readonly isHorizontal: boolean;
  /** An edge of a filled area that is no line by itself. */
  readonly isFill: boolean;
}

/** What stands on a page, turned so that its text is upright. */
export interface PageContent {
  /** 1-based. */
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly words: Word[];
  /** Text in other directions than most of the page. */
  readonly turned: Word[];
  readonly rulings: readonly Ruling[];
  readonly images: readonly Box[];
  /** The structure of the page, where the file is tagged. */
  readonly tags: readonly Tag[];
  /** Paragraphs of a page that was read by text recognition. */
  readonly recognized?: readonly (readonly Line[])[];
  /** Letters that the file does not say the meaning of. */
  readonly unknownLetters: number;
  /** Letters outside the page or seen by nobody. */
  readonly hidden: string;
}

export const widthOf = (box: Box): number => box.x1 - box.x0;

/** The smallest box around all. */
export function around(boxes: readonly Box[]): Box {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    x0 = Math.min(x0, box.x0);
    y0 = Math.min(y0, box.y0);
    x1 = Math.max(x1, box.x1);
    y1 = Math.max(y1, box.y1);
  }
  return { x0, y0, x1, y1 };
}

/** The middle one of numbers; 0 of none. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) return 0;
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}
