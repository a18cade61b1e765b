import type { CountTokens } from './count-tokens.js';
import type { DocumentBlock } from './document-block.js';

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Cuts a text after every match of `pattern`; what matched stays with the part before it. */
const cutAfter = (pattern: RegExp) => (text: string): string[] => text.split(pattern).filter((part) => part !== '');

const intoLines = cutAfter(/(?<=\n)/);
const intoWords = cutAfter(/(?<=\s)(?=\S)/);

/** Characters that are looked at at once: the segmenter's time grows with the square of the text. */
const WINDOW = 4000;

/** Sentences; one that is longer than the window is cut, as it is too long for a chunk anyway. */
function intoSentences(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + WINDOW;
    // Not between the halves of a surrogate pair.
    if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end++;
    const segments = Array.from(sentences.segment(text.slice(start, end)), ({ segment }) => segment);
    // The last sentence may go on behind the window.
    if (end < text.length && segments.length > 1) segments.pop();
    found.push(...segments);
    start += segments.reduce((sum, { length }) => sum + length, 0);
  }
  return found;
}

/** Halves until it fits. Never cuts a surrogate pair; a single character is kept whatever it counts. */
function intoFittingHalves(text: string, fits: (text: string) => boolean): string[] {
  const characters = Array.from(text);
  if (characters.length <= 1 || fits(text)) return [text];
  const middle = Math.ceil(characters.length / 2);
  return [characters.slice(0, middle), characters.slice(middle)].flatMap((half) => intoFittingHalves(half.join(''), fits));
}

/**
 * Joins neighbours as long as they fit together. How many do is searched for by doubling and halving: to count again
 * for every word would take the square of a chunk's length.
 */
function packed(parts: readonly string[], fits: (text: string) => boolean): string[] {
  const packs: string[] = [];
  for (let from = 0; from < parts.length; ) {
    const doFit = (count: number): boolean => from + count <= parts.length && fits(parts.slice(from, from + count).join(''));
    let most = 1;
    while (doFit(most * 2)) most *= 2;
    for (let step = most; step >= 1; step = Math.floor(step / 2)) if (doFit(most + step)) most += step;
    packs.push(parts.slice(from, from + most).join(''));
    from += most;
  }
  return packs;
}

/**
 * Cuts a text into parts of at most `limit` tokens, at the best place there is: tables, code and lists between lines,
 * running text between sentences, then between words, and only within a word that is itself too long. The parts put
 * together are the text, to the letter.
 */
export function splitPiece(text: string, kind: DocumentBlock['kind'], limit: number, count: CountTokens): string[] {
  const fits = (part: string): boolean => count(part) <= limit;
  const ways = kind === 'text' || kind === 'heading' ? [intoSentences, intoWords] : [intoLines, intoSentences, intoWords];
  const split = (part: string, way: number): string[] => {
    if (fits(part)) return [part];
    const cut = ways[way];
    if (!cut) return intoFittingHalves(part, fits);
    return packed(cut(part).flatMap((smaller) => split(smaller, way + 1)), fits);
  };
  return split(text, 0);
}
