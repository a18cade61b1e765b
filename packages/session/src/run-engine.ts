import type { Catalog, Gate, Ledger, Observer, RejectRecord, RunSettings, Sample, TeacherState } from '@sdg/core';
import type { ExactlyGoal, LeafEnd, Pipeline } from '@sdg/pipeline';
import type { Observable } from 'rxjs';
import type { OwnTeacherSpecs } from './own-teachers.js';
import type { GivenSpec } from './run-record.js';

/** A run that is to be carried out elsewhere, opened and checked. */
export interface EngineJob {
  readonly pipeline: Pipeline;
  /** The blocks, those of plugins included. */
  readonly catalog: Catalog;
  /** What the person decided. Teachers are the affair of whoever makes the calls. */
  readonly spec: GivenSpec;
  readonly settings: RunSettings;
  readonly own: OwnTeacherSpecs;
  /** Go on until so many are accepted. */
  readonly goal: (ExactlyGoal & { readonly expected: (seed: Sample) => number }) | undefined;
  readonly seeds: AsyncIterable<Sample>;
  /** The accounts, to be kept by the engine. */
  readonly ledger: Ledger;
  /** Counts what the consumer has not taken; its slots are to follow what the engine can take. */
  readonly gate: Gate;
  readonly observer: Observer;
  /** Told of every rejected sample, in order. */
  readonly onReject: (record: RejectRecord) => void;
  /** The seeds could not be read on; what was read still comes out. */
  readonly onInputError: (error: unknown) => void;
  /** Aborted: begin nothing new, give what is whole, and complete. */
  readonly draining: AbortSignal;
}

/** A run under way elsewhere. */
export interface EngineRun {
  /** Rows in the order of the input; to be subscribed to once. */
  readonly samples: Observable<Sample>;
  /** Seeds that were read and are not over. */
  underWay(): number;
  /** How hard it works. */
  state(): TeacherState;
  /** What became of each leaf, of a run with a goal. */
  ends(): readonly LeafEnd[];
  /** Lets go of the engine. `done`: the rows have been taken, so that nothing of the run needs to be kept. */
  close(done: boolean): Promise<void>;
}

/** What carries a run out in place of this process: many machines, say (`@sdg/cluster`). */
export interface RunEngine {
  /** For the title of a view. */
  readonly name: string;
  open(job: EngineJob): Promise<EngineRun>;
}
