import type { Random } from '@sdg/core';
import type { Pair } from './pair.js';

/** Ranks that are drawn from together: whole questions, then tables, lists and turned-round sentences, then gaps. */
const BUCKETS: readonly (readonly [from: number, to: number])[] = [[0, 1], [2, 2], [3, Infinity]];

/**
 * `count` pairs in random order, the better kinds first and no statement twice before every one had its turn. Where
 * there are too few, the questions come again in other words.
 */
export function pickPairs(pairs: readonly Pair[], count: number, random: Random): readonly Pair[] {
  if (pairs.length === 0) return [];
  const picked: Pair[] = [];
  for (const [from, to] of BUCKETS) {
    let rest = random.shuffle(pairs.filter(({ rank }) => rank >= from && rank <= to));
    while (rest.length > 0 && picked.length < count) {
      const seen = new Set<string>();
      const left: Pair[] = [];
      for (const pair of rest) {
        if (seen.has(pair.key)) left.push(pair);
        else {
          seen.add(pair.key);
          picked.push(pair);
        }
      }
      rest = left;
    }
  }
  const prefixes = ['According to the text, ', 'As the text tells it, ', 'Going by the text alone, ', 'In the words of the text, '];
  const again = picked.filter(({ question }) => !/\bthe text\b/u.test(question));
  for (let i = 0; picked.length < count && again.length > 0; i++) {
    const pair = again[i % again.length]!;
    const prefix = prefixes[Math.floor(i / again.length) % prefixes.length]!;
    picked.push({ ...pair, question: `${prefix}${pair.question[0]!.toLowerCase()}${pair.question.slice(1)}` });
  }
  for (let i = 0; picked.length < count; i++) picked.push(pairs[i % pairs.length]!);
  return picked.slice(0, count);
}
