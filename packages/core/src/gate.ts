import { setMaxListeners } from 'node:events';

/** The way of one operator through the gate. Made by {@link Gate.door}. */
export interface Door {
  /** Asks to be let through once, as soon as there is room, perhaps at once. Asking again before that changes nothing. */
  knock(): void;
  /** Withdraws the wish. */
  close(): void;
}

/** Samples that are done with what came before, and go no further yet. */
export interface Waiting {
  readonly count: number;
  /** The number of the seed (from 0) whose samples go first; or the end of the input; or whoever reads the output. */
  readonly for: number | 'end' | 'reader';
  /** The block that they wait to go into; undefined: they are rows of the output. */
  readonly before?: string | undefined;
}

interface Waiter {
  readonly stage: number;
  readonly go: () => void;
}

export interface GateOptions {
  /** Calls that the teacher can work on at once. Default 8. */
  readonly slots?: number;
  /** Samples on their way at most, for each slot. Default 8: busy 0.99 of the time, where 4 gave 0.98 and 2 gave 0.91. */
  readonly windowPerSlot?: number;
  /**
   * Samples resident at most, for each slot, those included that wait for their turn in the output. Default 64: one call
   * of a long-tailed teacher holds up what some hundred others have made by then. In virtual time, 32 slots, with eight
   * times the window nothing stood empty before the tail, with four times 0.5 to 1.4 %, with no room beyond it 4 to 20 %.
   */
  readonly mostPerSlot?: number;
  /**
   * Samples resident at most, whatever the slots. Default 32,768, which is what 512 slots may have; memory is to stay
   * flat with thousands of them too. Never less than {@link LEAST_WINDOWS}: a bound that does not grow with the slots
   * would at some number of them leave fewer samples than they work on, and slots empty.
   */
  readonly most?: number;
}

/**
 * Windows of samples that may be resident under any bound: one on its way, and as much again that waits for its turn.
 * In virtual time, 256 slots, where one call holds up what all have made, 0.95 to 0.98 of them are busy with two
 * windows, 0.86 with one.
 */
const LEAST_WINDOWS = 2;

/**
 * Backpressure for RxJS, which has none: counts the samples resident in any operator that holds samples, and in the
 * writer until the pipe has taken the line.
 *
 * - The reader pulls while fewer than `window` samples are on their way and fewer than twice `slots` wait for the
 *   teacher: enough to keep it busy, and room left for the children of what is under way.
 * - Samples that wait for an earlier one to be put out before them take no room from those on their way, or one slow
 *   call would leave the teacher idle until it ended. At eight windows in all (`mostPerSlot`), of large ones at
 *   fewer (`most`), the reader stops even so.
 * - An operator passes on a finished sample's children while there is room, the deepest stage first; otherwise the
 *   sample stays parked with it and counts as one. So fan-out overshoots by one sample's children at a time. A single
 *   child takes the room of its parent and waits for none.
 * - If the teacher would starve because everything is parked, the deepest parked sample goes all the same, and the
 *   reader reads on, unless the consumer is what is slow. This is also what keeps a window smaller than a fan-out from
 *   locking up.
 */
export class Gate {
  readonly #windowPerSlot: number;
  readonly #mostPerSlot: number;
  readonly #most: number;
  readonly #waiters: Waiter[] = [];
  readonly #queues = new Set<() => Waiting | readonly Waiting[] | undefined>();
  #slots: number;
  #resident = 0;
  #held = 0;
  #working = 0;
  #writing = 0;
  #peak = 0;
  #dispatching = false;
  readonly #inputEnded = new AbortController();
  #readers = 1;
  /** Samples that may wait for the teacher before the reader stops, for each slot. */
  #ahead = 2;

  constructor({ slots = 8, windowPerSlot = 8, mostPerSlot = 64, most = 32_768 }: GateOptions = {}) {
    this.#slots = slots;
    this.#windowPerSlot = windowPerSlot;
    this.#mostPerSlot = mostPerSlot;
    this.#most = most;
    // Every call that waits listens to it: a warning about many listeners would be a false alarm.
    setMaxListeners(0, this.#inputEnded.signal);
  }

  /** Aborted when the reader has read its last sample. */
  get inputEnded(): AbortSignal {
    return this.#inputEnded.signal;
  }
  /** The reader has read its last sample; where more readers are expected, the last of them has. */
  endInput(): void {
    if (--this.#readers <= 0) this.#inputEnded.abort();
  }
  /**
   * One more reader is expected: the input has not ended with the first. It makes its input as it goes, by what came out
   * before, so it reads on only where a slot is free: what is read ahead of need would be called for ahead of need.
   */
  expectInput(): void {
    this.#readers++;
    this.#ahead = 1;
  }

  /** Calls that the teacher can work on at once; the window follows it. */
  get slots(): number {
    return this.#slots;
  }
  set slots(slots: number) {
    // Whoever counts them may be of somebody else's making.
    this.#slots = Math.max(1, slots) || 1;
    this.#dispatch();
  }

  /** Samples that may be on their way before the reader stops. */
  get window(): number {
    return this.#slots * this.#windowPerSlot;
  }
  /** Samples that may be resident, held ones included, before the reader stops. */
  get most(): number {
    return Math.min(this.#slots * this.#mostPerSlot, Math.max(this.#most, LEAST_WINDOWS * this.window));
  }
  /** Samples resident now, on their way or held. */
  get resident(): number {
    return this.#resident;
  }
  /** Of these, the ones that wait for their turn in the output. */
  get held(): number {
    return this.#held;
  }
  /** The most samples that were ever resident at once. */
  get peak(): number {
    return this.#peak;
  }
  /** Samples waiting for a call, queued or in flight. */
  get working(): number {
    return this.#working;
  }

  /** `n` samples came to rest in an operator. */
  enter(n = 1): void {
    this.#resident += n;
    if (this.#resident > this.#peak) this.#peak = this.#resident;
  }
  /** `n` samples moved on or were dropped. */
  leave(n = 1): void {
    this.#resident -= n;
    this.#dispatch();
  }

  /**
   * `n` of the resident samples wait for their turn in the output from now on, and make room: whoever waited for it may
   * go before this returns. Negative: their turn has come.
   */
  hold(n = 1): void {
    this.#held += n;
    if (n > 0) this.#dispatch();
  }

  /** A sample began to wait for a call. */
  beginWork(): void {
    this.#working++;
  }
  /** Its call ended, or was given up. */
  endWork(n = 1): void {
    this.#working -= n;
    this.#dispatch();
  }

  /** `n` samples came to the writer; they are resident until `written`. */
  beginWrite(n = 1): void {
    this.#writing += n;
    this.enter(n);
  }
  /** The consumer took them. */
  written(n = 1): void {
    this.#writing -= n;
    this.leave(n);
  }

  /** An operator says what waits in it, when it is asked; gives what ends that. */
  queue(waiting: () => Waiting | readonly Waiting[] | undefined): () => void {
    this.#queues.add(waiting);
    return () => void this.#queues.delete(waiting);
  }
  /** What waits in all operators, and for what: the many first. Rows of the output wait for one seed, the earliest. */
  waiting(): Waiting[] {
    const all = [...this.#queues].flatMap((waiting) => waiting() ?? []);
    const rows = all.filter((one) => one.before === undefined && typeof one.for === 'number');
    const count = rows.reduce((sum, one) => sum + one.count, 0);
    const merged: Waiting[] = count > 0 ? [{ count, for: Math.min(...rows.map((one) => one.for as number)) }] : [];
    const unread: Waiting[] = this.#writing > 0 ? [{ count: this.#writing, for: 'reader' }] : [];
    return [...unread, ...merged, ...all.filter((one) => !rows.includes(one))].sort((a, b) => b.count - a.count);
  }

  /** Whether an operator at `stage` (the reader: 0) may pass on samples at this moment. */
  hasRoom(stage: number): boolean {
    const starves = this.#working < this.#slots && this.#writing < this.#slots;
    const isOpen = starves || this.#resident - this.#held < this.window;
    return isOpen && (stage > 0 || (this.#resident < this.most && this.#working < this.#ahead * this.#slots));
  }

  /** A door for an operator at `stage` (the reader: 0); `go` passes on one sample's children. */
  door(stage: number, go: () => void): Door {
    const waiter: Waiter = { stage, go };
    return {
      knock: () => {
        if (this.#waiters.includes(waiter)) return;
        const behind = this.#waiters.findIndex((other) => other.stage < stage);
        this.#waiters.splice(behind === -1 ? this.#waiters.length : behind, 0, waiter);
        this.#dispatch();
      },
      close: () => {
        const index = this.#waiters.indexOf(waiter);
        if (index !== -1) this.#waiters.splice(index, 1);
      },
    };
  }

  /** Lets waiters go, deepest stage first, while there is room. Never re-entered: what `go` sets off is seen by the loop. */
  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    try {
      let next: number;
      while ((next = this.#waiters.findIndex(({ stage }) => this.hasRoom(stage))) !== -1) {
        this.#waiters.splice(next, 1)[0]?.go();
      }
    } finally {
      this.#dispatching = false;
    }
  }
}
