const WORDS: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, single: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20,
};
const THINGS = String.raw`(?:questions?|pairs?|instructions?|queries|contexts?|tasks?|items?|facts?)`;
/** No reply has more records than this, whatever a prompt asks for. */
const MOST = 100;

/** How many records the directions ask for; undefined where they name no number ("a series of questions"). */
export function findCount(directions: string): number | undefined {
  const found = new RegExp(String.raw`\b(\d{1,4}|${Object.keys(WORDS).join('|')})\s+(?!series|set|list|variety|range|number|lot)(?:(?!of\b)[\p{L}-]+\s+){0,4}?${THINGS}\b`, 'giu');
  const counts = [...directions.matchAll(found)].map(([, word]) => WORDS[word!.toLowerCase()] ?? Number(word));
  // "a question about 3 documents … 5 questions": the largest number is the one that was meant to be a number.
  const best = Math.max(...counts);
  return counts.length === 0 || !(best >= 1) ? undefined : Math.min(best, MOST);
}
