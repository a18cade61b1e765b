import { type Random } from '@sdg/values';

interface Entry {
  readonly key: number;
  readonly position: number;
}

/**
 * Chooses `size` different items of a stream with probabilities in proportion to their weights, in one pass: each item
 * gets the key ln(u) / weight and the greatest keys stay. Items of weight 0 are never chosen.
 *
 * Algorithm A-Res of P. Efraimidis and P. Spirakis, Weighted random sampling with a reservoir, IPL 97(5), 2006, with
 * logarithms, so that small weights do not all become 0.
 */
export class WeightedReservoir {
  /** A heap with the least key on top. */
  readonly #heap: Entry[] = [];
  readonly #size: number;
  readonly #random: Random;

  constructor(size: number, random: Random) {
    this.#size = Math.max(0, Math.floor(size));
    this.#random = random;
  }

  /** Offers the item at `position`. Draws one random number whatever the weight, so later items do not depend on it. */
  offer(position: number, weight: number): void {
    const unit = 1 - this.#random.float();
    if (!(weight > 0) || this.#size === 0) return;
    const entry = { key: Math.log(unit) / weight, position };
    if (this.#heap.length < this.#size) {
      this.#heap.push(entry);
      this.#up(this.#heap.length - 1);
    } else if (entry.key > this.#heap[0]!.key) {
      this.#heap[0] = entry;
      this.#down();
    }
  }

  /** Positions kept, ascending. */
  kept(): Float64Array {
    return Float64Array.from(this.#heap, ({ position }) => position).sort();
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }

  #up(index: number): void {
    for (let at = index; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#heap[parent]!.key <= this.#heap[at]!.key) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(): void {
    const heap = this.#heap;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && heap[child]!.key < heap[least]!.key) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
