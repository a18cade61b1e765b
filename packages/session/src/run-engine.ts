import type { CallRecord, Catalog, Gate, Ledger, Observer, RejectRecord, RunSettings, Sample, TeacherState } from '@sdg/core';
import type { ExactlyGoal, LeafEnd, Pipeline } from '@sdg/pipeline';
import type { Observable } from 'rxjs';
import type { Exchange } from './descent-log.js';
import type { OwnTeacherSpecs } from './own-teachers.js';
import type { GivenSpec } from './run-record.js';

/** What a worker tells of the calls that it made for a sample in one stage. */
export interface FarCalls {
  readonly worker: string;
  readonly tries: readonly CallRecord[];
  /** What was asked and answered; a mere number where that was not asked for. */
  readonly exchanges: readonly Exchange[] | number;
}

/** Keeps what workers tell of their calls. */
export interface FarCallLog {
  /** What is to be told: the tries alone, where there is no room for more. */
  wants(): 'all' | 'tries';
  take(calls: FarCalls): void;
}

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
  /** Takes what workers tell of their calls; absent: nobody wants to know. */
  readonly calls?: FarCallLog | undefined;
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
