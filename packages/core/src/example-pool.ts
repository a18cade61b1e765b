import type { Sample } from '@sdg/values';

/**
 * Examples of a run that goes on until it has enough: what blocks may show to the teacher, or compare new samples with.
 * Which examples a sample may know of does not depend on timing.
 */
export interface ExamplePool {
  /** The seed samples of the sample's leaf, in input order. */
  seeds(sample: Sample): readonly Sample[];
  /** Generated samples of its leaf that were accepted before the sample set out, in the order in which they were. */
  accepted(sample: Sample): readonly Sample[];
  /** Aborted when the sample's leaf has enough: no more calls are made for it, and what is under way is surplus. */
  done?(sample: Sample): AbortSignal | undefined;
}
