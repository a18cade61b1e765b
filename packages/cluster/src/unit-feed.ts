import type { Delivery, WorkQueue } from './work-queue.js';

/** Milliseconds after which a worker looks everywhere for units: those of lost workers come back without a word. */
const LOOK = 1000;

export interface UnitFeedOptions {
  readonly queue: WorkQueue;
  /** Levels of the run, least first. */
  readonly levels: readonly number[];
  /** The same in the order in which they are to be asked, now. */
  readonly inTurn: () => readonly number[];
  /** So many units are to be asked for, now. */
  readonly wanted: () => number;
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
  #isWoken: (() => void) | undefined;

  constructor(options: UnitFeedOptions) {
    this.#options = options;
    this.ended = this.#feed();
  }

  /** There may be room, or units of these levels. */
  wake(levels: readonly number[] = []): void {
    for (const level of levels) this.#filled.add(level);
    this.#isWoken?.();
  }

  /** Units that wait for workers, as far as this one has heard. */
  get waiting(): number {
    return [...this.#waiting.values()].reduce((sum, one) => sum + one, 0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#isWoken?.();
  }

  async #feed(): Promise<void> {
    const { levels, wanted } = this.#options;
    // What it asks for belongs to somebody who is just being made.
    await Promise.resolve();
    while (!this.#isStopped) {
      if (performance.now() - this.#lookedAt > LOOK) {
        this.#lookedAt = performance.now();
        for (const level of levels) this.#filled.add(level);
      }
      const found = await this.#ask(wanted());
      if (found === 0 || wanted() <= 0) await this.#rest();
    }
  }

  /** Asks the levels in their turn for so many units together; gives how many came. */
  async #ask(most: number): Promise<number> {
    const { queue, inTurn, take } = this.#options;
    let found = 0;
    if (most <= 0) return found;
    for (const level of inTurn()) {
      if (found >= most || this.#isStopped) break;
      if (!this.#filled.delete(level)) continue;
      const units = await queue.pullNow(`level_${level}`, most - found);
      if (units.length === most - found) this.#filled.add(level);
      this.#waiting.set(level, units.length === most - found ? units.at(-1)!.waiting : 0);
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
        this.#isWoken = undefined;
        resolve();
      };
      this.#isWoken = done;
    });
  }
}
