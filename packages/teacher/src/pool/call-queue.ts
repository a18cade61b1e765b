import PQueue from 'p-queue';
import { type CallOptions, SdgError } from '@sdg/core';
import { onAbort } from '../on-abort.js';

/** What a call at the head of the queue waits for: so many milliseconds, or that more of a budget is left. */
export class Obstacle {
  constructor(
    readonly ms: number,
    readonly isBudget: boolean,
  ) {}
}

/** A call that wants its turn. */
export interface Turn<Seat, Result> {
  readonly priority: number;
  /** The priority that it has from some moment on. */
  readonly tail: CallOptions['tail'] | undefined;
  /** Any of these takes it out of the queue. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Takes a seat, or tells what to wait for. */
  readonly take: () => Seat | Obstacle;
  /** Makes the call. The seat is free again when it ends. */
  readonly use: (seat: Seat) => Promise<Result>;
}

/** A turn in the queue, until it has a seat or is given up. */
class Place<Seat, Result> {
  isWaiting = true;
  /** In p-queue, and not at the head of the queue. */
  isQueued = false;
  readonly undo: (() => void)[] = [];

  constructor(
    readonly id: string,
    readonly turn: Turn<Seat, Result>,
    public rank: number,
    readonly resolve: (result: Result) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** At most this long between two looks at whether all has become hopeless. */
const LONGEST_LOOK = 5000;
/** Turns of the event loop from a reply to the calls that follow it: it is kept, read, and looked for in the cache. */
const TURNS = 8;
/** By how much a call that has let later ones by goes before its equals: it had its turn. */
const AHEAD = 0.25;

/** What a reply that has just come makes of itself is asked for. */
async function followUps(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export const interrupted = (): SdgError => new SdgError('interrupted', 'the run was stopped before this call');

/**
 * Calls that wait for a seat, highest priority first. While the one at the head has an obstacle before it the whole queue
 * stands, so that priorities hold.
 */
export class CallQueue<Seat extends object> {
  readonly #queue = new PQueue();
  /** How many wait, by priority: a few numbers, one a block. */
  readonly #ranks = new Map<number, number>();
  #waiting = 0;
  #issued = 0;
  #holder: (() => void) | undefined;

  get waiting(): number {
    return this.#waiting;
  }

  /** How many wait, by priority; undefined where none does. */
  get byPriority(): ReadonlyMap<number, number> | undefined {
    return this.#ranks.size > 0 ? new Map(this.#ranks) : undefined;
  }

  set seats(count: number) {
    this.#queue.concurrency = count;
  }

  /** Something has changed: whoever is at the head looks again. */
  wake(): void {
    this.#holder?.();
  }

  /** Fails with `interrupted` where one of the signals came first. */
  wait<Result>(turn: Turn<Seat, Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const { tail, priority } = turn;
      const place = new Place(String(this.#issued++), turn, tail?.begins.aborted ? tail.priority : priority, resolve, reject);
      this.#waiting++;
      this.#count(place.rank, 1);
      for (const signal of turn.signals) if (signal) place.undo.push(onAbort(signal, () => this.#giveUp(place)));
      if (tail && !tail.begins.aborted) place.undo.push(onAbort(tail.begins, () => this.#move(place, tail.priority)));
      this.#enqueue(place);
    });
  }

  #enqueue<Result>(place: Place<Seat, Result>, ahead = 0): void {
    place.isQueued = true;
    // An error in taking a seat must reach the caller too.
    this.#queue
      .add(() => this.#serve(place), { id: place.id, priority: place.rank + ahead })
      .catch((error: unknown) => {
        this.#leave(place);
        place.reject(error instanceof Error ? error : new Error(String(error)));
      });
  }

  async #serve<Result>(place: Place<Seat, Result>): Promise<void> {
    place.isQueued = false;
    if (!place.isWaiting) return;
    const found = place.turn.take();
    const seat = found instanceof Obstacle ? await this.#admit(place, found) : found;
    if (seat === 'later') return this.#enqueue(place, AHEAD);
    if (!seat) return;
    this.#leave(place);
    await place.turn.use(seat).then(place.resolve, place.reject);
  }

  /**
   * Waits, with the queue at a stand, until there is a seat; undefined: given up. `later`: a call of a later block has come
   * meanwhile. What is left of a budget is for it: else the end of a budget goes into samples that are begun and never finished.
   */
  async #admit<Result>(place: Place<Seat, Result>, first: Obstacle): Promise<Seat | 'later' | undefined> {
    // Before the first wait: p-queue starts the next task as soon as this one has given way.
    this.#queue.pause();
    try {
      for (let obstacle = first; ;) {
        await this.#change(obstacle.ms);
        if (obstacle.isBudget) {
          await followUps();
          if (place.isWaiting && [...this.#ranks.keys()].some((other) => other > place.rank)) return 'later';
        }
        if (!place.isWaiting) return undefined;
        const found = place.turn.take();
        if (!(found instanceof Obstacle)) return found;
        obstacle = found;
      }
    } finally {
      this.#queue.start();
    }
  }

  /** Waits for so long, or until something has changed. */
  async #change(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms < Infinity ? setTimeout(resolve, Math.max(1, Math.min(ms, LONGEST_LOOK))) : undefined;
      this.#holder = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#holder = undefined;
  }

  #leave<Result>(place: Place<Seat, Result>): void {
    if (!place.isWaiting) return;
    place.isWaiting = false;
    this.#waiting--;
    this.#count(place.rank, -1);
    for (const stop of place.undo) stop();
  }

  #giveUp<Result>(place: Place<Seat, Result>): void {
    this.#leave(place);
    this.wake();
    place.reject(interrupted());
  }

  #move<Result>(place: Place<Seat, Result>, rank: number): void {
    this.#count(place.rank, -1);
    this.#count((place.rank = rank), 1);
    if (place.isQueued) this.#queue.setPriority(place.id, rank);
  }

  #count(rank: number, more: 1 | -1): void {
    const calls = (this.#ranks.get(rank) ?? 0) + more;
    if (calls > 0) this.#ranks.set(rank, calls);
    else this.#ranks.delete(rank);
  }
}
