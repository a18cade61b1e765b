import { words } from './words.js';

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
      if (at === end && /\S/u.test(chars[begin]!)) return true;
      end = at === end ? end - 1 : at;
    }
  }
  return false;
}

/**
 * Whether sentences of few words, or one word, are most of a text: four times in all, a single word five times. Where as many things
 * were asked about as there are sentences (`asked`), each has its own.
 */
function goesRound(lists: readonly (readonly string[])[], asked: number): boolean {
  const said = lists.filter(({ length }) => length > 0);
  const counts = new Map<string, number>();
  for (const list of said) counts.set(list.join(' '), (counts.get(list.join(' ')) ?? 0) + 1);
  const isLoop = ([text, count]: readonly [string, number]): boolean => count >= (text.includes(' ') ? 4 : 5) && count * 2 > said.length;
  // Numbers may well be alike.
  if (said.length > asked && [...counts].some((entry) => isLoop(entry) && /\p{L}/u.test(entry[0]))) return true;
  let [last, inARow] = ['', 0];
  for (const word of lists.flat()) {
    inARow = word === last ? inARow + 1 : 1;
    last = word;
    if (inARow === 9 && /\p{L}/u.test(word)) return true;
  }
  return false;
}

/** Whether a text goes round: it ends in the same again and again, or says hardly anything that it has not said. */
export function repeats(text: string, asked = 1): boolean {
  if (loopsAtEnd(text)) return true;
  const lists = text.match(/[^.!?。！？\n]+/gu)?.map(words) ?? [];
  // None comes three times where there are no three.
  const sentences = (lists.length < 3 ? [] : lists)
    .map((list) => ({ length: list.length, said: list.join(' ') }))
    .filter(({ length, said }) => length >= 4 || said.length >= 12);
  const counts = new Map<string, number>();
  let most = 0;
  for (const { said } of sentences) {
    const count = (counts.get(said) ?? 0) + 1;
    counts.set(said, count);
    most = Math.max(most, count);
  }
  // A refrain comes back; a loop is most of the text.
  if (most >= 3 && most * 2 >= sentences.length) return true;
  if (goesRound(lists, asked)) return true;
  const list = lists.flat();
  if (list.length < 60) return false;
  const grams = list.slice(3).map((last, i) => `${list[i]} ${list[i + 1]} ${list[i + 2]} ${last}`);
  return new Set(grams).size < grams.length * 0.35;
}
