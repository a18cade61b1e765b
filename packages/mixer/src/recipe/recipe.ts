import type { Place } from '@sdg/values';
import type { OutputFormat } from '../formats/output-format.js';
import type { ColumnFilter } from '../treat/row-rules.js';

/** How many rows of a dataset are wanted. */
export type SampleSize =
  /** Share of its rows: 1 all, 2 twice. */
  | { readonly kind: 'ratio'; readonly value: number }
  | { readonly kind: 'count'; readonly value: number }
  /** Share of the total. */
  | { readonly kind: 'weight'; readonly value: number };

/** A source that has fewer rows than are wanted gives what it has, repeats them, or ends the mix. */
export const EXHAUSTED = ['stop', 'repeat', 'error'] as const;
export type Exhausted = (typeof EXHAUSTED)[number];

/** One dataset of a mix. */
export interface DatasetSpec {
  readonly name: string;
  /** A file, a URL of the Hub, or `-` for stdin. */
  readonly path: string;
  readonly size: SampleSize;
  /** Name of its format; absent: found by its columns. */
  readonly format?: string;
  readonly seed?: number;
  readonly replacement?: boolean;
  /** What happens where more rows are asked for than there are. Default: they are repeated, up to a hundred times. */
  readonly exhausted?: Exhausted;
  readonly maxPerLeaf?: number;
  /** Default `_sdg.origin.leaf`. */
  readonly leafColumn?: string;
  readonly weightColumn?: string;
  readonly filter?: readonly ColumnFilter[];
  readonly upsample?: { readonly floor: number; readonly of: string };
  /** Where it was asked for. */
  readonly place?: Place;
}

export interface Dedupe {
  readonly mode: 'exact' | 'near' | 'semantic';
  /** Similarity from which two rows are duplicates: Jaccard of what they say, 0.8, or cosine of what they mean, 0.9. */
  readonly threshold?: number;
  /** What rows are compared with by meaning: all before them, or those of their own dataset. Default all. */
  readonly scope?: 'all' | 'dataset';
  /** Column with a number: of rows that mean the same the one with the highest stays. Default: the first stays. */
  readonly scoreColumn?: string;
}

/** A subset of all rows of the mix that stands for them. */
export interface SubsetSpec {
  readonly count: number;
  /** Among what it is shared out evenly. Default `none`: it goes where it covers most. */
  readonly balance?: 'none' | 'leaf' | 'cluster';
  /** Column with a number from 0 on: how well a row may stand for others. */
  readonly weightColumn?: string;
}

/** What to mix and how: a recipe as read, with its paths resolved. */
export interface Recipe {
  readonly datasets: readonly DatasetSpec[];
  /** Null: rows keep the system messages they have. Absent: the caller decides. */
  readonly systemPrompt?: string | null;
  readonly totalSamples?: number;
  readonly seed?: number;
  readonly shuffle?: boolean;
  readonly dedupe?: Dedupe;
  /** How many rows to choose of all that are drawn, by what they mean. */
  readonly select?: SubsetSpec;
  /** `ngram`: words in a row that make an overlap, of all files or of one. Default 13. */
  readonly decontaminate?: {
    readonly files: readonly (string | { readonly path: string; readonly ngram?: number })[];
    readonly ngram?: number;
  };
  /** Whether what models thought before they answered stays in the rows. Default keep. */
  readonly reasoning?: 'keep' | 'drop';
  /** Columns that stay columns in every form, null where a row has none. */
  readonly keep?: readonly string[];
  readonly format?: OutputFormat;
}

export const DEFAULT_LEAF_COLUMN = '_sdg.origin.leaf';
export const DEFAULT_THRESHOLD = 0.8;

/** Whether there is one dataset, of no size of its own: it is wanted for all of a total. */
export const isAlone = ([only, ...others]: readonly DatasetSpec[]): boolean =>
  only !== undefined && others.length === 0 && only.size.kind === 'ratio' && only.size.value === 1;

/**
 * The size that a text asks for: with a decimal point a share, without one, or with an exponent (`1e3`, `1.5e3`), a number
 * of rows; `1` is all.
 */
export function sampleSize(text: string): SampleSize {
  const plain = text.replaceAll('_', '');
  const value = Number(plain);
  const isCount = /^[+-]?\d+$/.test(plain) || (/e/i.test(plain) && Number.isInteger(value));
  return isCount && value !== 1 ? { kind: 'count', value } : { kind: 'ratio', value };
}
