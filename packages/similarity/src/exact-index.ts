const FIRST_SLOTS = 16;
/** Share of a table's slots that are taken when it doubles. */
const FULL = 0.8;

/** Keys of 64 bits in two arrays, found by linear probing. The key 0, 0 stands for an empty slot. */
class Table {
  #low = new Uint32Array(FIRST_SLOTS);
  #high = new Uint32Array(FIRST_SLOTS);
  size = 0;

  get bytes(): number {
    return 8 * this.#low.length;
  }

  /** Puts a key in; false where it is there already. */
  add(low: number, high: number): boolean {
    if (this.size >= FULL * this.#low.length) this.#grow();
    const last = this.#low.length - 1;
    let slot = low & last;
    while (this.#low[slot] !== 0 || this.#high[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return false;
      slot = (slot + 1) & last;
    }
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.size++;
    return true;
  }

  #grow(): void {
    const [lows, highs] = [this.#low, this.#high];
    this.#low = new Uint32Array(2 * lows.length);
    this.#high = new Uint32Array(2 * lows.length);
    this.size = 0;
    for (let i = 0; i < lows.length; i++) if (lows[i] !== 0 || highs[i] !== 0) this.add(lows[i]!, highs[i]!);
  }
}

/** Two 32-bit multiply-and-rotate hashes over the UTF-16 units of a text, each with a last mix (after bryc's cyrb, public domain). */
function hash64(text: string): readonly [number, number] {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x5f356495);
    b = (b << 17) | (b >>> 15);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return [a >>> 0, b >>> 0];
}

/**
 * Which keys have been seen: 64 bits of each, in open tables of typed arrays, since a JavaScript `Set` ends at 2^24
 * entries. They are dealt to 256 tables: one that doubles is copied alone, so growing never needs the whole set twice.
 * Keys should be hashes already (`contentHash`), or short. Two of n keys share 64 bits with probability n² / 2^65: 4 in
 * 100,000 at 40 million. Takes 10 to 20 bytes a key.
 *
 * @example
 * const seen = new ExactIndex();
 * seen.add('a'); // true: new
 * seen.add('a'); // false
 */
export class ExactIndex {
  /** One for each of the first eight bits of a key, made when it is first wanted. */
  readonly #tables: Table[] = [];
  #size = 0;

  /** Keys seen. */
  get size(): number {
    return this.#size;
  }
  /** Memory of the tables, in bytes. */
  get bytes(): number {
    return this.#tables.reduce((sum, table) => sum + table.bytes, 0);
  }

  /** Puts a key in; false where it was there already. */
  add(key: string): boolean {
    const [a, b] = hash64(key);
    const low = a === 0 && b === 0 ? 1 : a;
    const table = (this.#tables[b >>> 24] ??= new Table());
    const isNew = table.add(low, b);
    if (isNew) this.#size++;
    return isNew;
  }
}
