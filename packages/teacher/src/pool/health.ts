import { SdgError } from '@sdg/core';
import { isLeftOut } from '../http/connection-error.js';

interface HealthOptions {
  /** Milliseconds without a single success after which failures end the run. */
  readonly giveUpAfterMs: number;
  readonly now: () => number;
}

/** Whether anything still works. Shared by the pool, which sees calls fail, and the retries, which would go on. */
export class Health {
  readonly #giveUpAfterMs: number;
  readonly #now: () => number;
  #failingSince: number | undefined;
  /** In order of their beginning. */
  readonly #underWay = new Set<{ readonly began: number }>();
  #successes = 0;
  #lastFailure: SdgError | undefined;

  constructor({ giveUpAfterMs, now }: HealthOptions) {
    this.#giveUpAfterMs = giveUpAfterMs;
    this.#now = now;
  }

  /** Calls answered so far. */
  get successes(): number {
    return this.#successes;
  }
  /**
   * Whether nothing has worked for as long as the run is willing to wait. Not while a call is under way that began
   * before things went wrong: it may take an hour and end well.
   */
  get hopeless(): boolean {
    const since = this.#failingSince;
    if (since === undefined || this.#now() - since < this.#giveUpAfterMs) return false;
    const [oldest] = this.#underWay;
    return oldest === undefined || oldest.began >= since;
  }

  /** A call goes out; the function given back is called when it has ended. */
  began(): () => void {
    const call = { began: this.#now() };
    this.#underWay.add(call);
    return () => this.#underWay.delete(call);
  }

  succeeded(): void {
    this.#successes++;
    this.#failingSince = undefined;
  }
  /** Counts time from the first of these. `interrupted` and the like say nothing about the teacher. */
  failed(error: SdgError): void {
    if (!error.isRetryable || error.code === 'interrupted' || isLeftOut(error)) return;
    this.#failingSince ??= this.#now();
    this.#lastFailure = error;
  }

  /** The error that ends the run once it is hopeless. */
  verdict(name: string): SdgError {
    const last = this.#lastFailure;
    return new SdgError(
      'teacher-unreachable',
      `nothing was answered for ${this.#giveUpAfterMs / 1000} s (${name})${last ? `: ${last.what}` : ''}`,
      {
        remedy: 'when the teacher is back run the same command again: it resumes, and pays for no call twice',
        cause: last,
      },
    );
  }
}
