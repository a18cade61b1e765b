/** What one model was asked and paid for; replies from the cache cost nothing and are not in it. */
export interface ModelUse {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The account of one block, as written to the run folder. Counts are samples unless named otherwise. */
export interface BlockAccount {
  readonly block: string;
  readonly type: string;
  readonly in: number;
  /** Samples beyond the first that one sample became (fan-out), whether they came out or were dropped. */
  readonly made: number;
  readonly out: number;
  readonly filtered: number;
  readonly deduplicated: number;
  readonly unfinished: number;
  /** Rejected samples by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Calls answered, and how many of them by the cache. */
  readonly calls: number;
  readonly cachedCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Whether any of the tokens were estimated, because the server gave no usage. */
  readonly tokensEstimated: boolean;
  /** What was paid for, by model. */
  readonly models: Readonly<Record<string, ModelUse>>;
}
