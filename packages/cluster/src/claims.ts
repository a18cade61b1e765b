/** What a worker has claimed and is sharing of calls, for all runs that it serves. */
export class Claims {
  /** Revisions of the claims that it holds, by key. */
  readonly held = new Map<string, number>();
  readonly #sharing = new Map<string, Promise<void>>();
  #overruled = 0;
  #error: unknown;

  /**
   * Outputs that were used here and that others cannot use: somebody took the claim over, or they could not be shared. What was
   * made meanwhile may be of one of them.
   */
  get overruled(): number {
    return this.#overruled;
  }
  /** Why the last one could not be shared; undefined where others were quicker. */
  get error(): unknown {
    return this.#error;
  }

  /** Outputs are being shared in the background; `work` says whether they are the ones that everybody uses. */
  share(keys: readonly string[], work: Promise<boolean>): void {
    const sharing = work
      .then(
        (isOurs) => {
          if (!isOurs) this.#overrule(undefined);
        },
        (error: unknown) => this.#overrule(error),
      )
      .finally(() => {
        for (const key of keys) this.#sharing.delete(key);
      });
    for (const key of keys) this.#sharing.set(key, sharing);
  }

  #overrule(error: unknown): void {
    this.#overruled++;
    this.#error = error;
  }

  /** Until an output that is being shared is there for all. */
  async shared(key: string): Promise<void> {
    await this.#sharing.get(key);
  }

  /** Until all that are being shared now are there for all, or never will be. */
  async allShared(): Promise<void> {
    await Promise.all(new Set(this.#sharing.values()));
  }
}
