/** Milliseconds that count as of late. */
const OF_LATE = 10_000;

/** How quickly a number grows. */
export class RecentRate {
  readonly #seen: { readonly at: number; readonly count: number }[] = [];

  /**
   * How much it has grown in a second, over the last ten seconds or since it was first told. `now`: milliseconds of a clock that
   * only goes forward.
   *
   * @example
   * const rate = new RecentRate();
   * rate.of(0, 0); // 0
   * rate.of(50, 5000); // 10
   */
  of(count: number, now: number): number {
    this.#seen.push({ at: now, count });
    while (this.#seen.length > 2 && this.#seen[1]!.at <= now - OF_LATE) this.#seen.shift();
    const [first] = this.#seen;
    return now > first!.at ? ((count - first!.count) * 1000) / (now - first!.at) : 0;
  }
}
