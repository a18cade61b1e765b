import type { Allowance } from '@sdg/session';

/** Share of its time to live after which a worker trusts its own word no more: others count from when it was heard. */
const TRUSTED = 0.9;

/**
 * Keeps a worker that has lost touch from making calls: others make them by then. Contact is dated by when the word that
 * was heard was sent, on the clock of this process alone. Looked at right before every call.
 */
export class Fence implements Allowance {
  #heard = performance.now();
  readonly #listeners = new Set<() => void>();

  constructor(readonly patienceMs: number) {}

  get isOpen(): boolean {
    return performance.now() - this.#heard < this.patienceMs * TRUSTED;
  }

  /** A word sent at `sent` was heard. Gives for how many milliseconds none was, if it was taken for dead until then. */
  heard(sent: number): number | undefined {
    const silence = this.isOpen ? undefined : performance.now() - this.#heard;
    this.#heard = sent;
    if (silence !== undefined) for (const listener of this.#listeners) listener();
    return silence;
  }

  waitMs(): number {
    return this.isOpen ? 0 : Infinity;
  }
  book(): void {
    return undefined;
  }
  settle(): void {
    return undefined;
  }
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
