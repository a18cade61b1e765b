import { type Spoken } from './words.js';

/** Characters of what comes again and again, at least and at most; and of what may come after it. */
const [LEAST_PERIOD, MOST_PERIOD, AFTER] = [10, 301, 300];

/**
 * Whether something comes four times on end, at the end of a text or near it: what `(\S[^]{9,300}?)\1{3,}[^]{0,300}$`
 * finds, without trying all beginnings. Three periods that are followed by themselves must have no mismatch in them, so
 * one that is found near their beginning rules out all the places up to it.
 */
export function loopsAtEnd(text: string): boolean {
  const tail = text.slice(-2 * (4 * MOST_PERIOD + AFTER));
  const chars = /[\ud800-\udfff]/.test(tail) ? Array.from(tail) : tail;
  const length = chars.length;
  for (let period = LEAST_PERIOD; period <= MOST_PERIOD && period * 4 <= length; period++) {
    const first = Math.max(3 * period, length - AFTER - period);
    for (let end = length - period; end >= first;) {
      const begin = end - 3 * period;
      let at = begin;
      while (at < end && chars[at] === chars[at + period]) at++;
      if (at === end && /\S/u.test(chars[begin]!)) {
        // A fraction, a matrix of zeros: digits may well be alike.
        if (!/^(?=[^\d]*\d)[\d\s.,;|&]+$/.test(Array.from(chars.slice(begin, begin + period)).join(''))) return true;
        break;
      }
      end = at === end ? end - 1 : at;
    }
  }
  return false;
}

/** Whether one word comes nine times in a row. */
function stammers(spoken: readonly string[]): boolean {
  let [last, inARow] = ['', 0];
  for (const word of spoken) {
    inARow = word === last ? inARow + 1 : 1;
    last = word;
    if (inARow === 9 && /\p{L}/u.test(word)) return true;
  }
  return false;
}

/** Whether a sentence is of a script that puts no spaces between words, and longer than a word. */
const isUnspaced = (said: string): boolean => /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]{5}/u.test(said);

/** Whether one sentence is most of a text. Where as many things were asked about as there are sentences (`asked`), each has its own. */
function goesRound(sentences: readonly (readonly string[])[], asked: () => number): boolean {
  // Three that are the same begin with the same word.
  if (new Set(sentences.map(([first]) => first)).size > sentences.length - 2) return false;
  const counts = new Map<string, { readonly length: number; times: number }>();
  for (const list of sentences) {
    const said = list.join(' ');
    const known = counts.get(said);
    if (known) known.times++;
    else counts.set(said, { length: list.length, times: 1 });
  }
  // Numbers may well be alike.
  const told = [...counts].filter(([said]) => /\p{L}/u.test(said));
  // One of few words four times, a single word five times.
  const isLoop = told.some(
    ([said, { length, times }]) => times >= (length > 1 || isUnspaced(said) ? 4 : 5) && times * 2 > sentences.length,
  );
  if (isLoop && sentences.length > asked()) return true;
  const long = told.filter(([said, { length }]) => length >= 4 || said.length >= 12 || isUnspaced(said));
  const [most, all] = long.reduce(([top, sum], [, { times }]) => [Math.max(top, times), sum + times], [0, 0]);
  // A refrain comes back; a loop is most of the text.
  return most >= 3 && most * 2 >= all;
}

/** Whether a text goes round: it ends in the same again and again, or says hardly anything that it has not said. */
export function repeats({ text, parts, words }: Spoken, asked = (): number => 1): boolean {
  if (loopsAtEnd(text) || goesRound(parts, asked) || stammers(words)) return true;
  if (words.length < 60) return false;
  const fewest = (words.length - 3) * 0.35;
  // Each word that is new, but for the first three, ends a run that is.
  if (new Set(words).size - 3 >= fewest) return false;
  const grams = new Set<string>();
  for (let i = 3; i < words.length; i++) grams.add(`${words[i - 3]} ${words[i - 2]} ${words[i - 1]} ${words[i]}`);
  return grams.size < fewest;
}
