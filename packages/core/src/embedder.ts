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
  /** What vectors depend on beside the text, for whoever keeps them. Default: the name. */
  readonly id?: string;
  /** Vectors of length 1, all of one dimension; of zeros for a text that says nothing to the model. No texts, no vectors. */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<Embeddings>;
  close?(): Promise<void>;
}

/** Where vectors are kept, so that no text is embedded twice: beside the replies, see `ReplyStore`. Keys are 32 hex digits. */
export interface VectorStore {
  /** The vectors under these keys, in their order; undefined where there is none. */
  vectors(keys: readonly string[]): Promise<readonly (Float32Array | undefined)[]>;
  /** Keeps vectors; resolves when they are safe. */
  putVectors(vectors: readonly (readonly [string, Float32Array])[]): Promise<void>;
}
