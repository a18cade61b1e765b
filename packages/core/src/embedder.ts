/** What came of texts: a vector for each, in their order. */
export interface Embeddings {
  readonly vectors: readonly Float32Array[];
  readonly model: string;
  /** Tokens that were read; undefined where nobody counted. */
  readonly tokens?: number;
}

/**
 * Something that gives texts their place among meanings: an endpoint, a model in the process. Fails with an `SdgError`
 * whose code says whether asking again may help, as a `Teacher` does.
 */
export interface Embedder {
  /** Short and free of secrets: goes into messages and records. */
  readonly name: string;
  /** Vectors of length 1, all of one dimension. No texts, no vectors. */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<Embeddings>;
  close?(): Promise<void>;
}
