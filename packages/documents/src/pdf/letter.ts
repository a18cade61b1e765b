import type { Box, Style } from './page-content.js';
import type { Direction } from './upright.js';

/** Why letters may be seen by nobody: they are drawn not at all, in the colour of paper, or on a layer. */
export type Doubt = 'undrawn' | 'pale' | `layer ${string}`;

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
  readonly isSpaced: boolean;
  /** Arabic and Hebrew. */
  readonly isBackwards: boolean;
}
