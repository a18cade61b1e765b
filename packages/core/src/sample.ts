import type { Lineage } from './lineage.js';

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
