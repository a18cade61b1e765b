/** A call under way. */
export interface CallUnderWay {
  /** Milliseconds of a monotonic clock. */
  readonly startedAt: number;
  /** Calls under way when it began, itself among them. */
  readonly load: number;
}

/** The calls that a server has been sent and has not answered yet, the oldest first. */
export class CallsUnderWay implements Iterable<CallUnderWay> {
  readonly #calls: CallUnderWay[] = [];

  get size(): number {
    return this.#calls.length;
  }

  /** A call begins; none may begin before one that began already. */
  began(startedAt: number): void {
    this.#calls.push({ startedAt, load: this.#calls.length + 1 });
  }

  /**
   * A call that began then is over. Returns it with its rank: 1 if it was the oldest, n if it overtook n − 1 others. Calls
   * that began at the same time do not overtake each other. Undefined: it was never told of.
   */
  ended(startedAt: number): { readonly load: number; readonly rank: number; readonly among: number } | undefined {
    const among = this.#calls.length;
    let [low, high] = [0, among];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#calls[middle]!.startedAt < startedAt) low = middle + 1;
      else high = middle;
    }
    if (this.#calls[low]?.startedAt !== startedAt) return undefined;
    const [call] = this.#calls.splice(low, 1);
    return { load: call!.load, rank: low + 1, among };
  }

  [Symbol.iterator](): Iterator<CallUnderWay> {
    return this.#calls[Symbol.iterator]();
  }
}
