import { SdgError, type ErrorCode, type Sample } from '@sdg/core';
import type { UnitAnswer } from '@sdg/pipeline';
import type { FarCalls } from '@sdg/session';
import type { Telling } from './calls-by-unit.js';
import type { RatesByTeacher } from './rate-shares.js';

/** A unit as workers get it. */
export interface WorkMessage {
  /** Index of its stage in the manifest. */
  readonly stage: number;
  readonly sample: Sample;
  /** What is to be told of its calls; absent: nothing. */
  readonly tell?: Telling;
  /** The trace that its calls belong to, as W3C Trace Context spells it; absent: it is not traced. */
  readonly traceparent?: string;
}

/** The answer for a unit. */
export interface AnswerMessage extends UnitAnswer {
  readonly calls?: FarCalls;
}

/** What the coordinator says to all workers. */
export interface WakeMessage {
  /** Levels that have new units. */
  readonly levels?: readonly number[];
  /** Calls that all workers together take at once. */
  readonly slots?: number;
  readonly grants?: Readonly<Record<string, { tokens: number | null; cost: number | null }>>;
  readonly rates?: Readonly<Record<string, RatesByTeacher>>;
}

/** What a run cannot go on for. */
export interface Failure {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy?: string | undefined;
  /** Who says so; absent: the person who removes the run. */
  readonly worker?: string;
}

export const errorFrom = ({ code, what, remedy, worker }: Failure): SdgError =>
  new SdgError(code, worker === undefined ? what : `worker ${worker}: ${what}`, remedy === undefined ? {} : { remedy });
