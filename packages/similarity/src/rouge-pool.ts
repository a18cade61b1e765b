import { SubsequenceBits } from './common-subsequence.js';
import { rougeLOf } from './rouge-l.js';

/** k is this part of s: with 5000 texts of 200 words, a quarter took less time than all of it, a half, or a single hit. */
const PART = 4;

/** One text compared with those of a pool. Good until the pool is asked or added to again. */
export interface RougeQuery {
  /** How many entries of the index have to be looked at for the candidates. */
  readonly effort: number;
  /** Numbers of all texts that may be alike, each once, and of some that are not. */
  candidates(): readonly number[];
  /** Whether the text with this number has ROUGE-L of at least the threshold. */
  isLike(text: number): boolean;
}

/** A token that some text holds: the numbers of the texts that hold it once at least, twice at least, and so on. */
interface Entry {
  readonly id: number;
  readonly holders: number[][];
}

/**
 * Texts of which one can ask which ones a new one is too much like: exactly those that {@link rougeL} would name. Most
 * comparisons are spared, and most of what is left of one:
 *
 * - Of n tokens, a text that is alike shares at least s = t·n / (2 − t), as often as both have them. So it shares at
 *   least k of the n − s + k rarest, and the long lists of the commonest are never read (prefix filtering: S. Chaudhuri,
 *   V. Ganti and R. Kaushik, 2006; with k above 1: C. Li, J. Lu and Y. Lu, 2008). The second occurrence of a token
 *   counts as another token.
 * - The common subsequence is no longer than the shorter text, and no longer than the number of its tokens that the
 *   other has at all.
 * - Tokens are numbers, and the subsequence is found for 30 of them at a time: see {@link SubsequenceBits}.
 */
export class RougePool {
  readonly #entries = new Map<string, Entry>();
  readonly #texts: Int32Array[] = [];
  /** By text: tokens shared with the query. All 0 between queries. */
  #hits = new Int32Array(64);
  /** By id: the symbol of the token in the last query, from 1; 0 where it has none. */
  #symbols = new Int32Array(64);
  /** Ids of the tokens of the last query. */
  #asked: number[] = [];
  /** Symbols of the text that is being looked at. */
  #common = new Int32Array(64);

  /** Texts are numbered from 0 as they are added. */
  add(tokens: readonly string[]): void {
    const text = this.#texts.length;
    const occurrences = new Map<string, number>();
    const ids = Int32Array.from(tokens, (token) => {
      let entry = this.#entries.get(token);
      if (!entry) this.#entries.set(token, (entry = { id: this.#entries.size, holders: [] }));
      const occurrence = occurrences.get(token) ?? 0;
      occurrences.set(token, occurrence + 1);
      (entry.holders[occurrence] ??= []).push(text);
      return entry.id;
    });
    this.#texts.push(ids);
    if (this.#hits.length < this.#texts.length) this.#hits = new Int32Array(2 * this.#texts.length);
    if (this.#common.length < ids.length) this.#common = new Int32Array(2 * ids.length);
    if (this.#symbols.length < this.#entries.size) {
      const symbols = new Int32Array(2 * this.#entries.size);
      symbols.set(this.#symbols);
      this.#symbols = symbols;
    }
  }

  /** @param threshold above 0, at most 1 */
  ask(tokens: readonly string[], threshold: number): RougeQuery {
    const symbols = this.#symbols;
    for (const id of this.#asked) symbols[id] = 0;
    const asked: number[] = (this.#asked = []);
    const counts: number[] = [];
    const lists: (readonly number[])[] = [];
    // Tokens that no text holds are one symbol, 0: it has places in the query and is met nowhere.
    const sequence = new Int32Array(tokens.length);
    tokens.forEach((token, i) => {
      const entry = this.#entries.get(token);
      if (!entry) return;
      const symbol = (symbols[entry.id] ||= asked.push(entry.id));
      const occurrence = (counts[symbol] = (counts[symbol] ?? -1) + 1);
      const holders = entry.holders[occurrence];
      if (holders) lists.push(holders);
      sequence[i] = symbol;
    });
    const least = Math.ceil((threshold * tokens.length) / (2 - threshold) - 1e-9);
    const hits = Math.ceil(least / PART);
    const none = tokens.length - lists.length;
    const rarest = lists.sort((a, b) => a.length - b.length).slice(0, Math.max(0, tokens.length - least + hits - none));
    let bits: SubsequenceBits | undefined;
    return {
      effort: rarest.reduce((sum, holders) => sum + holders.length, 0),
      candidates: () => this.#inAtLeast(hits, rarest),
      isLike: (text) => {
        const ids = this.#texts[text]!;
        const isEnough = (common: number): boolean => rougeLOf(common, tokens.length, ids.length) >= threshold;
        if (!isEnough(Math.min(tokens.length, ids.length))) return false;
        const known = this.#translate(ids);
        if (!isEnough(Math.min(tokens.length, known))) return false;
        bits ??= new SubsequenceBits(sequence, asked.length + 1);
        return isEnough(bits.commonWith(this.#common, known));
      },
    };
  }

  /** Texts that are in at least so many of the lists. */
  #inAtLeast(wanted: number, lists: readonly (readonly number[])[]): number[] {
    const hits = this.#hits;
    const found: number[] = [];
    for (const list of lists) {
      for (const text of list) if (++hits[text]! === wanted) found.push(text);
    }
    hits.fill(0);
    return found;
  }

  /** Leaves of a text the tokens that the query has, as its symbols; gives their number. */
  #translate(ids: Int32Array): number {
    const symbols = this.#symbols;
    const common = this.#common;
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      const symbol = symbols[ids[i]!]!;
      if (symbol !== 0) common[length++] = symbol;
    }
    return length;
  }
}
