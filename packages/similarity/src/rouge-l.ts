import { commonSubsequence } from './common-subsequence.js';

const SPACELESS = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}';
const HAS_SPACELESS = new RegExp(`[${SPACELESS}]`, 'u');
const WORD = new RegExp(`[\\p{L}\\p{M}\\p{N}${SPACELESS}]+`, 'gu');
const ALONE = new RegExp(`(?=[${SPACELESS}])|(?<=[${SPACELESS}])`, 'u');

/**
 * The tokens of a text for {@link rougeL}: runs of letters, marks and digits; in scripts without spaces each character.
 * Case and punctuation do not count, as in the `rouge_score` package without its stemmer; letters of all scripts do,
 * where that package knows a to z alone.
 */
export function rougeTokens(text: string): readonly string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  const words = plain.match(WORD) ?? [];
  return HAS_SPACELESS.test(plain) ? words.flatMap((word) => word.split(ALONE).filter(Boolean)) : words;
}

/** ROUGE-L of two lists of `a` and `b` tokens whose longest common subsequence has `common`. */
export const rougeLOf = (common: number, a: number, b: number): number => (a + b === 0 ? 0 : (2 * common) / (a + b));

/**
 * ROUGE-L of two token lists, 0 to 1: the harmonic mean of the shares that their longest common subsequence has of each
 * (C.-Y. Lin, 2004, with β = 1). Two lists without tokens have 0, as nothing is known of them.
 */
export const rougeL = (a: readonly string[], b: readonly string[]): number => rougeLOf(commonSubsequence(a, b), a.length, b.length);
