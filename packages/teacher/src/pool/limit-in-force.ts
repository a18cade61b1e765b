import type { CallQueue } from './call-queue.js';
import type { Endpoint } from './endpoint.js';
import type { Endpoints } from './endpoints.js';

/** How many calls all servers of a pool take together: puts it in force at the queue, and tells who listens. */
export class LimitInForce {
  readonly #listeners = new Set<(limit: number) => void>();
  #value = 0;
  #risesAt = Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param most calls in flight at all servers together */
  constructor(
    private readonly endpoints: Endpoints,
    private readonly queue: CallQueue<Endpoint>,
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.adjust();
  }

  get value(): number {
    return this.#value;
  }

  /** Tells of it now and whenever it changes; returns the way to stop. */
  onLimit(listener: (limit: number) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#value);
    return () => this.#listeners.delete(listener);
  }

  /** Puts the sum of the servers' limits in force. Returns whether it is another one. */
  adjust(): boolean {
    const limit = Math.max(1, Math.min(this.endpoints.limit, this.most));
    if (limit === this.#value) return false;
    this.#value = this.queue.seats = limit;
    for (const listener of this.#listeners) listener(limit);
    return true;
  }

  /** Looks again when a limit may rise though no call ends. */
  watch(): void {
    const at = this.endpoints.risesAt;
    if (at === this.#risesAt) return;
    this.#risesAt = at;
    clearTimeout(this.#timer);
    if (at === Infinity) return;
    this.#timer = setTimeout(() => {
      this.endpoints.passed(this.now());
      this.#risesAt = Infinity;
      this.adjust();
      this.watch();
      this.queue.wake();
    }, at - this.now()).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
