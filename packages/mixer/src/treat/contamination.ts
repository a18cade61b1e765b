import type { Message } from '../rows/training-row.js';
import { shingles, words } from './words.js';

/** Words in a row shared with an evaluation file that make a row suspect. */
export const DEFAULT_NGRAM = 13;

/** Whether `sorted` holds `value`. */
function holds(sorted: Float64Array, value: number): boolean {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle]!;
    if (found === value) return true;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** Words from which on a text shorter than an n-gram counts: names, choices and answers such as "Yes" are in many rows. */
const MIN_WORDS = 4;

/** All n-grams of evaluation texts, hashed and sorted; texts shorter than n words count whole, if they are no mere answers. */
export function evaluationGrams(texts: Iterable<string>, size: number): Float64Array {
  const grams = new Set<number>();
  for (const text of texts) {
    if (words(text).length < Math.min(size, MIN_WORDS)) continue;
    for (const gram of shingles(text, size)) grams.add(gram);
  }
  return Float64Array.from(grams).sort();
}

/** Finds rows that share n words in a row with an evaluation file, as the GPT-3 paper did with 13 (arXiv:2005.14165, C). */
export class Contamination {
  readonly #size: number;
  readonly #grams: Float64Array;

  constructor(size: number, grams: Float64Array) {
    this.#size = size;
    this.#grams = grams;
  }

  touches(messages: readonly Message[]): boolean {
    return messages.some(
      ({ role, content }) => role !== 'system' && shingles(content, this.#size).some((gram) => holds(this.#grams, gram)),
    );
  }
}
