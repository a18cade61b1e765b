import type { BlockAccount, SetMeasures } from '@sdg/core';

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
  /** How it ended, or stands while it goes on; undefined: it is not known. */
  readonly end: RunStanding | undefined;
  readonly blocks: readonly BlockAccount[];
  /** Accounts by leaf and block. */
  readonly leaves: Readonly<Record<string, Readonly<Record<string, LeafCounts>>>>;
  readonly calls: CallFigures | undefined;
  readonly rejects: RejectFigures;
  readonly rows: RowFigures;
  /** Of the rows that are kept, where they were measured. */
  readonly measures?: SetMeasures | undefined;
  /** What is not known of it, and why. */
  readonly notes: readonly string[];
}

export interface RunStanding {
  readonly written: number;
  readonly seconds: number;
  /** How it ended: `done`, `interrupted`, `closed`, or what it failed by; `running`: it had not, when it was last heard of. */
  readonly exit: string;
  readonly cost?: number;
  /** What each model cost in each block. */
  readonly costs?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** When it was last heard of, milliseconds since 1970. */
  readonly heard?: number;
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

/** Calls over time. Without a log of tries (`tries` is 0) the timeline is what the run noted of itself now and then. */
export interface CallFigures {
  readonly tries: number;
  readonly failed: number;
  /** Failed tries by code. */
  readonly faults: Readonly<Record<string, number>>;
  /** Milliseconds of answered tries. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly most: number };
  readonly queued: { readonly p50: number; readonly p99: number };
  readonly timeline: Timeline;
  readonly byServer: Readonly<Record<string, Tries>>;
  /** By block and model. */
  readonly byBlock: Readonly<Record<string, Readonly<Record<string, Tries>>>>;
}

/** Tries at a server: how many, how many of them failed, and milliseconds that they took together. */
interface Tries {
  readonly tries: number;
  readonly failed: number;
  readonly ms: number;
}

/** All arrays have one entry a bin; null: nothing is known. */
export interface Timeline {
  /** When the first call began, milliseconds since 1970. */
  readonly from: number;
  /** Seconds of one bin. */
  readonly binSeconds: number;
  /** Mean of calls in flight, and the limit in force. */
  readonly inFlight: readonly (number | null)[];
  readonly limit: readonly (number | null)[];
  /** Answers and failed tries a second. */
  readonly answered: readonly (number | null)[];
  readonly failed: readonly number[];
  /** Most calls that waited for a slot. */
  readonly queued: readonly (number | null)[];
  /** Seconds for which a server that was asked had said nothing. */
  readonly silent: readonly (number | null)[];
  /** Milliseconds at the median and the 99th percentile of the answers that came in it. */
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

export interface ShownReject {
  readonly block: string;
  /** `rejected`, `filtered` or `deduplicated`. */
  readonly kind: string;
  readonly reason: string;
  readonly message?: string;
  readonly reply?: string;
  readonly prompt?: string;
  readonly leaf: string;
  readonly sample: Readonly<Record<string, unknown>>;
}

export interface RejectFigures {
  readonly total: number;
  /** Some of each, and the first of what was filtered and deduplicated. */
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

/** The rows of two runs. */
export interface RowComparison {
  /** Rows that both have. */
  readonly both: number;
  /** Rows that only the first has, and only the second. */
  readonly only: readonly [RowsAlone, RowsAlone];
}

interface RowsAlone {
  readonly total: number;
  readonly shown: readonly ShownRow[];
}
