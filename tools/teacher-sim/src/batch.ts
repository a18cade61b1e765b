import { performance } from 'node:perf_hooks';

interface Sequence {
  readonly output: number;
  readonly end: () => void;
  made: number;
  /** Tokens of the prompt, and of the output made before it was preempted, that are not in the cache. */
  toPrefill: number;
  cached: number;
}

export interface BatchOptions {
  /** Sequences at once. Default 256. */
  readonly sequences?: number;
  /** Tokens that the cache holds. Default 430,000. */
  readonly cacheTokens?: number;
  /** Tokens prefilled and decoded in a step. Default 2,048. */
  readonly stepTokens?: number;
}

/**
 * A server that batches, as vLLM does, in real time: every step makes one token for each sequence that is through with its
 * prompt, and takes 8 + 0.03 · sequences + 4e-5 · tokens in the cache + 0.04 · tokens prefilled milliseconds (8B on one
 * H100). Prompts are prefilled in pieces; when the cache is full the youngest sequence is preempted and computed again.
 */
export class Batch {
  readonly #options: Required<BatchOptions>;
  readonly #waiting: Sequence[] = [];
  #running: Sequence[] = [];
  #cached = 0;
  /** When the step under way is over; steps follow each other by this clock, not by that of the timers. */
  #at: number | undefined;

  constructor({ sequences = 256, cacheTokens = 430_000, stepTokens = 2048 }: BatchOptions = {}) {
    this.#options = { sequences, cacheTokens, stepTokens };
  }

  get running(): number {
    return this.#running.length;
  }
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when a call with so long a prompt and output is through. */
  work(promptTokens: number, outputTokens: number): Promise<void> {
    return new Promise((end) => {
      this.#waiting.push({ output: Math.max(1, Math.round(outputTokens)), end, made: 0, toPrefill: promptTokens, cached: 0 });
      if (this.#at === undefined) {
        this.#at = performance.now();
        this.#step();
      }
    });
  }

  #step(): void {
    const { sequences, cacheTokens, stepTokens } = this.#options;
    const decoding = this.#running.filter(({ toPrefill }) => toPrefill === 0);
    let room = stepTokens - decoding.length;
    const prefill = (sequence: Sequence): void => {
      const tokens = Math.min(room, sequence.toPrefill);
      sequence.toPrefill -= tokens;
      sequence.cached += tokens;
      this.#cached += tokens;
      room -= tokens;
    };
    for (const sequence of this.#running) if (sequence.toPrefill > 0 && room > 0) prefill(sequence);
    while (
      room > 0 &&
      this.#running.length < sequences &&
      this.#waiting.length > 0 &&
      this.#cached + this.#waiting[0]!.toPrefill < cacheTokens
    ) {
      const sequence = this.#waiting.shift()!;
      this.#running.push(sequence);
      prefill(sequence);
    }
    const prefilled = stepTokens - decoding.length - room;
    for (const sequence of decoding) {
      sequence.made++;
      sequence.cached++;
    }
    this.#cached += decoding.length;
    while (this.#cached > cacheTokens && this.#running.length > 1) {
      const last = this.#running.pop()!;
      this.#cached -= last.cached;
      last.toPrefill += last.cached;
      last.cached = 0;
      this.#waiting.unshift(last);
    }
    if (this.#running.length === 0) {
      this.#at = undefined;
      return;
    }
    this.#at! += 8 + 0.03 * this.#running.length + 4e-5 * this.#cached + 0.04 * prefilled;
    setTimeout(() => this.#finish(), Math.max(0, this.#at! - performance.now()));
  }

  /** The step is over: sequences that have their last token leave. */
  #finish(): void {
    const through = this.#running.filter(({ made, output }) => made >= output);
    if (through.length > 0) this.#running = this.#running.filter(({ made, output }) => made < output);
    for (const { cached, end } of through) {
      this.#cached -= cached;
      end();
    }
    this.#step();
  }
}
