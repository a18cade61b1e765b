/** One seed example of a task, its fields by one name. */
export interface TaskSeed {
  readonly question: string;
  readonly answer: string;
  readonly context?: string;
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
}

/** Where more seed examples are. */
export interface SeedDatastore {
  /** A path or glob, `${VAR}` not yet filled in. */
  readonly dataPath: string;
  readonly dataFormats: readonly string[];
  readonly line: number;
}

/** A task.yaml that was accepted. */
export interface Task {
  readonly file: string;
  /** As written; undefined: it is derived from the path. */
  readonly name?: string;
  readonly description: string;
  readonly seeds: readonly TaskSeed[];
  readonly datastore?: SeedDatastore;
  readonly numOutputs?: number;
  readonly numExamples?: number;
  readonly numQuestions?: number;
  readonly machineShare?: number;
  readonly maxStalledAttempts?: number;
}
