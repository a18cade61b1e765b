import { textIn, type Turn } from '../formats/turn.js';
import { evaluationWords, gramHashes } from './words.js';

/** Words in a row shared with an evaluation file that make a row suspect. */
const DEFAULT_NGRAM = 13;

/** Words from which on a text shorter than an n-gram counts where a turn says it alone: "Yes" and names are in many rows. */
const MIN_ALONE = { question: 3, other: 4 } as const;
/** Words from which on it counts inside of longer turns. */
const MIN_WITHIN = { question: 5, other: 8 } as const;

/** N-grams of one length, hashed and sorted, each with the item that it is of. */
interface GramTable {
  readonly size: number;
  /** Whether only turns count that say no more. */
  readonly isAlone: boolean;
  readonly grams: Float64Array;
  readonly items: Uint32Array;
}

/** All n-grams of evaluation files by length: of texts shorter than n words, all of their words are one. */
export type EvaluationGrams = readonly GramTable[];

/** A text of an evaluation file. */
export interface EvaluationText {
  readonly text: string;
  /** Number of the item that it is of. */
  readonly item: number;
  /** Words in a row that make an overlap. Default 13. */
  readonly ngram?: number;
}

/** Where `sorted` holds `value`; −1 if it does not. */
function placeOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle]!;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * The n-grams of evaluation texts. A text shorter than n words counts whole: wherever it stands if it is long enough to be
 * told from talk, else where a turn says it and no more.
 */
export function evaluationGrams(texts: Iterable<EvaluationText>): EvaluationGrams {
  const byKind = new Map<string, Map<number, number>>();
  for (const { text, item, ngram = DEFAULT_NGRAM } of texts) {
    const list = evaluationWords(text);
    const size = Math.min(ngram, list.length);
    const kind = /[?？]\s*$/.test(text) ? 'question' : 'other';
    if (list.length < ngram && size < Math.min(MIN_ALONE[kind], ngram)) continue;
    const isAlone = list.length < ngram && size < MIN_WITHIN[kind];
    const key = `${size} ${isAlone}`;
    const grams = byKind.get(key) ?? new Map<number, number>();
    byKind.set(key, grams);
    for (const gram of gramHashes(list, size)) if (!grams.has(gram)) grams.set(gram, item);
  }
  const tables = Array.from(byKind, ([key, grams]) => {
    const [size, isAlone] = key.split(' ');
    const sorted = [...grams].sort(([a], [b]) => a - b);
    return {
      size: Number(size),
      isAlone: isAlone === 'true',
      grams: Float64Array.from(sorted, ([gram]) => gram),
      items: Uint32Array.from(sorted, ([, item]) => item),
    };
  });
  return tables.sort((a, b) => b.size - a.size);
}

/**
 * Finds rows that share n words in a row with an evaluation file, as the GPT-3 paper did with 13 (arXiv:2005.14165, C), or
 * hold a whole text of it that is shorter, such as a question inside a longer prompt.
 */
export class Contamination {
  constructor(private readonly tables: EvaluationGrams) {}

  /** The number of the evaluation item that a row shares text with; undefined where there is none. */
  match(messages: readonly Turn[]): number | undefined {
    for (const turn of messages) {
      if (turn.role === 'system') continue;
      const list = evaluationWords(textIn(turn));
      for (const { size, isAlone, grams, items } of this.tables) {
        if (isAlone && list.length !== size) continue;
        for (const gram of gramHashes(list, size)) {
          const at = placeOf(grams, gram);
          if (at !== -1) return items[at];
        }
      }
    }
    return undefined;
  }
}
