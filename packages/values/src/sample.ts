/** Where a seed sample was read: enough to find the place again by hand. What is not known is absent. */
export interface Origin {
  /** Leaf node path as in the taxonomy (`knowledge/geology/rivers`), or the task's name. */
  readonly leaf?: string;
  /** The file, as named on the command line. */
  readonly file?: string;
  /** 1-based line of the seed example in `file`. */
  readonly line?: number;
  /** 0-based index of the seed example in its leaf. */
  readonly seed_example?: number;
  /** Path of the knowledge document inside its repository. */
  readonly document?: string;
  /** 0-based index of the chunk in that document. */
  readonly chunk?: number;
  /** Headings above the chunk, outermost first. */
  readonly headings?: readonly string[];
  /** 1-based page of the document that the chunk begins on, and the one it ends on where that is another. */
  readonly page?: number;
  readonly last_page?: number;
}

/**
 * How a sample came to be. `id` is a hash of the root sample's content and of `path`, so it is the same in every run,
 * at any concurrency, and two samples of one run share it only if their seeds were equal to the letter.
 */
export interface Lineage {
  readonly id: string;
  /** The id of the seed sample. */
  readonly root: string;
  /** One entry a step that made new samples: `<block>.<index among its parent's children>`. */
  readonly path: readonly string[];
  readonly origin?: Origin;
  /** Name of the pipeline that made the sample. */
  readonly pipeline?: string;
  /** Models that wrote any of its columns, in order of first use. */
  readonly teachers?: readonly string[];
  /** Ids of generated samples that were shown to the teacher as examples when this one was made. */
  readonly examples?: readonly string[];
  /** Steps whose reply was no well-formed JSON and had to be mended before it could be read. */
  readonly mended?: readonly string[];
}

/**
 * One row on its way through a pipeline: a plain JSON object whose keys are columns. `_sdg` is the one reserved key;
 * it carries the {@link Lineage}. Samples are never mutated: blocks make new ones.
 */
export interface Sample {
  readonly [column: string]: unknown;
  readonly _sdg?: Lineage;
}

/** A sample known to have the columns `C`, on top of whatever else it carries. */
export type SampleWith<C extends object> = Sample & Readonly<C>;

/** `S` with the columns `Name` added or replaced, each of type `Value` (default `string`: what a teacher writes). */
export type WithColumns<S extends Sample, Name extends string, Value = string> = S & {
  readonly [column in Name]: Value;
} & Pick<Sample, '_sdg'>;

/** The reserved column of the lineage. */
export const LINEAGE = '_sdg';

/**
 * The leaf that a sample counts for: `leaf_node_path`, or '' for samples that name none, which are all of one. Samples
 * are compared with those of their own leaf only: the original works through one leaf after another, so two leaves may
 * well ask the same question.
 */
export function scopeOf(sample: Sample): string {
  const leaf = sample['leaf_node_path'];
  return typeof leaf === 'string' ? leaf : '';
}

/** The sample's own columns, without the lineage. */
export function columnsOf(sample: Sample): Record<string, unknown> {
  const { [LINEAGE]: _lineage, ...columns } = sample;
  return columns;
}

/** Whether a parsed JSON value can be a sample: an object, not an array, not null. */
export function isSample(value: unknown): value is Sample {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lists and objects inside each other at most, as Python reads JSON: whoever goes through a sample has a stack that ends. */
export const MOST_LEVELS = 1000;

function faultIn(value: unknown, levels: number): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'one with a number that is too large to be kept';
  if (typeof value !== 'object' || value === null) return undefined;
  return levels <= 0 ? `one of more than ${MOST_LEVELS} levels` : parsedFault(value, levels - 1);
}

/**
 * What keeps a value that was parsed as JSON from being written as it was: lists and objects deeper in each other than so
 * many levels, a number like 1e999. Text costs a look at its type.
 */
export function parsedFault(value: object, levels = MOST_LEVELS): string | undefined {
  for (const key in value) {
    const fault = faultIn((value as Readonly<Record<string, unknown>>)[key], levels);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
