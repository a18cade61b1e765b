import type { BlockAccount } from '@sdg/core';

/** What a report shows of a run: small whatever the size of the run, every number from its record. */
export interface RunData {
  /** Path of the run folder as it was named. */
  readonly folder: string;
  readonly pipeline: string;
  /** How to repeat it. */
  readonly command: string;
  /** What decided the rows, and files with their digests. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string | null>>;
  readonly versions: Readonly<Record<string, string>>;
  /** How it ended; undefined: it has not. */
  readonly end: { readonly written: number; readonly seconds: number; readonly exit: string; readonly cost?: number } | undefined;
  readonly blocks: readonly BlockAccount[];
  /** Accounts by leaf and block. */
  readonly leaves: Readonly<Record<string, Readonly<Record<string, LeafCounts>>>>;
  readonly calls: CallFigures | undefined;
  readonly rejects: RejectFigures;
  readonly rows: RowFigures;
  /** What is not known of it, and why. */
  readonly notes: readonly string[];
}

export interface LeafCounts {
  readonly in: number;
  readonly made: number;
  readonly out: number;
  readonly filtered: number;
  readonly deduplicated: number;
  readonly rejected: number;
  readonly unfinished: number;
}

/** Calls over time. All arrays have one entry a bin. */
export interface CallFigures {
  readonly tries: number;
  readonly failed: number;
  /** Failed tries by code. */
  readonly faults: Readonly<Record<string, number>>;
  /** Milliseconds of answered tries. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly most: number };
  readonly queued: { readonly p50: number; readonly p99: number };
  readonly timeline: Timeline;
  readonly byServer: Readonly<Record<string, { readonly tries: number; readonly failed: number }>>;
}

export interface Timeline {
  /** When the first call began, milliseconds since 1970. */
  readonly from: number;
  /** Seconds of one bin. */
  readonly binSeconds: number;
  /** Mean of calls in flight, and the limit in force. */
  readonly inFlight: readonly number[];
  readonly limit: readonly (number | null)[];
  /** Answers and failed tries a second. */
  readonly answered: readonly number[];
  readonly failed: readonly number[];
  /** Milliseconds at the median and the 99th percentile of the answers that came in it. */
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

export interface ShownReject {
  readonly block: string;
  readonly reason: string;
  readonly message?: string;
  readonly reply?: string;
  readonly prompt?: string;
  readonly leaf: string;
  readonly sample: Readonly<Record<string, unknown>>;
}

export interface RejectFigures {
  readonly total: number;
  /** By block and reason. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Some of each. */
  readonly shown: readonly ShownReject[];
}

/** One step on the way of a row: what a block asked for it or for what it was made of. */
export interface Step {
  readonly block: string;
  readonly model?: string;
  readonly prompt: string;
  readonly reply: string;
  readonly reasoning?: string;
}

export interface ShownRow {
  readonly id: string;
  readonly leaf: string;
  readonly columns: Readonly<Record<string, unknown>>;
  /** File, line, document and page that it goes back to. */
  readonly origin: Readonly<Record<string, unknown>>;
  readonly path: readonly string[];
  readonly steps: readonly Step[];
}

export interface RowFigures {
  readonly total: number;
  readonly byLeaf: Readonly<Record<string, number>>;
  /** Characters of each text column: how many rows fall below each power of two. */
  readonly lengths: Readonly<Record<string, readonly { readonly below: number; readonly rows: number }[]>>;
  /** Values of columns that hold numbers or few different words: scores, kinds. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly shown: readonly ShownRow[];
}
