import type { Endpoints } from './endpoints.js';

interface LimitInForceOptions {
  readonly endpoints: Endpoints;
  /** Most calls in flight at all servers together. */
  readonly most: number;
  readonly now: () => number;
  /** Puts it in force. */
  readonly onChange: (limit: number) => void;
  /** It may have risen though no call has ended. */
  readonly onRise: () => void;
}

/** How many calls all servers of a pool take together, and who is told of it. */
export class LimitInForce {
  readonly #options: LimitInForceOptions;
  readonly #listeners = new Set<(limit: number) => void>();
  #value = 0;
  #risesAt = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LimitInForceOptions) {
    this.#options = options;
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
    const { endpoints, most, onChange } = this.#options;
    const limit = Math.max(1, Math.min(endpoints.limit, most));
    if (limit === this.#value) return false;
    this.#value = limit;
    onChange(limit);
    for (const listener of this.#listeners) listener(limit);
    return true;
  }

  /** Looks again when a limit may rise though no call ends. */
  watch(): void {
    const { endpoints, now, onRise } = this.#options;
    const at = endpoints.risesAt;
    if (at === this.#risesAt) return;
    this.#risesAt = at;
    clearTimeout(this.#timer);
    if (at === Infinity) return;
    this.#timer = setTimeout(() => {
      endpoints.passed(now());
      this.#risesAt = Infinity;
      this.adjust();
      this.watch();
      onRise();
    }, at - now()).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
