import { contentHash } from '@sdg/values';
import { Spill, type SpillPlace } from '@sdg/core';

/** The different documents of one leaf, in order of first use. */
export interface Documents {
  readonly count: number;
  text(index: number): string;
  /** Its number among them; −1 if it is none of them. */
  indexOf(text: string): number;
}

/** The documents of every leaf of a stream: of each text a hash and a place are kept in memory, the text in a {@link Spill}. */
export class LeafDocuments {
  readonly #leaves = new Map<string, Map<string, number>>();
  readonly #places = new Map<string, SpillPlace[]>();
  readonly #spill = new Spill();

  add(leaf: string, text: string): void {
    const known = this.#leaves.get(leaf) ?? new Map<string, number>();
    const key = contentHash(text);
    if (known.has(key)) return;
    this.#leaves.set(leaf, known);
    const places = this.#places.get(leaf) ?? [];
    this.#places.set(leaf, places);
    known.set(key, places.length);
    places.push(this.#spill.add(text));
  }

  /** The leaves, in order of their first document. */
  get leaves(): Iterable<string> {
    return this.#leaves.keys();
  }

  of(leaf: string): Documents {
    const places = this.#places.get(leaf) ?? [];
    const known = this.#leaves.get(leaf);
    return {
      count: places.length,
      text: (index) => this.#spill.read(places[index]!),
      indexOf: (text) => known?.get(contentHash(text)) ?? -1,
    };
  }

  close(): void {
    this.#spill.close();
  }
}
