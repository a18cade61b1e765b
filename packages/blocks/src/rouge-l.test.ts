import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonSubsequence, rougeL, RougePool, rougeTokens } from './rouge-l.js';

const score = (a: string, b: string): number => rougeL(rougeTokens(a), rougeTokens(b));

describe('rougeL', () => {
  it('agrees with the worked examples of Lin (2004), section 3', () => {
    const reference = 'police killed the gunman';
    expect(score('police kill the gunman', reference)).toBeCloseTo(0.75, 12);
    expect(score('the gunman kill police', reference)).toBeCloseTo(0.5, 12);
    expect(score('the gunman police killed', reference)).toBeCloseTo(0.5, 12);
  });

  it.each([
    // By hand: the common subsequence is "the cat … the mat", 4 of 6 and 4 of 5 tokens: F = 2·4/11.
    ['the cat sat on the mat', 'the cat ate the mat', 8 / 11],
    // "testing one two", 3 of 4 and of 3.
    ['Testing: one, two!', 'testing one and two', 6 / 7],
    ['a b c', 'd e f', 0],
    ['', '', 0],
    ['猫は好き', '猫が好き', 3 / 4],
    ['Größe und Maß', 'größe UND maß', 1],
  ])('%j and %j', (a, b, expected) => {
    expect(score(a, b)).toBeCloseTo(expected, 12);
  });

  it('finds the longest common subsequence that a search over all subsequences finds', () => {
    const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    const isWithin = (part: readonly string[], whole: readonly string[]): boolean => {
      let at = 0;
      for (const item of whole) if (item === part[at]) at++;
      return at === part.length;
    };
    fc.assert(
      fc.property(word, word, (a, b) => {
        let longest = 0;
        for (let mask = 0; mask < 1 << a.length; mask++) {
          const part = a.filter((_, i) => mask & (1 << i));
          if (part.length > longest && isWithin(part, b)) longest = part.length;
        }
        expect(commonSubsequence(a, b)).toBe(longest);
        expect(commonSubsequence(b, a)).toBe(longest);
      }),
      { numRuns: 200 },
    );
  });

  it('asks a pool and gets what comparing with every text would give', () => {
    const text = fc.array(fc.constantFrom('to', 'be', 'or', 'not', 'that'), { maxLength: 7 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), text, fc.double({ min: 0.05, max: 1, noNaN: true }), (texts, tokens, threshold) => {
        const pool = new RougePool();
        for (const each of texts) pool.add(each);
        const expected = texts.flatMap((each, i) => (rougeL(each, tokens) >= threshold ? [i] : []));
        expect([...pool.like(tokens, threshold)].sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
