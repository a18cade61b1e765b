/** What counts as one token: a run of letters, marks and digits; in scripts without spaces each character. */
const TOKEN = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}]+/gu;
const ALONE = /(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])|(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])/u;

/**
 * The tokens of a text for {@link rougeL}: case and punctuation do not count, as in the `rouge_score` package without
 * its stemmer; letters of all scripts do, where that package knows a to z alone.
 */
export function rougeTokens(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(TOKEN) ?? []).flatMap((token) => token.split(ALONE).filter(Boolean));
}

/** Length of the longest common subsequence. O(a·b) time, O(min) memory. */
export function commonSubsequence<T>(a: readonly T[], b: readonly T[]): number {
  const [long, short] = a.length < b.length ? [b, a] : [a, b];
  const row = new Uint32Array(short.length + 1);
  for (const item of long) {
    let diagonal = 0;
    for (let j = 1; j <= short.length; j++) {
      const above = row[j]!;
      row[j] = item === short[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[short.length]!;
}

/**
 * ROUGE-L of two token lists, 0 to 1: the harmonic mean of the shares that their longest common subsequence has of each
 * (C.-Y. Lin, 2004, with β = 1). Two lists without tokens have 0, as nothing is known of them.
 */
export function rougeL(a: readonly string[], b: readonly string[]): number {
  const total = a.length + b.length;
  return total === 0 ? 0 : (2 * commonSubsequence(a, b)) / total;
}

/**
 * Texts of which one can ask which ones a new one is too much like. Most comparisons are spared: of n tokens, a text that
 * is alike shares at least t·n / (2 − t), so it holds one of the rarest n − t·n / (2 − t) + 1 of them (prefix filtering,
 * as in set joins; Chaudhuri, Ganti and Kaushik, 2006).
 */
export class RougePool {
  readonly #texts: (readonly string[])[] = [];
  /** Numbers of the texts that hold a token. */
  readonly #index = new Map<string, number[]>();

  /** Texts are numbered from 0 as they are added. */
  add(tokens: readonly string[]): void {
    const text = this.#texts.push(tokens) - 1;
    for (const token of new Set(tokens)) {
      const holders = this.#index.get(token);
      if (holders) holders.push(text);
      else this.#index.set(token, [text]);
    }
  }

  /** Numbers of the texts, in no order, that have ROUGE-L of at least `threshold` with `tokens`. */
  *like(tokens: readonly string[], threshold: number): Generator<number> {
    const shared = Math.ceil((threshold * tokens.length) / (2 - threshold) - 1e-9);
    const rarest = tokens.map((token) => this.#index.get(token) ?? []).sort((a, b) => a.length - b.length);
    const candidates = new Set(rarest.slice(0, tokens.length - shared + 1).flat());
    for (const text of candidates) {
      const other = this.#texts[text]!;
      const most = Math.min(tokens.length, other.length);
      if ((2 * most) / (tokens.length + other.length) >= threshold && rougeL(tokens, other) >= threshold) yield text;
    }
  }
}
