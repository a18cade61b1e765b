import type { Sample } from '@sdg/core';
import type { Attempt } from './exactly-plan.js';

/** Attempts that were begun, for the reader to pull when there is room. It ends when it is closed, or the run is asked to stop. */
export class AttemptQueue implements AsyncIterable<Sample> {
  readonly #waiting: Attempt[] = [];
  readonly #taken = new WeakSet<Attempt>();
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(
    readonly draining: AbortSignal,
    readonly onTaken: () => void,
  ) {}

  push(attempts: readonly Attempt[]): void {
    this.#waiting.push(...attempts);
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Whether the reader has it. */
  hasTaken(attempt: Attempt): boolean {
    return this.#taken.has(attempt);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample> {
    const wake = (): void => this.#wake?.();
    this.draining.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        if (this.#isClosed || this.draining.aborted) return;
        const attempt = this.#waiting.shift();
        if (attempt) {
          this.#taken.add(attempt);
          this.onTaken();
          yield attempt.sample;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          this.#wake = undefined;
        }
      }
    } finally {
      this.draining.removeEventListener('abort', wake);
    }
  }
}
