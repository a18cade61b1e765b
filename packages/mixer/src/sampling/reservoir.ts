import { type Random } from '@sdg/values';

/** A number in (0, 1): the logarithm of 0 is of no use here. */
function openUnit(random: Random): number {
  let value: number;
  do value = random.float();
  while (value === 0);
  return value;
}

/**
 * Chooses `size` items of a stream of unknown length, each set of `size` items equally likely, in one pass. It sees
 * positions only, never items: `next` is the 0-based position of the next item that it takes, all before it may be
 * passed over unread, and `take()` says into which slot of the sample that item goes.
 *
 * Algorithm L of K.-H. Li, Reservoir-Sampling Algorithms of Time Complexity O(n(1 + log(N/n))), ACM TOMS 20(4), 1994.
 */
export class Reservoir {
  readonly #size: number;
  readonly #random: Random;
  #next = 0;
  #taken = 0;
  #w = 1;

  constructor(size: number, random: Random) {
    this.#size = Math.max(0, Math.floor(size));
    this.#random = random;
    if (this.#size === 0) this.#next = Infinity;
  }

  get next(): number {
    return this.#next;
  }

  /** The slot (0 to size − 1) of the item at `next`, which it replaces if the slot is full; moves `next` on. */
  take(): number {
    const filling = this.#taken < this.#size;
    const slot = filling ? this.#taken : this.#random.below(this.#size);
    this.#taken++;
    if (this.#taken < this.#size) {
      this.#next++;
    } else {
      this.#w *= Math.exp(Math.log(openUnit(this.#random)) / this.#size);
      this.#next += 1 + Math.floor(Math.log(openUnit(this.#random)) / Math.log1p(-this.#w));
    }
    return slot;
  }
}
