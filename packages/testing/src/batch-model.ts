interface Sequence<Call> {
  readonly call: Call;
  readonly output: number;
  written: number;
  /** Tokens of the prompt, and of the output written before it was preempted, that are not in the cache. */
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

/** How a server stands, as its metrics would say. */
export interface BatchLoad {
  readonly running: number;
  readonly waiting: number;
  /** Share of the cache that is taken. */
  readonly cacheUsage: number;
}

/**
 * What a server does that batches, as vLLM does, step by step and without a clock: every step writes one token for each
 * sequence that is through with its prompt, and takes 8 + 0.03 · sequences + 4e-5 · tokens in the cache + 0.04 · tokens
 * prefilled milliseconds (8B on one H100). Prompts are prefilled in pieces; when the cache is full the youngest sequence
 * is preempted and computed again.
 *
 * @example
 * const model = new BatchModel<string>();
 * model.add('call', 800, 300);
 * for (let ms = model.begin(); ms !== undefined; ms = model.begin()) console.log(ms, model.end());
 */
export class BatchModel<Call> {
  readonly #options: Required<BatchOptions>;
  readonly #waiting: Sequence<Call>[] = [];
  #running: Sequence<Call>[] = [];
  #cached = 0;

  constructor({ sequences = 256, cacheTokens = 430_000, stepTokens = 2048 }: BatchOptions = {}) {
    this.#options = { sequences, cacheTokens, stepTokens };
  }

  get load(): BatchLoad {
    return { running: this.#running.length, waiting: this.#waiting.length, cacheUsage: this.#cached / this.#options.cacheTokens };
  }

  /** A call with so long a prompt and output, in tokens; it waits for a step with room. */
  add(call: Call, promptTokens: number, outputTokens: number): void {
    this.#waiting.push({ call, output: Math.max(1, Math.round(outputTokens)), written: 0, toPrefill: promptTokens, cached: 0 });
  }

  /** Begins a step, and says how many milliseconds it takes; undefined where there is nothing to do. */
  begin(): number | undefined {
    const decoding = this.#running.filter(({ toPrefill }) => toPrefill === 0);
    const prefilled = this.#prefill(this.#options.stepTokens - decoding.length);
    for (const sequence of decoding) {
      sequence.written++;
      sequence.cached++;
    }
    this.#cached += decoding.length;
    this.#preempt();
    if (this.#running.length === 0) return undefined;
    return 8 + 0.03 * this.#running.length + 4e-5 * this.#cached + 0.04 * prefilled;
  }

  /** The step is over: the calls that have their last token, which leave. */
  end(): Call[] {
    const isThrough = ({ written, output }: Sequence<Call>) => written >= output;
    const through = this.#running.filter(isThrough);
    if (through.length > 0) this.#running = this.#running.filter((sequence) => !isThrough(sequence));
    for (const { cached } of through) this.#cached -= cached;
    return through.map(({ call }) => call);
  }

  /** Reads on in prompts, those that run first, and takes in others while there is room; gives the tokens read. */
  #prefill(most: number): number {
    const { sequences, cacheTokens } = this.#options;
    let room = most;
    const read = (sequence: Sequence<Call>): void => {
      const tokens = Math.min(room, sequence.toPrefill);
      sequence.toPrefill -= tokens;
      sequence.cached += tokens;
      this.#cached += tokens;
      room -= tokens;
    };
    for (const sequence of this.#running) if (sequence.toPrefill > 0 && room > 0) read(sequence);
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (room === 0 || this.#running.length === sequences || this.#cached + next.toPrefill >= cacheTokens) break;
      this.#running.push(this.#waiting.shift()!);
      read(next);
    }
    return most - room;
  }

  /** The youngest leave a cache that is too full, and begin again. */
  #preempt(): void {
    while (this.#cached > this.#options.cacheTokens && this.#running.length > 1) {
      const youngest = this.#running.pop()!;
      this.#cached -= youngest.cached;
      youngest.toPrefill += youngest.cached;
      youngest.cached = 0;
      this.#waiting.unshift(youngest);
    }
  }
}
