import { contentHash, Random, sumOf } from '@sdg/core';

interface Group<T> {
  readonly rank: string;
  kept: T[];
  seen: number;
}

/**
 * Some of the items of each group, and of all groups so many at most: each item of a group is equally likely. Where there
 * are many groups, fewer of each are kept; where there are more groups than items, groups are chosen by a hash of their
 * name. Memory is bounded by `most`.
 */
export class Reservoirs<T> {
  readonly #groups = new Map<string, Group<T>>();
  readonly #random: Random;
  #count = 0;
  /** Groups from this rank on are not kept. */
  #limit = 'g';

  constructor(
    /** Items of a group at most. */
    public size: number,
    readonly most: number,
    seed: string,
  ) {
    this.#random = new Random('reservoirs', seed);
  }

  take(name: string, item: T): void {
    let group = this.#groups.get(name);
    if (!group) {
      const rank = contentHash('group', name);
      if (rank >= this.#limit) return;
      this.#groups.set(name, (group = { rank, kept: [], seen: 0 }));
    }
    group.seen++;
    if (group.kept.length < this.size) {
      group.kept.push(item);
      if (++this.#count > 2 * this.most) this.#shrink();
    } else {
      // Algorithm R (Vitter 1985): the n-th takes a place with probability size ÷ n.
      const at = this.#random.below(group.seen);
      if (at < this.size) group.kept[at] = item;
    }
  }

  #shrink(): void {
    if (this.size > 1) {
      // Each of what is kept is as likely to be among the first as any other.
      this.size = Math.ceil(this.size / 2);
      for (const group of this.#groups.values()) group.kept = this.#random.shuffle(group.kept).slice(0, this.size);
    } else {
      const ranks = [...this.#groups.values()].map(({ rank }) => rank).sort();
      this.#limit = ranks[this.most]!;
      for (const [name, { rank }] of this.#groups) if (rank >= this.#limit) this.#groups.delete(name);
    }
    this.#count = sumOf(this.#groups.values(), ({ kept }) => kept.length);
  }

  /** What is kept: one of each group, then the second of each, and so on. */
  get all(): T[] {
    const kept = [...this.#groups.values()].map((group) => group.kept);
    return Array.from({ length: this.size }, (_, i) => kept.flatMap((items) => (i < items.length ? [items[i]!] : [])))
      .flat()
      .slice(0, this.most);
  }
}
