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
 * Texts of which one can ask which ones a new one is too much like. Most comparisons are spared: a common subsequence
 * cannot be longer than the number of tokens that two texts share, and that is counted by an index of tokens.
 */
export class RougePool {
  readonly #texts: string[][] = [];
  /** Texts that hold a token, and how often. */
  readonly #index = new Map<string, { readonly text: number; readonly times: number }[]>();

  /** Texts are numbered from 0 as they are added. */
  add(tokens: string[]): void {
    const text = this.#texts.push(tokens) - 1;
    for (const [token, times] of countOf(tokens)) {
      const places = this.#index.get(token);
      if (places) places.push({ text, times });
      else this.#index.set(token, [{ text, times }]);
    }
  }

  /** Numbers of the texts, in no order, that have ROUGE-L of at least `threshold` with `tokens`. */
  *like(tokens: readonly string[], threshold: number): Generator<number> {
    const shared = new Map<number, number>();
    for (const [token, times] of countOf(tokens)) {
      for (const { text, times: others } of this.#index.get(token) ?? []) {
        shared.set(text, (shared.get(text) ?? 0) + Math.min(times, others));
      }
    }
    for (const [text, most] of shared) {
      const other = this.#texts[text]!;
      const total = tokens.length + other.length;
      if ((2 * most) / total >= threshold && rougeL(tokens, other) >= threshold) yield text;
    }
  }
}

function countOf(tokens: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
