import type { Style, Word } from './page-content.js';

/** What a document's words look like, each look once: a page names its own for every object. */
export class StyleTable {
  readonly all: Style[] = [];
  readonly #numbers = new Map<string, number>();
  #last: Style | undefined;
  #lastNumber = 0;

  numberOf(style: Style): number {
    if (style === this.#last) return this.#lastNumber;
    const { font, size, isBold, isItalic, isMono, mcid } = style;
    const key = `${size} ${mcid} ${Number(isBold)}${Number(isItalic)}${Number(isMono)} ${font}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.all.push(style) - 1;
      this.#numbers.set(key, number);
    }
    [this.#last, this.#lastNumber] = [style, number];
    return number;
  }
}

/** Numbers of a word that are kept; its upper and lower end follow from them. */
const NUMBERS = 4;
const [GLUED, SPACED] = [1, 2];

/** How far the letters of a word reach above and below the line that they stand on. */
export const endsOf = (base: number, size: number): { readonly y0: number; readonly y1: number } => ({
  y0: base - size * 0.75,
  y1: base + size * 0.22,
});

/** A word by itself, on a line of its own. */
export const wordAt = (text: string, x0: number, x1: number, base: number, style: Style): Word => ({
  ...{ text, x0, x1, ...endsOf(base, style.size), base, anchor: base, style, isGlued: false, isSpaced: true },
});

/**
 * The words of a page, to be kept until the whole document was read: some 40 bytes each where objects take 240, which are what a
 * document of thousands of pages would fill the memory with.
 */
export class PackedWords {
  readonly #texts: string;
  readonly #numbers: Float64Array;
  readonly #styles: Uint32Array;
  readonly #flags: Uint8Array;

  /** `words`: with ends as {@link endsOf} has them, and no line ends in their texts. */
  constructor(
    words: readonly Word[],
    private readonly looks: StyleTable,
  ) {
    this.#numbers = new Float64Array(words.length * NUMBERS);
    this.#styles = new Uint32Array(words.length);
    this.#flags = new Uint8Array(words.length);
    const texts: string[] = [];
    for (let i = 0, at = 0; i < words.length; i++) {
      const { text, x0, x1, base, anchor, style, isGlued, isSpaced } = words[i]!;
      texts.push(text);
      this.#numbers[at++] = x0;
      this.#numbers[at++] = x1;
      this.#numbers[at++] = base;
      this.#numbers[at++] = anchor;
      this.#styles[i] = looks.numberOf(style);
      this.#flags[i] = (isGlued ? GLUED : 0) | (isSpaced ? SPACED : 0);
    }
    this.#texts = texts.join('\n');
  }

  /** The words as they were, made anew. */
  unpack(): Word[] {
    if (this.#styles.length === 0) return [];
    return this.#texts.split('\n').map((text, i): Word => {
      const at = i * NUMBERS;
      const [base, style, flags] = [this.#numbers[at + 2]!, this.looks.all[this.#styles[i]!]!, this.#flags[i]!];
      const word = wordAt(text, this.#numbers[at]!, this.#numbers[at + 1]!, base, style);
      return { ...word, anchor: this.#numbers[at + 3]!, isGlued: (flags & GLUED) !== 0, isSpaced: (flags & SPACED) !== 0 };
    });
  }
}
