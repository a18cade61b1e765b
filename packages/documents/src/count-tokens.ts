/** How long a text is, in whatever unit the limit is given: tokens of the teacher, or words. */
export type CountTokens = (text: string) => number;

/** Characters of scripts that put no spaces between words. */
const unspaced = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
const hasUnspaced = new RegExp(`[${unspaced}]`, 'u');
const wordOrCharacter = new RegExp(`[${unspaced}]|[^\\s${unspaced}]+`, 'gu');

/**
 * Words: runs of anything but white space. Of scripts without spaces every character counts, or a chapter would be one
 * word.
 */
export const countWords: CountTokens = (text) => text.match(hasUnspaced.test(text) ? wordOrCharacter : /\S+/g)?.length ?? 0;

/** 1.3 tokens a word, the estimate of InstructLab, for when the teacher's tokenizer is not at hand. */
export const estimateTokens: CountTokens = (text) => Math.floor(countWords(text) * 1.3);
