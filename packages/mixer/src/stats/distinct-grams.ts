import { words } from '@sdg/values';
import type { DistinctShares } from '@sdg/core';
import { gramHashes } from '../treat/words.js';

/** N-grams of a length that are looked at: the share of distinct ones falls with their number. */
const MOST_GRAMS = 1_000_000;

/** Counts n-grams and those that differ. */
export class DistinctGrams {
  readonly #lengths = ([1, 2, 3] as const).map((size) => ({ size, total: 0, known: new Set<number>() }));

  see(text: string): void {
    if (this.#lengths.every(({ total }) => total >= MOST_GRAMS)) return;
    const list = words(text);
    for (const one of this.#lengths) {
      if (one.total >= MOST_GRAMS) continue;
      for (const gram of gramHashes(list, one.size)) {
        one.total++;
        one.known.add(gram);
      }
    }
  }

  shares(): DistinctShares {
    const [one = 0, two = 0, three = 0] = this.#lengths.map(({ total, known }) => (total === 0 ? 0 : known.size / total));
    return { 1: one, 2: two, 3: three };
  }
}
