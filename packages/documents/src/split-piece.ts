import type { CountTokens } from './count-tokens.js';
import type { DocumentBlock } from './document-block.js';

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Cuts a text after every match of `pattern`; what matched stays with the part before it. */
const cutAfter = (pattern: RegExp) => (text: string): string[] => text.split(pattern).filter((part) => part !== '');

const intoLines = cutAfter(/(?<=\n)/);
const intoWords = cutAfter(/(?<=\s)(?=\S)/);
const intoSentences = (text: string): string[] => Array.from(sentences.segment(text), ({ segment }) => segment);

/** Halves until it fits. Never cuts a surrogate pair; a single character is kept whatever it counts. */
function intoFittingHalves(text: string, fits: (text: string) => boolean): string[] {
  const characters = Array.from(text);
  if (characters.length <= 1 || fits(text)) return [text];
  const middle = Math.ceil(characters.length / 2);
  return [characters.slice(0, middle), characters.slice(middle)].flatMap((half) => intoFittingHalves(half.join(''), fits));
}

/** Joins neighbours as long as they fit together. */
function packed(parts: readonly string[], fits: (text: string) => boolean): string[] {
  const packs: string[] = [];
  for (const part of parts) {
    const last = packs.at(-1);
    if (last !== undefined && fits(last + part)) packs[packs.length - 1] = last + part;
    else packs.push(part);
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
