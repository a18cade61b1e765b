/** What is borne of a difference, and how much of it adds up to a change; standard deviations of a single call. */
const BORNE = 0.5;
const CHANGE = 14;
/** No single call counts for more. */
const MOST = 3;

/**
 * Tells when calls have become longer or shorter than they were, for good: two-sided cumulative sums of Page, "Continuous
 * Inspection Schemes", Biometrika 41, 1954. A shift by one standard deviation shows after 28 calls, by three after six.
 */
export class ChangeWatch {
  #longer = 0;
  #shorter = 0;

  /** Takes in by how many standard deviations a call differs from what was expected. */
  add(deviations: number): void {
    const z = Math.max(-MOST, Math.min(MOST, deviations));
    this.#longer = Math.max(0, this.#longer + z - BORNE);
    this.#shorter = Math.max(0, this.#shorter - z - BORNE);
  }

  get changed(): boolean {
    return Math.max(this.#longer, this.#shorter) > CHANGE;
  }

  reset(): void {
    this.#longer = this.#shorter = 0;
  }
}
