import { isUnspaced } from './letters.js';

/** A word that a hyphen at the end of a line cuts, or a compound that is written with it. */
const cutWord = /(\p{L}{2,})[-\u2010\u00ad]$/u;

/** How often words stand in a document, to tell a hyphen that cuts a word from one that belongs to it. */
export type Vocabulary = ReadonlyMap<string, number>;

/** Beginnings after which a hyphen stays in doubt. */
const keeps = /^(?:self|non|ex|well|all|half|quasi|cross|high|low|long|short|two|three|four|one)$/i;

/**
 * Whether a hyphen at the end of a line belongs to the word: it is written with it elsewhere more often than without, or both halves
 * are words of the document and the whole is none. A capital after it, or another hyphen in the word, speaks for it.
 */
function isCompound(first: string, rest: string, vocabulary: Vocabulary | undefined, isChain: boolean): boolean {
  const times = (word: string): number => vocabulary?.get(word.toLowerCase()) ?? 0;
  const [whole, hyphened] = [times(first + rest), times(`${first}-${rest}`)];
  if (whole !== hyphened) return hyphened > whole;
  if (isChain || /^\p{Lu}/u.test(rest) || keeps.test(first)) return true;
  return first.length > 3 && rest.length > 3 && times(first) > 1 && times(rest) > 1;
}

/** Two lines of one paragraph as one text: a hyphen at the end goes unless the word is written with it elsewhere. */
export function joinTwo(above: string, below: string, vocabulary?: Vocabulary): string {
  const cut = cutWord.exec(above);
  if (cut && /^\p{L}/u.test(below)) {
    const rest = /^\p{L}+/u.exec(below)![0];
    const isChain = (/-\p{L}+-$/u.test(above) || below[rest.length] === '-') && (vocabulary?.get(cut[1]!.toLowerCase()) ?? 0) > 0;
    return (isCompound(cut[1]!, rest, vocabulary, isChain) ? above : above.slice(0, -1)) + below;
  }
  if (/[\p{L}\p{N}][-\u2010\u2013/]$/u.test(above) && /^[\p{L}\p{N}]/u.test(below)) return above + below;
  if (isUnspaced(above.at(-1) ?? ' ') && isUnspaced(below[0] ?? ' ')) return above + below;
  return `${above} ${below}`;
}

/** Lines of one paragraph as one text. */
export const joinLines = (lines: readonly string[], vocabulary?: Vocabulary): string =>
  lines.reduce((text, line) => (text === '' ? line : joinTwo(text, line, vocabulary)), '');

/** Counts words and words with hyphens of lines, but for those that the ends of lines cut. */
export function countWords(lines: Iterable<string>): Vocabulary {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const whole = line.replace(/\S+[-\u2010]$/u, '');
    for (const [word] of whole.toLowerCase().matchAll(/\p{L}+(?:[-\u2010]\p{L}+)*/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
