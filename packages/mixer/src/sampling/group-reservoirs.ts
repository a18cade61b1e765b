import { Random } from '@sdg/values';
import { Reservoir } from './reservoir.js';

interface Group {
  readonly reservoir: Reservoir;
  readonly kept: number[];
  seen: number;
}

/** A reservoir for every group (every leaf) of a stream: at most `size` of each, whichever way the groups interleave. */
export class GroupReservoirs {
  readonly #groups = new Map<string, Group>();
  readonly #size: number;
  readonly #keys: readonly (string | number)[];

  /** The choice in a group depends on `keys`, on the group's name and on the order of its own items alone. */
  constructor(size: number, ...keys: readonly (string | number)[]) {
    this.#size = size;
    this.#keys = keys;
  }

  /** Offers the item at `position` of the stream. */
  offer(name: string, position: number): void {
    let group = this.#groups.get(name);
    if (!group) {
      group = { reservoir: new Reservoir(this.#size, new Random(...this.#keys, name)), kept: [], seen: 0 };
      this.#groups.set(name, group);
    }
    if (group.seen++ === group.reservoir.next) group.kept[group.reservoir.take()] = position;
  }

  /** Positions kept, ascending. */
  kept(): Float64Array {
    return Float64Array.from([...this.#groups.values()].flatMap(({ kept }) => kept)).sort();
  }

  /** Groups that had more than `size`, with how many they had. */
  cut(): ReadonlyMap<string, number> {
    return new Map([...this.#groups].filter(([, { seen }]) => seen > this.#size).map(([name, { seen }]) => [name, seen]));
  }
}
