import { performance } from 'node:perf_hooks';

/**
 * The simulated GPU: so many calls are worked on at once; more wait their turn or are turned away. Keeps count of how
 * long slots were busy.
 */
export class Slots {
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  #busyMs = 0;
  #since = performance.now();

  constructor(
    private size: number,
    private readonly rejects: boolean,
  ) {}

  get count(): number {
    return this.size;
  }
  set count(count: number) {
    this.size = count;
    this.#next();
  }
  get busy(): number {
    return this.#busy;
  }
  get waiting(): number {
    return this.#queue.length;
  }

  /** Time that slots have been busy so far, one second for each slot and second. */
  get busySeconds(): number {
    this.#account();
    return this.#busyMs / 1000;
  }

  /** Whether a call would be turned away now. */
  get isFull(): boolean {
    return this.rejects && this.#busy >= this.size;
  }

  /** Resolves when a slot is the caller's; it must `release` it. */
  async take(): Promise<void> {
    if (this.#busy >= this.size) {
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else this.#enter();
  }

  release(): void {
    this.#account();
    this.#busy--;
    this.#next();
  }

  #enter(): void {
    this.#account();
    this.#busy++;
  }

  #next(): void {
    while (this.#busy < this.size) {
      const waiter = this.#queue.shift();
      if (!waiter) return;
      this.#enter();
      waiter();
    }
  }

  #account(): void {
    const now = performance.now();
    this.#busyMs += this.#busy * (now - this.#since);
    this.#since = now;
  }
}
