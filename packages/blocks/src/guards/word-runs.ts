import { Spoken } from './words.js';

/** Words of a run that counts as taken from somewhere. */
const RUN = 5;
/** A run this long counts wherever it stands; a shorter one where it makes up half of its sentence. */
const LONG_RUN = 9;

/** Runs of words of texts, and the words that stand in them: what has none of these is told at less cost. */
export interface WordRuns {
  readonly runs: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
}

/** All runs of five words in texts. */
export function wordRuns(texts: readonly string[]): WordRuns {
  const lists = texts.map((text) => new Spoken(text).words).filter((list) => list.length >= RUN);
  return {
    runs: new Set(lists.flatMap((list) => list.slice(RUN - 1).map((_, i) => list.slice(i, i + RUN).join(' ')))),
    words: new Set(lists.flat()),
  };
}

/** Whether a text has taken a long run from somewhere, or half a sentence. */
export function echoes(text: Spoken, { runs, words: known }: WordRuns): boolean {
  if (runs.size === 0) return false;
  return text.sentences.some((list) => {
    let [length, longest, covered, knownOnes] = [0, 0, 0, 0];
    for (let end = 1; end <= list.length; end++) {
      knownOnes = known.has(list[end - 1]!) ? knownOnes + 1 : 0;
      if (knownOnes < RUN || !runs.has(list.slice(end - RUN, end).join(' '))) length = 0;
      else {
        covered += length === 0 ? RUN : 1;
        length = length === 0 ? RUN : length + 1;
        longest = Math.max(longest, length);
      }
    }
    return longest >= LONG_RUN || (covered > 0 && covered * 2 >= list.length);
  });
}
