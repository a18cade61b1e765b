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

/** What a server says of itself. Absent: it does not say. */
export interface ServerLoad {
  /** Calls that it works on at once, where that is settled. */
  readonly slots?: number | undefined;
  /** Calls that it works on, and that wait in it, now: whoever's they are. */
  readonly running?: number | undefined;
  readonly waiting?: number | undefined;
  /** Calls beyond which it turns away. */
  readonly most?: number | undefined;
  /** Calls that it takes beyond those in flight before a rate is used up. */
  readonly remaining?: number | undefined;
}

/** How many calls one endpoint may have in flight: fixed, or found out by watching what becomes of them. */
export interface Limit {
  /** Concurrency in force, at least 1. */
  readonly value: number;
  /** What it is doing, in a word. Absent: it never does anything. */
  readonly phase?: string | undefined;
  /** What a later run may begin with. Absent: nothing was found out. */
  readonly found?: number | undefined;
  /** When it may rise though no call ends: `passed` is to be called then. Absent: only as calls end. */
  readonly risesAt?: number | undefined;
  /** It is so late. Absent: of no interest. */
  passed?(now: number): void;
  /** A call begins, at a time that will be its `startedAt`. Absent: of no interest. */
  began?(at: number): void;
  /** A call ended while `inFlight` others were under way. */
  ended(outcome: CallOutcome, inFlight: number): void;
  /** The server said how it stands, or, undefined, says so no more, with so many of our calls in flight. Absent: of no interest. */
  heard?(load: ServerLoad | undefined, inFlight: number): void;
}
