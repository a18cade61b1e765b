import { SOON } from './outbox.js';

/** Milliseconds within which a server in touch has taken what is shared, the wait for company included. */
const LATE = SOON + 25;
/**
 * Share of the slots whose replies may be on their way to a server, one at least, before the next ones wait for it: so many calls
 * more than it has slots may be lost with a worker. None would make it exactly the slots, and leave them empty while the server
 * takes each reply, 6.5 ms on the average: 1.6 % of the time with calls of 400 ms, a tenth with 60 ms. With calls of ten seconds
 * a reply is on its way for 0.07 % of each slot's time, and hardly ever two.
 */
const ON_THEIR_WAY = 0.125;

/** What a worker has claimed and is sharing of calls, for all runs that it serves. */
export class Claims {
  /** Revisions of the claims that it holds, by key. */
  readonly held = new Map<string, number>();
  readonly #sharing = new Map<string, { readonly since: number; readonly work: Promise<void> }>();
  /** Calls whose outputs are being shared. */
  #calls = 0;
  #overruled = 0;
  #error: unknown;

  /** `slots`: calls that the worker may have in flight. */
  constructor(readonly slots: () => number = () => Infinity) {}

  /**
   * Outputs that were used here and that others cannot use: somebody took the claim over, or they could not be shared. What was
   * made meanwhile may be of one of them.
   */
  get overruled(): number {
    return this.#overruled;
  }
  /** Why the last one could not be shared; undefined where others were quicker. */
  get error(): unknown {
    return this.#error;
  }

  /** Outputs are being shared in the background; `work` says whether they are the ones that everybody uses. */
  share(keys: readonly string[], work: Promise<boolean>): void {
    const sharing = work
      .then(
        (isOurs) => {
          if (!isOurs) this.#overrule(undefined);
        },
        (error: unknown) => this.#overrule(error),
      )
      .finally(() => {
        this.#calls--;
        for (const key of keys) this.#sharing.delete(key);
      });
    this.#calls++;
    const since = performance.now();
    for (const key of keys) this.#sharing.set(key, { since, work: sharing });
  }

  /**
   * The server takes nothing, or has not yet taken what it was just sent: contact may be lost. Whoever goes on with other calls
   * then pays for what others will pay for again when this worker is thought dead, beyond the calls that are in flight.
   */
  get isLate(): boolean {
    const [oldest] = this.#sharing.values();
    if (!oldest) return false;
    return this.#calls >= Math.max(1, this.slots() * ON_THEIR_WAY) || performance.now() - oldest.since > LATE;
  }

  #overrule(error: unknown): void {
    this.#overruled++;
    this.#error = error;
  }

  /** Until an output that is being shared is there for all. */
  async shared(key: string): Promise<void> {
    await this.#sharing.get(key)?.work;
  }

  /** Until all that are being shared now are there for all, or never will be. */
  async allShared(): Promise<void> {
    await Promise.all([...this.#sharing.values()].map(({ work }) => work));
  }
}
