import type { Box, Style } from './page-content.js';
import type { Direction } from './upright.js';

/** Why letters may be seen by nobody: they are drawn not at all, in the colour of paper, under an area, or on a layer. */
export type Doubt = 'undrawn' | 'pale' | 'covered' | `layer ${string}`;

/** A letter as the file has it: its place with y going up. */
export interface Letter extends Box {
  text: string;
  readonly ox: number;
  readonly oy: number;
  readonly style: Style;
  direction: Direction | undefined;
  /** Why nobody may see it; undefined: one does. */
  readonly doubt: Doubt | undefined;
  /** Whether it stands for what is drawn after it, too. */
  readonly isSpoken: boolean;
  /** Whether a space stands before it in the file. */
  isSpaced: boolean;
  /** Arabic and Hebrew. */
  readonly isBackwards: boolean;
}

/** Numbers of a letter: its box (left, bottom, right, top), and where it stands on its line. */
export const NUMBERS = 6;

/** Where the letters of a page stand. */
export type LetterNumbers = Float64Array;

export const numbersFor = (letters: number): LetterNumbers => new Float64Array(letters * NUMBERS);

/** A letter of a page; its numbers are in an array with those of the others, since objects for each of them fill the memory. */
export class PageLetter implements Letter {
  private readonly numbers: LetterNumbers;
  private readonly at: number;

  /** `index`: of the letter among those that have room in the array. */
  constructor(
    numbers: LetterNumbers,
    index: number,
    public text: string,
    readonly style: Style,
    public direction: Direction | undefined,
    readonly doubt: Doubt | undefined,
    readonly isSpoken: boolean,
    public isSpaced: boolean,
    readonly isBackwards: boolean,
  ) {
    this.numbers = numbers;
    this.at = index * NUMBERS;
  }

  get x0(): number {
    return this.numbers[this.at]!;
  }

  get y0(): number {
    return this.numbers[this.at + 1]!;
  }

  get x1(): number {
    return this.numbers[this.at + 2]!;
  }

  get y1(): number {
    return this.numbers[this.at + 3]!;
  }

  get ox(): number {
    return this.numbers[this.at + 4]!;
  }

  get oy(): number {
    return this.numbers[this.at + 5]!;
  }

  /** Gives it another place. */
  move({ x0, y0, x1, y1 }: Box, ox: number, oy: number): void {
    this.numbers.set([x0, y0, x1, y1, ox, oy], this.at);
  }
}
