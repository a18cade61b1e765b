/** Milliseconds for which what is not urgent waits for something that is. */
const LATER = 10;

/**
 * What need not be sent at once goes along with what is sent next, or a moment later: a server is woken by each packet, which
 * costs it more than the messages within.
 */
export class Outbox {
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Sends something with what goes next, at most 10 ms from now; gives what becomes of it. */
  soon<T>(send: () => T | Promise<T>): Promise<T> {
    this.#timer ??= setTimeout(() => this.flush(), LATER);
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

  /** Sends all that waits: right before something urgent, it is one packet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const send of this.#waiting.splice(0)) send();
  }
}
