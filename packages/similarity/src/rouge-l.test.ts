import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonSubsequence } from './common-subsequence.js';
import { rougeL, rougeTokens } from './rouge-l.js';
import { RougePool } from './rouge-pool.js';

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

  it('agrees with the plain table of lengths, beyond one word of bits', () => {
    const plain = (a: readonly number[], b: readonly number[]): number => {
      const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
      for (let i = 1; i <= a.length; i++) {
        for (let j = 1; j <= b.length; j++) {
          table[i]![j] = a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
        }
      }
      return table[a.length]![b.length]!;
    };
    const sequence = fc
      .tuple(fc.constantFrom(1, 2, 5, 40), fc.array(fc.nat(1e6), { maxLength: 130, size: 'max' }))
      .map(([kinds, all]) => all.map((n) => n % kinds));
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(commonSubsequence(a, b)).toBe(plain(a, b));
      }),
      { numRuns: 300, examples: [29, 30, 31, 60, 61].map((n) => [new Array<number>(n).fill(0), new Array<number>(n + 1).fill(0)]) },
    );
  });

  it('asks a pool of many texts, of long ones and of many words', () => {
    const pool = new RougePool();
    const words = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `w${from + i}`);
    for (let i = 0; i < 150; i++) pool.add(words(10 * i, 10));
    pool.add(words(5000, 300));
    for (const i of [0, 63, 64, 149]) {
      const query = pool.ask(words(10 * i, 10), 1);
      expect(query.candidates()).toEqual([i]);
      expect([query.isLike(i), query.isLike((i + 1) % 150)]).toEqual([true, false]);
    }
    const query = pool.ask(words(5150, 300), 0.5);
    expect(query.candidates()).toEqual([150]);
    // 150 of 300 and of 300.
    expect(query.isLike(150)).toBe(true);
    expect(pool.ask(words(5151, 300), 0.5).isLike(150)).toBe(false);
  });

  it('says how many entries it must look at', () => {
    const pool = new RougePool();
    for (const text of ['a b c d', 'a b x y', 'a p q r']) pool.add(text.split(' '));
    // All four are shared where all must be: of the rarest one is enough.
    expect(pool.ask('a b c d'.split(' '), 1).effort).toBe(1);
    expect(pool.ask('a b'.split(' '), 0.1).effort).toBe(5);
    expect(pool.ask('a a'.split(' '), 0.1).effort).toBe(3);
  });

  it('asks a pool and gets what comparing with every text would give', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom('to', 'be', 'or', 'not', 'that'), { maxLength: 7 }),
      fc.array(fc.constantFrom('to', 'be', 'or', 'not', 'that', 'is', 'the', 'question'), { minLength: 25, maxLength: 70 }),
    );
    const query = fc.tuple(text, fc.double({ min: 0.05, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.array(query, { minLength: 1, maxLength: 3 }), text, (texts, queries, later) => {
        const pool = new RougePool();
        for (const each of texts) pool.add(each);
        const all = [...texts];
        for (const [tokens, threshold] of queries) {
          const expected = all.flatMap((each, i) => (rougeL(each, tokens) >= threshold ? [i] : []));
          const { effort, candidates, isLike } = pool.ask(tokens, threshold);
          const found = [...candidates()];
          expect(new Set(found).size).toBe(found.length);
          expect(found.length).toBeLessThanOrEqual(effort);
          expect(found.filter(isLike).sort((a, b) => a - b)).toEqual(expected);
          expect(all.flatMap((_, i) => (isLike(i) ? [i] : []))).toEqual(expected);
          pool.add(later);
          all.push(later);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('looks at the lists of the rarest tokens alone', () => {
    const pool = new RougePool();
    for (let i = 0; i < 1000; i++) pool.add(`what is the ${i} of the ${i % 50} and the ${i % 7}`.split(' '));
    // Of ten tokens one that is alike at 0.7 shares six at least: two of the six rarest.
    const { effort, candidates } = pool.ask('what is the 3 of the 3 and the 3'.split(' '), 0.7);
    expect(effort).toBeLessThan(4200);
    expect(candidates()).toContain(3);
    expect(pool.ask('entirely other words here'.split(' '), 0.7).effort).toBe(0);
  });

  it('takes the tokens of a text without its speed-ups for those of one definition', () => {
    const SPACELESS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]$/u;
    const plain = (text: string): string[] => {
      const tokens: string[] = [];
      let word = '';
      for (const char of text.normalize('NFKC').toLowerCase()) {
        const isAlone = SPACELESS.test(char);
        if (!isAlone && /[\p{L}\p{M}\p{N}]/u.test(char)) word += char;
        else {
          if (word) tokens.push(word);
          word = '';
          if (isAlone) tokens.push(char);
        }
      }
      return word ? [...tokens, word] : tokens;
    };
    const text = fc
      .array(fc.constantFrom('a', 'Ä', 'ß', '9', ' ', ',', '猫', 'は', 'キ', 'ไ', '้', '\u0301', '々', 'ﬁ', '𠮷', '⺀', '😀'))
      .map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, (each) => {
        expect(rougeTokens(each)).toEqual(plain(each));
      }),
      { numRuns: 300 },
    );
  });
});
