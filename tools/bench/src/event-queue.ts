/** What is to happen, in virtual time: a binary heap by time; of equal times what was put in first comes first. */
export class EventQueue<T> {
  readonly #heap: (Entry & { readonly what: T })[] = [];
  #serial = 0;
  /** Time of the event that was taken last. */
  now = 0;

  get length(): number {
    return this.#heap.length;
  }

  /** Puts in what is to happen at `at`, in the unit of the clock; not before now. */
  put(at: number, what: T): void {
    const heap = this.#heap;
    const entry = { at: Math.max(at, this.now), serial: this.#serial++, what };
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
  }

  /** The next event, to whose time the clock goes; undefined where there is none. */
  take(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last) return undefined;
    if (heap.length > 0) {
      let place = 0;
      for (let child = 1; child < heap.length; child = 2 * place + 1) {
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
        if (!isBefore(heap[child]!, last)) break;
        heap[place] = heap[child]!;
        place = child;
      }
      heap[place] = last;
    }
    this.now = first.at;
    return first.what;
  }
}

interface Entry {
  readonly at: number;
  readonly serial: number;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.serial < b.serial);
