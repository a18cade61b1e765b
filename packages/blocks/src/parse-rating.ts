/** What a judge's reply says: a number, or why none can be read off it. */
export type Rating = { readonly rating: number } | { readonly problem: string };

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)(?:\s*/\s*\d+)?`;
/** The word, and no bracket between it and the number: `Rating: [[2]]`, `**Rating** (1 to 3): [[2]]`. */
const WORD = String.raw`\brating\b[^[\]]{0,60}?`;
/** Single brackets have other uses: between them and the word stand marks alone, or is, as, of, or a scale in parentheses. */
const NEAR = String.raw`\brating\b[^\p{L}\p{N}()[\]]{0,12}(?:(?:is|as|of)\b|\([^()[\]]{0,40}\))?[^\p{L}\p{N}[\]]{0,12}`;
const forms = [new RegExp(String.raw`${WORD}\[\[\s*${NUMBER}\s*\]\]`, 'giu'), new RegExp(String.raw`${NEAR}\[\s*${NUMBER}\s*\]`, 'giu')];

/**
 * Reads the rating off a judge's reply: `[[n]]`, or else `[n]` close by, after the word Rating. A reply may repeat itself,
 * but not contradict itself; anything else, a bare number too, is no rating.
 */
export function parseRating(reply: string): Rating {
  for (const form of forms) {
    const found = [...new Set([...reply.matchAll(form)].map(([, number]) => Number(number)))];
    if (found.length === 1) return { rating: found[0]! };
    if (found.length > 1) return { problem: `the reply gives several ratings: ${found.join(', ')}` };
  }
  return { problem: 'the reply has no "Rating: [[n]]"' };
}
