import { defined } from '@sdg/core';

export type ShortKind = 'time' | 'reason' | 'count' | 'definition' | 'term' | 'subject' | 'person';

/** A question with the answer that the source gives to it. */
export interface Pair {
  readonly question: string;
  /** A full sentence or more. */
  readonly answer: string;
  /** The word, number or name that the question is after, where there is one. */
  readonly short?: string;
  /** What the short answer is: short answers of one kind can stand in for each other as wrong choices. */
  readonly kind?: ShortKind;
  /** What it rests on: pairs with one key are different questions about the same statement. */
  readonly key: string;
  /** Lower is better: whole questions before gaps to fill. */
  readonly rank: number;
}

/** A question and its answer; `key` and `rank` as a pair has them. */
export const pairOf = (key: string, rank: number, question: string, answer: string, short?: string, kind?: ShortKind): Pair => ({
  question,
  answer,
  key,
  rank,
  ...defined({ short, kind }),
});
