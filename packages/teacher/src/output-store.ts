import type { Choice } from '@sdg/core';

/** One output of a reply as it is kept, with its share of the tokens. */
export interface StoredOutput {
  readonly choice: Choice;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated?: boolean;
}

/** Where outputs are kept, by key. */
export interface OutputStore {
  get(key: string): StoredOutput | undefined;
  /**
   * Keeps outputs that belong together, all or none, and resolves when they are safe. Gives back what is kept: if
   * somebody else was first, theirs, so that everybody uses the same.
   */
  put(outputs: ReadonlyMap<string, StoredOutput>, facts: StoredFacts): Promise<ReadonlyMap<string, StoredOutput>>;
}

/** What a person may want to know of a stored call. */
export interface StoredFacts {
  readonly block?: string;
  readonly api: string;
  /** The prompt, or the messages' contents. */
  readonly prompt: string;
}
