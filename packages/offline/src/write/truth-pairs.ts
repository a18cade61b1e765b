import type { Statement } from '../text/read-source.js';
import { wordCount } from '../text/words.js';
import { fillersOf } from './gaps.js';
import type { Names } from './names.js';
import { nearbyNumbers } from './nearby-numbers.js';
import type { Pair } from './pair.js';
import { midSentence } from './question-words.js';
import { LEANS_BACK } from './statement-pairs.js';

/** Whether a statement is true, asked as it is; and asked with one of its numbers changed, where it has one. */
export function truthPairs({ text, paragraph, position }: Statement, names: Names): readonly Pair[] {
  if (
    wordCount(text) < 6 ||
    wordCount(text) > 28 ||
    LEANS_BACK.test(text) ||
    /[:;“”"]/u.test(text) ||
    !/^(?!\p{Lu}\p{Ll}+ing\b)\p{Lu}.*\.$/u.test(text)
  ) {
    return [];
  }
  const claim = midSentence(text.replace(/\.$/u, ''), names);
  const key = `${paragraph}.${position}`;
  const pairs: Pair[] = [{ question: `Is it true that ${claim}?`, answer: `Yes. ${text}`, key, rank: 3 }];
  const number = fillersOf(text, new Map()).find(({ kind }) => kind === 'year' || kind === 'number')?.text;
  const [, other] = number === undefined ? [] : [...nearbyNumbers(number)];
  if (number !== undefined && other !== undefined) {
    const at = claim.lastIndexOf(number);
    pairs.push({
      question: `Is it true that ${claim.slice(0, at)}${other}${claim.slice(at + number.length)}?`,
      answer: `No, it is not ${other} but ${number}. ${text}`,
      key,
      rank: 3,
    });
  }
  return pairs;
}
