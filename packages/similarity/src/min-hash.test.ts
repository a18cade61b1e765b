import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minHash, rowsPerBand, similarity } from './min-hash.js';

/** The Jaccard similarity of the sets of 5-grams, counted out. */
function jaccard(a: string, b: string): number {
  const grams = (text: string): Set<string> =>
    new Set(Array.from({ length: Math.max(1, text.length - 4) }, (_, i) => text.slice(i, i + 5)));
  const [left, right] = [grams(a), grams(b)];
  const both = [...left].filter((gram) => right.has(gram)).length;
  return both / (left.size + right.size - both);
}

describe('minHash', () => {
  it('estimates the Jaccard similarity of the n-grams, as closely as its length allows', () => {
    const word = fc.constantFrom('river', 'delta', 'stone', 'water', 'north', 'hills', 'frost', 'grain', 'amber', 'cloud');
    const text = fc.array(word, { minLength: 20, maxLength: 60 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, fc.nat(40), (a, b, share) => {
        const mixed = `${a.slice(0, share * 5)} ${b}`;
        const estimate = similarity(minHash(b, { length: 1024 }), minHash(mixed, { length: 1024 }));
        // Five standard errors.
        expect(Math.abs(estimate - jaccard(b, mixed))).toBeLessThan(5 / (2 * Math.sqrt(1024)));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('gives the same signatures for ever: what is a repeat must not depend on the version', () => {
    const text = 'Where does the river Elbe flow into the sea?';
    expect([...minHash(text, { length: 16 })]).toEqual([36, 96, 230, 223, 15, 138, 59, 70, 135, 57, 48, 135, 232, 72, 243, 131]);
    expect([...minHash(text, { length: 16, scope: 'rivers', ngram: 3 })]).toEqual([
      92, 6, 250, 206, 10, 118, 82, 77, 47, 67, 179, 248, 228, 245, 79, 208,
    ]);
    expect([...minHash('ab', { length: 4 })]).toEqual([36, 36, 36, 36]);
    expect([...minHash(text)]).toHaveLength(128);
  });

  it('takes no notice of case, white space and compatibility forms, and takes short and empty texts', () => {
    expect(minHash('The  River\nElbe', { length: 64 })).toEqual(minHash('the river elbe', { length: 64 }));
    expect(minHash('ﬁn', { length: 64 })).toEqual(minHash('fin', { length: 64 }));
    expect(similarity(minHash('a', { length: 64 }), minHash('b', { length: 64 }))).toBeLessThan(0.1);
    expect(similarity(minHash('', { length: 64 }), minHash('', { length: 64 }))).toBe(1);
  });

  it('finds equal texts of two scopes no more alike than by chance', () => {
    const text = 'Where does the river Elbe flow into the sea?';
    expect(similarity(minHash(text, { scope: 'a' }), minHash(text, { scope: 'a' }))).toBe(1);
    expect(similarity(minHash(text, { scope: 'a' }), minHash(text, { scope: 'b' }))).toBeLessThan(0.1);
    expect(similarity(minHash(text), minHash(text, { scope: '' }))).toBeLessThan(0.1);
  });

  it('chooses bands in which pairs at the threshold meet with probability 0.95', () => {
    for (const threshold of [0.3, 0.5, 0.8, 0.95]) {
      const rows = rowsPerBand(128, threshold);
      expect(1 - (1 - threshold ** rows) ** Math.floor(128 / rows)).toBeGreaterThanOrEqual(0.95);
    }
    expect(rowsPerBand(128, 1)).toBe(128);
  });
});
