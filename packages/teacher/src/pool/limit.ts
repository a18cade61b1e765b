/** What became of one call, as a limit sees it. Times are milliseconds of a monotonic clock. */
export interface CallOutcome {
  readonly startedAt: number;
  readonly endedAt: number;
  /**
   * `ok`: answered. `turned away`: 429 or 503, the server takes no more. `failed`: time-out or a broken connection,
   * which may mean too much load. `other`: says nothing about load.
   */
  readonly kind: 'ok' | 'turned away' | 'failed' | 'other';
}

/** How many calls one endpoint may have in flight: fixed, or found out by watching what becomes of them. */
export interface Limit {
  /** Concurrency in force, at least 1. */
  readonly value: number;
  /** What it is doing, in a word. Absent: it never does anything. */
  readonly phase?: string;
  /** A call begins, at a time that will be its `startedAt`. Absent: of no interest. */
  began?(at: number): void;
  /** A call ended while `inFlight` others were under way. */
  ended(outcome: CallOutcome, inFlight: number): void;
}

/** The limit of `--concurrency N`. */
export const fixedLimit = (value: number): Limit => ({ value, ended: () => undefined });
