import type { SdgError } from '@sdg/core';
import type { Allowance, Budget } from '@sdg/session';

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

  /** A word sent at `sent` was heard. Whether the worker was taken for dead until then. */
  heard(sent: number): boolean {
    const wasOpen = this.isOpen;
    this.#heard = sent;
    if (!wasOpen) for (const listener of this.#listeners) listener();
    return !wasOpen;
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

/** A worker's part of a budget: where it is used up, calls wait for more, or for the end of the run. */
export class GrantedBudget implements Allowance {
  constructor(readonly budget: Budget) {}

  waitMs(request: Parameters<Allowance['waitMs']>[0]): number {
    try {
      return this.budget.waitMs(request);
    } catch (error) {
      if ((error as SdgError).code !== 'budget') throw error;
      return Infinity;
    }
  }
  book(request: Parameters<Allowance['book']>[0]): void {
    this.budget.book(request);
  }
  settle(...end: Parameters<Allowance['settle']>): void {
    this.budget.settle(...end);
  }
  onSettled(listener: () => void): () => void {
    return this.budget.onSettled(listener);
  }
}
