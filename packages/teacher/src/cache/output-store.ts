import type { Choice } from '@sdg/core';

/** One output of a reply as it is kept, with its share of the tokens. */
export interface StoredOutput {
  readonly choice: Choice;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated?: boolean;
}

/** What a person may want to know of a stored call. */
export interface StoredFacts {
  readonly block?: string;
  readonly api: string;
  /** The prompt, or the messages' contents. */
  readonly prompt: string;
}

/** The names of an output; see `outputKeys`. */
export interface OutputKey {
  readonly exact: string;
  /** Beginning of `exact`, the same for every `max_tokens`. */
  readonly ending: string;
}

/** Where outputs are kept. */
export interface OutputStore {
  get(key: string): StoredOutput | undefined;
  /** An output for any `max_tokens` that ended by itself. */
  ended(endingKey: string): StoredOutput | undefined;
  /**
   * Keeps outputs that belong together, all or none, and resolves when they are safe on disk. Gives back what is kept:
   * if somebody else was first, theirs, so that everybody uses the same, unless `replace` is set.
   */
  put(outputs: readonly (readonly [OutputKey, StoredOutput])[], facts: StoredFacts, replace?: boolean): Promise<readonly StoredOutput[]>;
}
