import type { Statement } from '../text/read-source.js';
import { verbForm } from '../text/verbs.js';
import { contentWords, wordCount } from '../text/words.js';
import { type Pair, pairOf } from './pair.js';

const GAP = '____';

/** What kind of thing fills a gap: things of one kind can stand in for each other as wrong choices. */
export type FillerKind = 'year' | 'number' | 'name' | 'word';
interface Filler {
  readonly text: string;
  readonly kind: FillerKind;
}

const YEAR = /\b(?:1[0-9]\d\d|20\d\d)\b/u;
const NUMBER = /(?<![\p{L}\d.,:-])\d(?:[\d,.]*\d)?(?![\p{L}\d:])/u;
const NAME = /(?<=(?:^|[\s“(])[\p{Ll}\d][\p{L}\d’'-]*[,;]? )(?:\p{Lu}[\p{L}-]{2,}(?: (?:of |de |von )?\p{Lu}[\p{L}-]+)*)/u;

/** The most telling thing in a sentence to leave out: a year, a number, a name, else its longest content word. */
export function fillersOf(sentence: string, nouns: ReadonlyMap<string, number>): readonly Filler[] {
  const fillers: Filler[] = [];
  const year = YEAR.exec(sentence)?.[0];
  if (year) fillers.push({ text: year, kind: 'year' });
  const number = NUMBER.exec(sentence)?.[0];
  if (number && number !== year) fillers.push({ text: number, kind: 'number' });
  const name = NAME.exec(sentence)?.[0];
  if (name) fillers.push({ text: name, kind: 'name' });
  const words = [...sentence.matchAll(/(?<= )\p{Ll}{4,}(?=[ .,;:])/gu)].map(([word]) => word);
  const telling = words
    .filter(
      (word, i) =>
        words.indexOf(word) === i &&
        words.lastIndexOf(word) === i &&
        nouns.has(word) &&
        contentWords(word).length > 0 &&
        !/(?:ing|ed|ly|ful|ous|ive|able)$/u.test(word),
    )
    .sort((a, b) => nouns.get(b)! - nouns.get(a)! || b.length - a.length)[0];
  if (telling) fillers.push({ text: telling, kind: 'word' });
  return fillers;
}

export const withGap = (sentence: string, filler: string): string => {
  const at = sentence.lastIndexOf(filler);
  return `${sentence.slice(0, at)}${GAP}${sentence.slice(at + filler.length)}`;
};

/** A lower-case word after an article or a preposition and before a pause or the next phrase: a noun, nearly always. */
const NOUN =
  /(?<=\b(?:the|an?|of|their|its|his|her|each|every|no) (?:\p{Ll}+ )?)\p{Ll}{4,}(?=[.,;:]|$| (?:of|in|on|at|to|is|are|was|were|and|or|that|which|with|from|for|by|into|as|has|have|had|can)\b)/gu;

/** The nouns of a document with how often they occur: what it keeps coming back to is worth asking for. */
export function nounFrequency(statements: readonly Statement[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of statements) {
    for (const [word] of text.matchAll(NOUN)) {
      if (!/^(?:past|singular)$/u.test(verbForm(word)?.tense ?? '')) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** Questions with a gap to fill: what can be asked about any sentence. */
export function gapPairs({ text, paragraph, position }: Statement, nouns: ReadonlyMap<string, number>): readonly Pair[] {
  if (wordCount(text) < 6 || wordCount(text) > 40 || !/[.!]["”’)]*$/u.test(text)) return [];
  const sentence = text.replace(/\s*[.!]["”’)]*$/u, '');
  return fillersOf(text, nouns).map(({ text: filler, kind }, i) => {
    const question = `Which ${kind} completes the sentence “${withGap(sentence, filler)}”?`;
    return pairOf(`${paragraph}.${position}`, 3 + i, question, `${filler}. The full sentence is: ${text}`, filler);
  });
}
