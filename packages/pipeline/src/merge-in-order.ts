import type { Gate, Sample } from '@sdg/core';

/** What the merger must know about one of the streams that it merges. */
export interface Branch {
  /** Samples that went in or were made there and have neither come out nor ended. */
  inside(): number;
}

interface Turn {
  readonly position: number;
  readonly branch: number;
}

/** Turns that are over are cut from the front in steps of this many. */
const COMPACT_AT = 512;

/**
 * Puts the samples of several streams, each in input order in itself, back into the order of their common input. A
 * sample waits while an earlier one may still come out of another branch; that is known to be over once its branch has
 * put out something later, or holds nothing any more. What waits is resident, and held (see {@link Gate}); what
 * it waits for is in a branch, and moves on by the gate's own rule that the teacher shall not starve.
 */
export class MergeInOrder {
  #turns: Turn[] = [];
  #head = 0;
  readonly #parked: { readonly position: number; readonly sample: Sample }[][];
  readonly #last: number[];
  #held = 0;
  #running = false;
  #closed = false;

  constructor(
    readonly branches: readonly Branch[],
    readonly gate: Gate,
    readonly emit: (sample: Sample) => void,
  ) {
    this.#parked = branches.map(() => []);
    this.#last = branches.map(() => -1);
  }

  /** An input sample goes into `branch`. */
  begin(position: number, branch: number): void {
    this.#turns.push({ position, branch });
  }

  /** A sample came out of `branch`. Without a position it counts with the one before it. */
  take(branch: number, sample: Sample, position = this.#last[branch]!): void {
    if (this.#closed) return;
    this.#last[branch] = position;
    this.#parked[branch]!.push({ position, sample });
    this.#held++;
    this.gate.enter();
    this.gate.hold();
    this.advance();
  }

  /** Emits what may go: to be called whenever a branch may have become empty. */
  advance(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let turn = this.#turns[this.#head]; turn && !this.#closed; turn = this.#turns[this.#head]) {
        const parked = this.#parked[turn.branch]!;
        if (parked[0] && parked[0].position <= turn.position) {
          const { sample } = parked.shift()!;
          this.#held--;
          this.gate.hold(-1);
          // Room is handed on, not given back: whoever takes the sample is next to count it.
          this.gate.enter(-1);
          this.emit(sample);
        } else if (parked.length > 0 || this.branches[turn.branch]!.inside() === 0) {
          this.#head++;
          if (this.#head >= COMPACT_AT) {
            this.#turns = this.#turns.slice(this.#head);
            this.#head = 0;
          }
        } else break;
      }
    } finally {
      this.#running = false;
    }
  }

  /** Gives back the room of what waits. */
  close(): void {
    this.#closed = true;
    const held = this.#held;
    this.#held = 0;
    this.gate.hold(-held);
    this.gate.leave(held);
  }
}
