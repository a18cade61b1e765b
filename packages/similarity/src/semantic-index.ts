import { Spill, type SpillPlace } from '@sdg/values';
import { SEMANTIC_THRESHOLD, VectorIndex } from './vector-index.js';
import { VectorMemory } from './vector-memory.js';

/** What a text was found to be near to in meaning. */
export interface SemanticMatch {
  /** Cosine. */
  readonly similarity: number;
  /** The text that stayed, whole. */
  readonly text: string;
}

/**
 * Texts that stay, by scope, so that those that mean the same can be told. Texts themselves lie on disk once they are many
 * (see `Spill`); for memory see {@link VectorIndex}. Close it. The one definition of a semantic duplicate for blocks and mixer.
 *
 * @example
 * const index = new SemanticIndex();
 * index.add(Float32Array.of(1, 0), 'Where does the Elbe end?');
 * index.find(Float32Array.of(0.96, 0.28)); // { similarity: 0.96, text: 'Where does the Elbe end?' }
 * index.close();
 */
export class SemanticIndex {
  readonly #scopes = new Map<string, { readonly index: VectorIndex; readonly places: SpillPlace[] }>();
  readonly #texts = new Spill();
  readonly #memory = new VectorMemory();

  /** The nearest text of a scope, if its cosine is `least` or more (default {@link SEMANTIC_THRESHOLD}). */
  find(vector: Float32Array, scope = '', least = SEMANTIC_THRESHOLD): SemanticMatch | undefined {
    const known = this.#scopes.get(scope);
    const match = known?.index.nearest(vector, least);
    if (!known || !match) return undefined;
    return { similarity: match.similarity, text: this.#texts.read(known.places[match.index]!) };
  }

  /** @throws RangeError for a vector of another length than those before */
  add(vector: Float32Array, text: string, scope = ''): void {
    let known = this.#scopes.get(scope);
    if (!known) this.#scopes.set(scope, (known = { index: new VectorIndex({ memory: this.#memory }), places: [] }));
    known.index.add(vector);
    known.places.push(this.#texts.add(text));
  }

  close(): void {
    this.#texts.close();
  }
}
