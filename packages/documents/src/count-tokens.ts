/** How long a text is, in whatever unit the limit is given: tokens of the teacher, or words. */
export type CountTokens = (text: string) => number;

/** Words: runs of anything but white space. */
export const countWords: CountTokens = (text) => text.match(/\S+/g)?.length ?? 0;

/** 1.3 tokens a word, the estimate of InstructLab, for when the teacher's tokenizer is not at hand. */
export const estimateTokens: CountTokens = (text) => Math.floor(countWords(text) * 1.3);
