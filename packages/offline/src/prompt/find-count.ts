const WORDS: Readonly<Record<string, number>> = {
  ...{ two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20 },
};
const THING = String.raw`(?:questions?|pairs?|instructions?|queries|query|contexts?|tasks?|items?)`;
const BETWEEN = String.raw`(?:(?!of\b|series\b|set\b|list\b|number\b|variety\b|range\b)[\p{L}-]+\s+){0,4}?`;
const MAKE =
  String.raw`\b(?:generate|write|create|come up with|compose|develop|` +
  String.raw`produce|invent|provide|formulate|give|make|ask)\s+(?:me\s+)?`;
/** No reply has more records than this, whatever a prompt asks for. */
const MOST = 100;
const MANY = 10;

/** How many records the directions ask for; undefined where they say neither a number nor that it is one. */
export function findCount(directions: string): number | undefined {
  const counted = new RegExp(String.raw`\b(\d{1,7}|${Object.keys(WORDS).join('|')})\s+${BETWEEN}${THING}\b`, 'giu');
  const counts = [...directions.matchAll(counted)]
    .map(([, word]) => WORDS[word!.toLowerCase()] ?? Number(word))
    .filter((count) => count >= 1);
  // "5 questions on the 2 documents": the largest number is the one that was meant to be a number.
  if (counts.length > 0) return Math.min(MOST, Math.max(...counts));
  if (/\bas many\b|\b(?:one )?for (?:each|every) (?:fact|sentence|paragraph|point)\b|\ball (?:the )?possible\b/iu.test(directions)) {
    return MANY;
  }
  return new RegExp(`${MAKE}(?:an?|one|1)\\s+${BETWEEN}${THING}\\b`, 'iu').test(directions) ? 1 : undefined;
}
