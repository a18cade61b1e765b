import type { Random } from '@sdg/values';

/** A set of positions, one bit each. */
class Positions {
  readonly #bits: Uint8Array;
  count = 0;

  constructor(length: number, from?: Positions) {
    this.#bits = from ? from.#bits.slice() : new Uint8Array(Math.ceil(length / 8));
    this.count = from?.count ?? 0;
  }

  has(position: number): boolean {
    return (this.#bits[Math.floor(position / 8)]! & (1 << (position % 8))) !== 0;
  }

  add(position: number): void {
    if (this.has(position)) return;
    this.#bits[Math.floor(position / 8)]! |= 1 << (position % 8);
    this.count++;
  }
}

/** Share of the positions left from which on those left are listed: up to there a guess hits one within eight tries. */
const FEW = 1 / 8;

/**
 * Chooses in place of drawn rows that turned out to be of no use: each time one of the rows not drawn yet, all equally
 * likely, so that the whole draw is as if the useless rows had never been there. When all have been drawn, it begins
 * again with those of use. With `replacement` every row of use may come at any time.
 */
export class Substitutes {
  readonly #length: number;
  readonly #random: Random;
  readonly #replacement: boolean;
  readonly #useless: Positions;
  #taken: Positions;
  #list: number[] | undefined;
  #lap = 0;

  constructor(length: number, drawn: Iterable<number>, random: Random, replacement = false) {
    this.#length = length;
    this.#random = random;
    this.#replacement = replacement;
    this.#useless = new Positions(length);
    this.#taken = new Positions(length);
    if (!replacement) for (const position of drawn) this.#taken.add(position);
  }

  isUseless(position: number): boolean {
    return this.#useless.has(position);
  }

  /** Books that the row at a position is of no use. */
  reject(position: number): void {
    this.#useless.add(position);
    this.#taken.add(position);
  }

  /** Another position, and whether its row is taken once more; undefined where no row is of use. */
  next(): { readonly position: number; readonly again: boolean } | undefined {
    if (this.#useless.count === this.#length) return undefined;
    if (this.#taken.count === this.#length) {
      this.#taken = new Positions(this.#length, this.#useless);
      this.#list = undefined;
      this.#lap++;
    }
    const position = this.#length - this.#taken.count > this.#length * FEW ? this.#guess() : this.#pick();
    if (!this.#replacement) this.#taken.add(position);
    return { position, again: this.#lap > 0 };
  }

  #guess(): number {
    for (;;) {
      const position = this.#random.below(this.#length);
      if (!this.#taken.has(position)) return position;
    }
  }

  #pick(): number {
    const list = (this.#list ??= Array.from({ length: this.#length }, (_, position) => position).filter(
      (position) => !this.#taken.has(position),
    ));
    for (;;) {
      const at = this.#random.below(list.length);
      const position = list[at]!;
      const isFree = !this.#taken.has(position);
      if (isFree && this.#replacement) return position;
      list[at] = list[list.length - 1]!;
      list.pop();
      if (isFree) return position;
    }
  }
}
