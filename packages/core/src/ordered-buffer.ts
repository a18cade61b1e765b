/** One place in the line: what came in, and what has been made of it so far. */
interface Place<Item> {
  readonly number: number;
  /** The seed that is named where others wait for this place. */
  readonly seed: number;
  readonly lane: Lane<Item>;
  /** Samples of it that are under way. */
  inFlight: number;
  items: Item[];
  /** Items of it that have gone out. */
  taken: number;
}

/** Places in the order in which they began. */
interface Lane<Item> {
  readonly key: unknown;
  line: Place<Item>[];
  head: number;
}

/** Places that are over are cut from a lane when they are half of it, and so many: shifting each one costs O(n). */
const COMPACT_AT = 32;

export interface OrderedBufferOptions<Item> {
  /**
   * Given: the items of a place come in any order and go out in this one, all together once the place has ended.
   * Otherwise they come in order, and go out as they come while the place is first.
   */
  readonly compare?: (a: Item, b: Item) => number;
  /** Told of each place that is over and whose items have all gone out, as soon as all before it have. */
  readonly onOver?: (number: number) => void;
}

/**
 * Puts what was made of samples back into the order in which the samples came: the one buffer under everything that
 * lets samples overtake each other (calls of a block, segments of a pipeline, chains side by side, attempts).
 *
 * Every sample that comes in begins a place. A place is over when nothing of it is in flight any more; items go out
 * place by place. Places may be in lanes, one a leaf say: then each goes by the places before it in its own lane alone.
 *
 * @example
 * const buffer = new OrderedBuffer<string>();
 * const [a, b] = [buffer.begin(), buffer.begin()];
 * buffer.put(b, 'second'); buffer.change(b, -1);
 * buffer.next(); // undefined: the first is under way
 * buffer.put(a, 'first'); buffer.change(a, -1);
 * buffer.next(); // 'first'
 * buffer.next(); // 'second'
 */
export class OrderedBuffer<Item> {
  readonly #places = new Map<number, Place<Item>>();
  readonly #lanes = new Map<unknown, Lane<Item>>();
  /** Lanes whose first place may have something to go out. */
  readonly #ready = new Set<Lane<Item>>();
  readonly #compare: ((a: Item, b: Item) => number) | undefined;
  readonly #onOver: ((number: number) => void) | undefined;
  #count = 0;

  constructor({ compare, onOver }: OrderedBufferOptions<Item> = {}) {
    this.#compare = compare;
    this.#onOver = onOver;
  }

  /**
   * A sample came in, behind all of its lane: gives the number of its place, which may be given too. Where that place is
   * open already, there is one sample more in flight at it. `seed` is named by `waiting`; default: the number.
   */
  begin(key?: unknown, number = this.#count++, seed = number): number {
    const known = this.#places.get(number);
    if (known) {
      known.inFlight++;
      return number;
    }
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, (lane = { key, line: [], head: 0 }));
    const place: Place<Item> = { number, seed, lane, inFlight: 1, items: [], taken: 0 };
    lane.line.push(place);
    this.#places.set(number, place);
    return number;
  }

  /** Something came out at a place. One that is over, or never began, takes nothing. */
  put(number: number, item: Item): boolean {
    const place = this.#places.get(number);
    if (!place) return false;
    place.items.push(item);
    if (!this.#compare) this.#ready.add(place.lane);
    return true;
  }

  /** `more` samples of a place are in flight beyond those before; negative: fewer. At none it is over. */
  change(number: number, more: number): void {
    const place = this.#places.get(number);
    if (!place) return;
    place.inFlight += more;
    if (place.inFlight > 0) return;
    this.#places.delete(number);
    if (this.#compare) place.items.sort(this.#compare);
    this.#ready.add(place.lane);
  }

  /** Nothing is in flight any more, whatever was counted: some of it may have been lost from sight. */
  end(): void {
    for (const [number, { inFlight }] of this.#places) this.change(number, -inFlight);
  }

  /** Takes the next item that may go out. */
  next(): Item | undefined {
    for (const lane of this.#ready) {
      const item = this.#nextOf(lane);
      if (item !== undefined) return item;
      this.#ready.delete(lane);
    }
    return undefined;
  }

  /** Of the lane where most items wait: how many, and the seed of its first place, which they wait for. Looks at every place. */
  waiting(): { readonly count: number; readonly for: number } | undefined {
    let most: { readonly count: number; readonly for: number } | undefined;
    for (const { line, head } of this.#lanes.values()) {
      let count = 0;
      for (let i = head; i < line.length; i++) count += line[i]!.items.length - line[i]!.taken;
      if (count > (most?.count ?? 0)) most = { count, for: line[head]!.seed };
    }
    return most;
  }

  /** Forgets all. */
  clear(): void {
    this.#places.clear();
    this.#lanes.clear();
    this.#ready.clear();
  }

  #nextOf(lane: Lane<Item>): Item | undefined {
    for (let place = lane.line[lane.head]; place; place = lane.line[lane.head]) {
      const isOver = place.inFlight <= 0;
      if (place.taken < place.items.length && (isOver || !this.#compare)) {
        const item = place.items[place.taken++]!;
        if (place.taken === place.items.length) {
          place.items = [];
          place.taken = 0;
        }
        return item;
      }
      if (!isOver) return undefined;
      lane.head++;
      this.#onOver?.(place.number);
      if (lane.head >= COMPACT_AT && lane.head * 2 >= lane.line.length) {
        lane.line = lane.line.slice(lane.head);
        lane.head = 0;
      }
    }
    this.#lanes.delete(lane.key);
    return undefined;
  }
}
