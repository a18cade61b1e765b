/** Texts that are looked at: what share of a set has a template shows in its beginning. */
const MOST_TEXTS = 5000;
/** Characters of a text beyond which it is no filled-in template. */
const MOST_LENGTH = 600;
/** Other words that were seen in one place of the same text before a word there counts as what the text is about. */
const MANY_WORDS = 4;
/** Fewer dropped texts tell nothing. */
const FEW = 10;
/** Shares of all texts, and of the dropped ones, from which it is worth a line. */
const [OF_ALL, OF_DROPPED] = [0.02, 0.5];

/** What letters took for repeats though it speaks of something else. */
export interface TemplateFinding {
  /** Texts that were looked at, those of them that were dropped, and those of these that speak of something else. */
  readonly seen: number;
  readonly dropped: number;
  readonly apart: number;
  /** One that stayed or went before, and one that was dropped. */
  readonly example: readonly [string, string];
}

interface Place {
  /** What stood there, a few. */
  readonly words: Set<string>;
  readonly text: string;
}

const SEPARATOR = '\u0000';
const isNumber = (word: string): boolean => /\p{N}/u.test(word);
/** A capital where no sentence begins. */
const isName = (word: string, before: string | undefined): boolean =>
  /^\p{Lu}/u.test(word) && before !== undefined && !/[.!?:]$/.test(before);
const bare = (word: string): string => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

/**
 * Tells whether a way of finding repeats by letters (ROUGE-L, MinHash) eats a set whose texts share a template: "Who founded
 * Lima?" and "Who founded Oslo?" are alike by letters, and none repeats the other. A dropped text speaks of something else
 * if another one is the same but for its names and numbers, or if in the place of one of its words several others have stood.
 * Looks at the first 5,000 texts.
 *
 * @example
 * const watch = new TemplateWatch();
 * watch.see('Who founded Lima?', false);
 * watch.see('Who founded Oslo?', true);
 * watch.finding; // undefined: two texts tell nothing
 */
export class TemplateWatch {
  readonly #places = new Map<string, Place>();
  readonly #whole = new Set<string>();
  #seen = 0;
  #dropped = 0;
  #apart = 0;
  #example: readonly [string, string] | undefined;

  /** A text of a scope within which repeats are looked for, and whether it was dropped as one. */
  see(text: string, isDropped: boolean, scope = ''): void {
    if (this.#seen >= MOST_TEXTS) return;
    this.#seen++;
    if (isDropped) this.#dropped++;
    if (text.length > MOST_LENGTH) return;
    const words = text.split(/\s+/).filter(Boolean);
    const key = `${scope}${SEPARATOR}${words.join(' ')}`;
    // The very same text is a repeat, whatever it says.
    if (this.#whole.has(key)) return;
    this.#whole.add(key);
    let other: string | undefined;
    for (const [place, word, enough] of this.#placesOf(words, scope)) other = this.#look(place, word, enough, text) ?? other;
    if (!isDropped || other === undefined) return;
    this.#apart++;
    this.#example ??= [other, text];
  }

  /** The places of a text in which others have something else: where it has names and numbers, and where it has each of its words. */
  *#placesOf(words: readonly string[], scope: string): Generator<readonly [place: string, word: string, enough: number]> {
    const isFiller = words.map((word, i) => isNumber(word) || isName(word, words[i - 1]));
    if (isFiller.includes(true) && isFiller.includes(false)) {
      const rest = words.map((word, i) => (isFiller[i] ? '' : word)).join(' ');
      const fillers = words.filter((_, i) => isFiller[i]).map(bare);
      yield [`${scope}${SEPARATOR}${rest}`, fillers.join(' '), 1];
    }
    if (words.length < 3) return;
    for (const [i, word] of words.entries()) {
      if (bare(word).length < 3) continue;
      yield [`${scope}${SEPARATOR}${words.slice(0, i).join(' ')}${SEPARATOR}${words.slice(i + 1).join(' ')}`, bare(word), MANY_WORDS];
    }
  }

  /** Notes what stands in a place; gives another text with something else in it, if there were enough of them. */
  #look(place: string, word: string, enough: number, text: string): string | undefined {
    const known = this.#places.get(place);
    if (!known) {
      this.#places.set(place, { words: new Set([word]), text });
      return undefined;
    }
    const others = known.words.size - Number(known.words.has(word));
    if (known.words.size <= MANY_WORDS) known.words.add(word);
    return others >= enough ? known.text : undefined;
  }

  /** Undefined where there is nothing to tell. */
  get finding(): TemplateFinding | undefined {
    const [seen, dropped, apart, example] = [this.#seen, this.#dropped, this.#apart, this.#example];
    if (!example || apart < FEW || apart < OF_ALL * seen || apart < OF_DROPPED * dropped) return undefined;
    return { seen, dropped, apart, example };
  }
}

const EXCERPT = 80;
const quoted = (text: string): string => JSON.stringify(text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);

/** A finding as a line for a person. */
export const describeTemplates = ({ seen, dropped, apart, example: [one, other] }: TemplateFinding): string =>
  `of the first ${seen} texts ${dropped} were dropped as repeats, and ${apart} of these share a template with another and speak of ` +
  `something else: ${quoted(one)} and ${quoted(other)}; a higher threshold loses fewer, repeats by meaning fewest`;
