import type { Sample } from './sample.js';

/** Why a sample did not come out of a block. `unfinished`: the run was stopped before its turn. */
export type DropKind = 'filtered' | 'deduplicated' | 'rejected' | 'unfinished';

/** A sample that ends in a block, on record. Made by {@link filtered}, {@link deduplicated}, {@link rejected}. */
export class Drop {
  constructor(
    readonly kind: DropKind,
    readonly reason: string,
    readonly detail?: DropDetail,
  ) {}
}

export interface DropDetail {
  /** One sentence for a person: what was expected and what was found. */
  readonly message?: string;
  /** The teacher's raw reply, whole. */
  readonly reply?: string;
  /** What the teacher was asked, where that tells more than the sample's columns. */
  readonly prompt?: string;
}

/** What becomes of a sample in a block: it comes out, perhaps changed, or it is dropped. */
export type Outcome<S extends Sample = Sample> = S | Drop;

/** The sample does not meet a condition that the pipeline's author set. */
export const filtered = (reason = 'filter'): Drop => new Drop('filtered', reason);

/** The sample repeats an earlier one. With a detail, which says what it repeats, it goes on record as rejected ones do. */
export const deduplicated = (reason = 'duplicate', detail?: DropDetail): Drop => new Drop('deduplicated', reason, detail);

/** The sample could not be worked on. `reason` is a short fixed word for the ledger; the particulars go in `detail`. */
export const rejected = (reason: string, detail?: DropDetail): Drop => new Drop('rejected', reason, detail);

/** The run was stopped before the sample's turn. */
export const unfinished = (): Drop => new Drop('unfinished', 'stopped');
