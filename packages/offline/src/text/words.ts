/** Words that say little about what a text is about. */
const FUNCTION_WORDS = new Set(
  `a about above after again all also although always am an and another any anything are as ask asked at away back be because been
  before being below between both but by can cannot could did do does doing done down during each either else even ever every few first
  for from further get give go had has have he help her here hers him his how however i if in instead into is it its itself just know
  let like may me mean might more most much must my need never no nor not now of off often on once one only onto or other our out over
  own per please quite rather said same say says shall she should since so some something such than that the their them then there
  therefore these they thing things this those though through thus to together too under until up upon us use used using very want was
  way we well were what when where whether which while who whole whom whose why will with within without would yes yet you your
  themselves itself himself herself several around last next two three four five six seven eight nine ten yours theirs ours mine hers
  everyone everybody nobody somebody someone`.split(/\s+/u),
);

/** Letters of scripts that put nothing between words. */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'].map((script) => `\\p{Script=${script}}`).join('');
const SPACED = String.raw`(?:(?![${UNSPACED}])[\p{L}\p{N}])+`;
const WORD = new RegExp(String.raw`[${UNSPACED}]|${SPACED}(?:[-'’.:,]${SPACED})*`, 'gu');

/** All words of a text, lower case. Hyphens and apostrophes stay inside words; a letter of Chinese or Thai counts as one. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replace(/['’]s\b/gu, '')
      .match(WORD) ?? []
  );
}

/** A word without its commonest English endings, so that `lights`, `lighted` and `lighting` meet in `light`. */
export function stem(word: string): string {
  if (word.length <= 4 || /\d/u.test(word)) return word.length === 4 && /[^su]s$/u.test(word) ? word.slice(0, -1) : word;
  return word
    .replace(/ies$/u, 'y')
    .replace(/(?<=[sxz]|ch|sh)es$/u, '')
    .replace(/(?<=[^su])s$/u, '')
    .replace(/(?:ing|ed|ly)$/u, '')
    .replace(/(?<=[^aeiouls])([^aeiouls])\1$|e$/u, '$1');
}

/** The words that carry a text's content, stemmed, in order, with repetitions. */
export function contentWords(text: string): readonly string[] {
  return wordsOf(text)
    .filter((word) => !FUNCTION_WORDS.has(word))
    .map(stem);
}

/** Share of the content words of `part` that occur in `whole`, 0 to 1; 0 where `part` has none. */
export function coverage(part: string, whole: string | ReadonlySet<string>): number {
  const known = typeof whole === 'string' ? new Set(contentWords(whole)) : whole;
  const words = new Set(contentWords(part));
  let shared = 0;
  for (const word of words) if (known.has(word)) shared++;
  return words.size === 0 ? 0 : shared / words.size;
}

export const capitalise = (text: string): string => text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());

const COUNTED = new RegExp(String.raw`[${UNSPACED}]|(?:(?![${UNSPACED}])\S)+`, 'gu');
/** Count of words; a letter of Chinese or Thai counts as one. */
export const wordCount = (text: string): number => text.match(COUNTED)?.length ?? 0;
