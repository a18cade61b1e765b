import type { Turn } from './turn.js';

export interface Preference {
  readonly prompt: readonly Turn[];
  readonly chosen: readonly Turn[];
  readonly rejected: readonly Turn[];
}

/** What the columns of a format say. */
export interface Reading {
  readonly messages: readonly Turn[];
  /** For rows of one instruction: its parts, as written. */
  readonly pair?: { readonly instruction: string; readonly input: string; readonly output: string };
  /** Exchanges before those of the pair. */
  readonly history?: readonly (readonly [question: string, answer: string])[];
  /** Two answers, of which `messages` has the better one. */
  readonly preference?: Preference;
  /** The column of the worse of two answers. */
  readonly worse?: string;
  /** Whether the answer was liked. */
  readonly label?: boolean;
  /** Text as it is, without turns. */
  readonly text?: string;
  readonly tools?: readonly unknown[];
  /** What of the row is not in the above and should be, in words that follow a number of rows. */
  readonly changes?: readonly string[];
  /** Columns that are said in the above. */
  readonly read: readonly string[];
}

/** What a row lacks to be of its format. */
export class NotOfFormat {
  constructor(readonly message: string) {}
}

/** Why a row that is of its format teaches nothing. */
export type Useless = 'no turns' | 'answer not among the choices' | 'no verdict' | 'no question' | 'neither answer is better';
