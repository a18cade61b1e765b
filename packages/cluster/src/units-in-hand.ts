import { columnsOf, inEnvelope, lineageOf, type Sample } from '@sdg/core';
import type { Stage, UnitAnswer } from '@sdg/pipeline';
import type { Fence } from './fence.js';
import type { Link } from './link.js';
import type { Delivery } from './work-queue.js';

/** Shares of the patience: how often a worker looks which units it has to speak up for, and how long it is silent about one. */
const LOOKS = 1 / 8;
const SILENCE = 3 / 8;
/** Workers that a unit may end: then it is booked as lost. */
export const MOST_LOST = 10;
/** Workers lost over a unit after which it is worked on alone: one that ends its worker must not take others with it. */
export const SUSPECT = 3;

/** A unit that a worker has. */
export interface Held {
  readonly id: string;
  readonly message: Delivery;
  /** When it was delivered, or last said to be worked on, on the clock of `performance.now`. */
  heard: number;
  /** Aborted: no more calls for it. */
  readonly draining: AbortController;
}

/** The units that a worker has of one run. It speaks up for each now and then, so that nobody else gets them. */
export class UnitsInHand {
  readonly #held = new Map<string, Held>();
  readonly #beginning = new Set<Held>();
  readonly #timer: NodeJS.Timeout;
  #returns = 0;

  constructor(
    readonly link: Link,
    readonly fence: Fence,
    readonly patienceMs: number,
  ) {
    this.#timer = setInterval(() => this.#beat(), patienceMs * LOOKS);
  }

  get size(): number {
    return this.#held.size;
  }
  /** Those that have not come to their first call. */
  get beginning(): number {
    return this.#beginning.size;
  }

  take(message: Delivery): Held {
    const id = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    const held = { id, message, heard: performance.now(), draining: new AbortController() };
    this.#held.set(id, held);
    this.#beginning.add(held);
    return held;
  }

  /** It has come to its first call. */
  hasBegun(held: Held): void {
    this.#beginning.delete(held);
  }

  /** Whether it is still this worker's: of one that was taken for dead nothing is taken. */
  has(held: Held): boolean {
    return this.#held.get(held.id) === held;
  }

  /** It is done with, one way or another. */
  drop(held: Held): void {
    this.#beginning.delete(held);
    if (this.has(held)) this.#held.delete(held.id);
  }

  /** This worker was taken for dead: what it held is others' by now. */
  lose(): void {
    for (const { draining } of this.#held.values()) draining.abort();
    this.#held.clear();
    this.#beginning.clear();
  }

  /** Most are done before their first word is due. What was said right before contact was lost may not have been heard. */
  #beat(): void {
    if (!this.fence.isOpen) return;
    const now = performance.now();
    const wasAway = this.link.returns > this.#returns;
    this.#returns = this.link.returns;
    for (const held of this.#held.values()) {
      if (now - held.heard < this.patienceMs * SILENCE && !wasAway) continue;
      held.heard = now;
      held.message.working();
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What becomes of a unit that no worker has come to the end of. */
export function bookedAsLost(stage: Stage, sample: Sample, workers: number): UnitAnswer {
  const [first] = stage.steps;
  const account = {
    ...{ block: first!.label, type: first!.account ?? first!.type, in: 1, made: 0, out: 0, filtered: 0, deduplicated: 0, unfinished: 0 },
    ...{
      rejected: { 'worker-lost': 1 },
      calls: 0,
      cachedCalls: 0,
      promptTokens: 0,
      completionTokens: 0,
      tokensEstimated: false,
      models: {},
    },
  };
  const message = `${workers} workers were lost over it`;
  const lineage = { sample: columnsOf(sample), _sdg: lineageOf(inEnvelope(sample, undefined)) };
  return {
    samples: [],
    ledger: [account],
    rejects: [{ block: first!.label, kind: 'rejected', reason: 'worker-lost', message, ...lineage }],
  };
}
