/** Milliseconds for which what others wait for, or may have to pay for again, waits for company; on the average half of it. */
export const SOON = 10;
/** The same for what nobody waits for. */
const LATER = 20;

/**
 * What is sent goes together with what else is sent in the same moment, or a moment later: a server is woken by each packet,
 * which costs it more than the messages within. What can wait is sent on the beat of the clock, by all workers at once, so that
 * it is woken once for all of them; where clocks differ it is woken once for each.
 */
export class Outbox {
  /** Whether slots stand empty: then nothing that calls wait for is put off. */
  isAwaited: () => boolean = () => false;
  #waiting: (() => void)[] = [];
  #turn: NodeJS.Immediate | undefined;
  readonly #timers = new Map<number, NodeJS.Timeout>();

  /** Sends something at the end of this turn of the event loop, with all that waits; gives what becomes of it. */
  now<T>(send: () => T | Promise<T>): Promise<T> {
    this.#turn ??= setImmediate(() => this.flush());
    return this.#put(send);
  }

  /** Sends what a call waits for, or has brought: now where slots stand empty, else with what goes next, at most 10 ms from now. */
  soon<T>(send: () => T | Promise<T>): Promise<T> {
    return this.isAwaited() ? this.now(send) : this.#within(SOON, send);
  }

  /** Sends something with what goes next, at most 20 ms from now. */
  later<T>(send: () => T | Promise<T>): Promise<T> {
    return this.#within(LATER, send);
  }

  #within<T>(ms: number, send: () => T | Promise<T>): Promise<T> {
    if (!this.#timers.has(ms)) {
      const due = ms - (Date.now() % ms);
      this.#timers.set(
        ms,
        setTimeout(() => this.flush(), due),
      );
    }
    return this.#put(send);
  }

  #put<T>(send: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(send());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** Sends all that waits, in one packet. */
  flush(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    clearImmediate(this.#turn);
    this.#turn = undefined;
    for (const send of this.#waiting.splice(0)) send();
  }
}
