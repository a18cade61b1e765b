import { Random } from '@sdg/core';

/** Some of the items of each group: all of them equally likely, so many of each at most. */
export class Reservoirs<T> {
  readonly #groups = new Map<string, { readonly kept: T[]; seen: number }>();
  readonly #random: Random;

  constructor(
    readonly size: number,
    seed: string,
  ) {
    this.#random = new Random('reservoirs', seed);
  }

  take(group: string, item: T): void {
    let found = this.#groups.get(group);
    if (!found) this.#groups.set(group, (found = { kept: [], seen: 0 }));
    found.seen++;
    if (found.kept.length < this.size) found.kept.push(item);
    else {
      // Algorithm R (Vitter 1985): the n-th takes a place with probability size ÷ n.
      const at = this.#random.below(found.seen);
      if (at < this.size) found.kept[at] = item;
    }
  }

  get all(): T[] {
    return [...this.#groups.values()].flatMap(({ kept }) => kept);
  }
}
