import { performance } from 'node:perf_hooks';
import { BatchModel, type BatchLoad, type BatchOptions } from '@sdg/testing/batch-model';

export type { BatchOptions };

/** A server that batches, in real time. */
export class Batch {
  readonly #model: BatchModel<() => void>;
  /** When the step under way is over; steps follow each other by this clock, not by that of the timers. */
  #at: number | undefined;

  constructor(options?: BatchOptions) {
    this.#model = new BatchModel(options);
  }

  get load(): BatchLoad {
    return this.#model.load;
  }

  /** Resolves when a call with so long a prompt and output is through. */
  work(promptTokens: number, outputTokens: number): Promise<void> {
    return new Promise((end) => {
      this.#model.add(end, promptTokens, outputTokens);
      if (this.#at === undefined) this.#step(performance.now());
    });
  }

  #step(now: number): void {
    const ms = this.#model.begin();
    this.#at = ms === undefined ? undefined : now + ms;
    if (this.#at !== undefined) setTimeout(() => this.#finish(this.#at!), Math.max(0, this.#at - performance.now()));
  }

  #finish(at: number): void {
    for (const end of this.#model.end()) end();
    this.#step(at);
  }
}
