/** How long a text is, in whatever unit the limit is given: tokens of the teacher, or words. */
export type CountTokens = (text: string) => number;

/** First and last code points of scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han. */
const UNSPACED = [
  0xe00, 0xeff, 0x1000, 0x109f, 0x1780, 0x17ff, 0x19e0, 0x19ff, 0x2e80, 0x2fdf, 0x3005, 0x3007, 0x3021, 0x3029, 0x3038, 0x303b, 0x3041,
  0x3096, 0x309d, 0x30fa, 0x30fc, 0x30ff, 0x31f0, 0x31ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xa9e0, 0xa9ff, 0xaa60, 0xaa7f, 0xf900, 0xfaff,
  0xff66, 0xff9d, 0x20000, 0x3ffff,
];

function isUnspaced(code: number): boolean {
  let i = 0;
  while (i < UNSPACED.length && code > UNSPACED[i + 1]!) i += 2;
  return i < UNSPACED.length && code >= UNSPACED[i]!;
}

const SPACES = new Set(Array.from('\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff', (space) => space.charCodeAt(0)));
const isSpace = (code: number): boolean => SPACES.has(code) || (code >= 0x2000 && code <= 0x200a);

/** A word is at most this long; of what is longer, every {@link PER_WORD} characters more count as one more. */
const LONGEST = 24;
const PER_WORD = 4;

const wordsIn = (length: number): number => (length === 0 ? 0 : length <= LONGEST ? 1 : 1 + Math.ceil((length - LONGEST) / PER_WORD));

/**
 * Words: runs of anything but white space. Of scripts without spaces every character counts, or a chapter would be one
 * word; of a string without a break (an address, a key, a picture in letters) its length does.
 *
 * @example
 * countWords('Open the valve.'); // 3
 * countWords('河流入海'); // 4
 */
export const countWords: CountTokens = (text) => {
  let words = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code > 32 && code < 0xa0) {
      run++;
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00) {
      code = text.codePointAt(i) ?? code;
      if (code > 0xffff) i++;
    }
    if (isSpace(code)) {
      words += wordsIn(run);
      run = 0;
    } else if (isUnspaced(code)) {
      words += wordsIn(run) + 1;
      run = 0;
    } else run++;
  }
  return words + wordsIn(run);
};

const TOKENS_PER_WORD = 1.3;

/** 1.3 tokens a word, the estimate of InstructLab, for when the teacher's tokenizer is not at hand. */
export const estimateTokens: CountTokens = (text) => Math.floor(countWords(text) * TOKENS_PER_WORD);

/** A limit, and how what is to keep within it is measured. */
export interface Gauge {
  readonly limit: number;
  readonly size: CountTokens;
  /** Whether the parts of a text, cut at white space, come to what the text comes to. */
  readonly isAdditive: boolean;
}

/** The gauge of a limit: estimated tokens are measured as words, which can be added up. */
export function gaugeOf(limit: number, count: CountTokens): Gauge {
  if (count !== estimateTokens) return { limit, size: count, isAdditive: count === countWords };
  let words = Math.ceil((limit + 1) / TOKENS_PER_WORD);
  while (words > 1 && Math.floor(words * TOKENS_PER_WORD) > limit) words--;
  return { limit: words, size: countWords, isAdditive: true };
}
