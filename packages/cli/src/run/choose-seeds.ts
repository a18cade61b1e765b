import { sumOf } from '@sdg/values';
import { lineageOf, scopeOf, type Sample } from '@sdg/core';

/** The leaf of a seed, as a person calls it; '' where it has none. */
export const leafOfSeed = (seed: Sample): string => seed._sdg?.origin?.leaf ?? scopeOf(seed);

const inTurn = <T>(lists: readonly (readonly T[])[]): T[] => {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => (i < list.length ? [list[i]!] : []))).flat();
};

interface Held {
  readonly place: number;
  readonly seed: Sample;
}

/**
 * Picks the seeds of a preview while the input goes by: kinds of leaf in turn, so that every chain is tried, then leaves in
 * turn, then the seeds of a leaf as they come. Holds at most `count` seeds a leaf. A seed that is the same as one before
 * is passed over.
 */
export class SeedChoice {
  readonly #kinds = new Map<unknown, Map<string, Held[]>>();
  readonly #known = new Set<string>();
  #place = 0;

  constructor(private readonly count: number) {}

  take(seed: Sample): void {
    const kind = seed['leaf_node_type'];
    const leaves = this.#kinds.get(kind) ?? new Map<string, Held[]>();
    this.#kinds.set(kind, leaves);
    const leaf = leafOfSeed(seed);
    const held = leaves.get(leaf) ?? [];
    leaves.set(leaf, held);
    const place = this.#place++;
    if (held.length >= this.count) return;
    const { id } = lineageOf(seed);
    if (this.#known.has(id)) return;
    this.#known.add(id);
    held.push({ place, seed });
  }

  /** Leaves that there are. */
  get leaves(): number {
    return sumOf(this.#kinds.values(), ({ size }) => size);
  }

  /** The chosen ones, in the order of the input. */
  chosen(): Sample[] {
    const leaves = inTurn([...this.#kinds.values()].map((byLeaf) => [...byLeaf.values()]));
    return inTurn(leaves)
      .slice(0, this.count)
      .sort((a, b) => a.place - b.place)
      .map(({ seed }) => seed);
  }
}
