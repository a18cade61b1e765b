import type { SdgError } from '@sdg/core';

export interface HealthOptions {
  /** Milliseconds without a single success after which failures end the run. */
  readonly giveUpAfterMs: number;
  readonly now: () => number;
}

/** Whether anything still works. Shared by the pool, which sees calls fail, and the retries, which would go on. */
export class Health {
  readonly #giveUpAfterMs: number;
  readonly #now: () => number;
  #failingSince: number | undefined;
  #successes = 0;

  constructor({ giveUpAfterMs, now }: HealthOptions) {
    this.#giveUpAfterMs = giveUpAfterMs;
    this.#now = now;
  }

  /** Calls answered so far. */
  get successes(): number {
    return this.#successes;
  }
  /** Whether nothing has worked for as long as the run is willing to wait. */
  get hopeless(): boolean {
    return this.#failingSince !== undefined && this.#now() - this.#failingSince >= this.#giveUpAfterMs;
  }

  succeeded(): void {
    this.#successes++;
    this.#failingSince = undefined;
  }
  /** Counts time from the first of these. `interrupted` and the like say nothing about the teacher. */
  failed({ isRetryable, code }: SdgError): void {
    if (isRetryable && code !== 'interrupted') this.#failingSince ??= this.#now();
  }
}
