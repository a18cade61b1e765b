/** Whether a token is no word but a mark that ends a sentence, if only in most places: one of `.!?。！？।۔؟` or the end of a line. */
function isMark(token: string): boolean {
  const code = token.charCodeAt(0);
  if (code < 0x80) return code < 0x30 || code === 0x3f;
  return code === 0x3002 || code === 0xff01 || code === 0xff1f || code === 0x964 || code === 0x6d4 || code === 0x61f;
}

const [WORDS, PLAIN_WORDS] = [/[\p{L}\p{N}]+|[.!?。！？।۔؟]\s?|\n/gu, /[a-z0-9]+|[.!?]\s?|\n/g];

/** Words of a text and marks between them; classes of Unicode cost more than a plain text needs. */
function tokensOf(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return lower.match(/^[\x00-\x7f]*$/.test(lower) ? PLAIN_WORDS : WORDS) ?? [];
}

/** Lists of the words that stand between marks that end a sentence, none of them empty. */
function sentencesOf(tokens: readonly string[], isEnd: (mark: string) => boolean): readonly (readonly string[])[] {
  const sentences: string[][] = [];
  let open: string[] | undefined;
  for (const token of tokens) {
    if (isMark(token)) open = isEnd(token) ? undefined : open;
    else if (open) open.push(token);
    else sentences.push((open = [token]));
  }
  return sentences;
}

/** A text with its words in lower case, which are looked for once, when a guard first asks for them. */
export class Spoken {
  readonly text: string;
  #tokens?: readonly string[];
  #words?: readonly string[];

  constructor(text: string) {
    this.text = text;
  }

  private get tokens(): readonly string[] {
    return (this.#tokens ??= tokensOf(this.text));
  }
  /** Between any two marks. */
  get parts(): readonly (readonly string[])[] {
    return sentencesOf(this.tokens, () => true);
  }
  /** Between marks with a blank behind them, and lines. */
  get sentences(): readonly (readonly string[])[] {
    return sentencesOf(this.tokens, (mark) => mark.length > 1 || mark === '\n');
  }
  get words(): readonly string[] {
    return (this.#words ??= this.tokens.filter((token) => !isMark(token)));
  }
}

/** Whether a text has the same words as another, and any. Most differ in the first one. */
export function isSameText({ words }: Spoken, other: string): boolean {
  const first = /[\p{L}\p{N}]+/u.exec(other.toLowerCase())?.[0];
  return first !== undefined && first === words[0] && isSame(words, new Spoken(other).words);
}

export const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((word, i) => word === others[i]);
