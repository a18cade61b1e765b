import type { Delivery, WorkQueue } from './work-queue.js';

/** Milliseconds after which a worker looks everywhere for units: those of lost workers come back without a word. */
const LOOK = 1000;

export interface UnitFeedOptions {
  readonly queue: WorkQueue;
  /** Levels of the run, least first. */
  readonly levels: readonly number[];
  /** The same in the order in which they are to be asked, now. */
  readonly inTurn: () => readonly number[];
  /** So many units of a level are to be asked for, now. */
  readonly wanted: (level: number) => number;
  /** Takes a unit. */
  readonly take: (unit: Delivery) => void;
}

/**
 * Asks for units as there is room for them, level after level. A level that gave fewer than it was asked for has none, until
 * somebody says so: what is empty is not asked again and again.
 */
export class UnitFeed {
  /** Ends when it was stopped, and takes nothing more. */
  readonly ended: Promise<void>;
  readonly #options: UnitFeedOptions;
  readonly #filled = new Set<number>();
  /** Units of a level that waited when it was last asked. */
  readonly #waiting = new Map<number, number>();
  #lookedAt = -Infinity;
  #isStopped = false;
  /** It was woken since it last began to ask. */
  #isDue = false;
  #goOn: (() => void) | undefined;

  constructor(options: UnitFeedOptions) {
    this.#options = options;
    this.ended = this.#feed();
  }

  /** There may be room, or units of these levels. */
  wake(levels: readonly number[] = []): void {
    for (const level of levels) this.#filled.add(level);
    this.#isDue = true;
    this.#goOn?.();
  }

  /** Units that wait for workers, as far as this one has heard. */
  get waiting(): number {
    return [...this.#waiting.values()].reduce((sum, one) => sum + one, 0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#goOn?.();
  }

  async #feed(): Promise<void> {
    const { levels } = this.#options;
    // What it asks for belongs to somebody who is just being made.
    await Promise.resolve();
    while (!this.#isStopped) {
      if (performance.now() - this.#lookedAt > LOOK) {
        this.#lookedAt = performance.now();
        for (const level of levels) this.#filled.add(level);
      }
      this.#isDue = false;
      const found = await this.#ask();
      if (found === 0 && !this.#isDue) await this.#rest();
    }
  }

  /** Asks the levels in their turn; gives how many units came. */
  async #ask(): Promise<number> {
    const { queue, inTurn, wanted, take } = this.#options;
    let found = 0;
    for (const level of inTurn()) {
      const most = wanted(level);
      if (most <= 0 || this.#isStopped || !this.#filled.delete(level)) continue;
      const units = await queue.pullNow(`level_${level}`, most);
      if (units.length === most) this.#filled.add(level);
      this.#waiting.set(level, units.length === most ? units.at(-1)!.waiting : 0);
      found += units.length;
      for (const unit of units) take(unit);
    }
    return found;
  }

  /** Until there may be something to do. */
  #rest(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#lookedAt = -Infinity;
        done();
      }, LOOK);
      const done = (): void => {
        clearTimeout(timer);
        this.#goOn = undefined;
        resolve();
      };
      this.#goOn = done;
    });
  }
}
