import { columnsOf, derive, inEnvelope, scopeOf, type Sample } from '@sdg/core';

/** How many outputs are wanted. */
export interface ExactlyGoal {
  /** In all, shared out evenly over the leaves; those of the first leaves are one larger where it does not divide. */
  readonly numOutputs?: number;
  /** Of each leaf. */
  readonly perLeaf?: number;
  /** Attempts in a row without an accepted sample after which a leaf is given up. Default 100. */
  readonly maxStalledAttempts?: number;
  /**
   * Attempts of a leaf under way at once, at most. An attempt may show samples that were accepted so many attempts
   * before it, so output depends on this number; it must not follow the concurrency. Default 64: with some 14 calls an
   * attempt, up to five of them at a time, enough for more than a hundred slots.
   */
  readonly attemptsUnderWay?: number;
}

/** What became of a leaf, or task. */
export interface LeafEnd {
  readonly leaf: string;
  /** Infinity: as many as its seed samples become, each going through once. */
  readonly wanted: number;
  readonly accepted: number;
  /** Attempts that came to their end. */
  readonly attempts: number;
  readonly reason: 'enough' | 'stalled' | 'stopped';
  /** Attempts in a row that brought nothing. */
  readonly stalled: number;
}

/** One leaf on its way to what is wanted of it. */
export class LeafRun {
  readonly seeds: Sample[] = [];
  readonly accepted: Sample[] = [];
  wanted = 0;
  started = 0;
  ended = 0;
  stalled = 0;
  /** New outputs of attempts that have ended, and their squares: what the yield is reckoned from. */
  brought = 0;
  squares = 0;
  /** Accepted samples after so many attempts, from 0. */
  readonly after: number[] = [0];

  constructor(
    readonly key: string,
    readonly maxStalled: number,
  ) {}

  get isFull(): boolean {
    return this.accepted.length >= this.wanted || (this.wanted === Infinity && this.ended >= this.seeds.length);
  }
  /** Given up, once and for all. */
  isStalled = false;
  get isOver(): boolean {
    return this.isFull || this.isStalled;
  }
}

/** A seed sample sent through the pipeline once. */
export interface Attempt {
  /** Its place among all attempts, from 0: the seed number of its sample's envelope. */
  readonly number: number;
  readonly leaf: LeafRun;
  readonly sample: Sample;
  /** Accepted samples of the leaf that it may know of: the first so many. */
  readonly known: number;
  /** What it brought that its leaf did not have, and how much of that was accepted: not what was too much. */
  brought: number;
  accepted: number;
}

const DEFAULTS = { maxStalledAttempts: 100, attemptsUnderWay: 64 };
/** What was expected beforehand weighs as much as this many attempts. */
const PRIOR = 2;
/**
 * So many attempts know of no accepted sample. Later ones may know of all but those of the last so many, and half as many as they are more.
 */
const BLIND = 16;

const numberIn = (sample: Sample, column: string): number | undefined => {
  const value = sample[column];
  return typeof value === 'number' && value >= 0 ? Math.trunc(value) : undefined;
};

/**
 * Decides which attempts are made. It is asked anew whenever the oldest attempt has ended, in order, and knows nothing
 * but what attempts up to that one brought. So attempts, and what they may know of, are the same in every run with the
 * same replies, at any concurrency. The attempts of a leaf do not depend on how many outputs are wanted of it either:
 * wanting more goes on from what there is.
 *
 * No more are under way than will be needed in all likelihood, by the yield so far: at the end hardly any work is thrown
 * away.
 */
export class ExactlyPlan {
  readonly leaves: readonly LeafRun[];
  readonly #limit: number;
  /** Leaves that may not be over: looked at from the end. */
  readonly #open: LeafRun[];
  #turn = 0;
  #begun = 0;

  /** `expected`: rows that one attempt with a seed sample is thought to bring, before anything is known. */
  constructor(
    seeds: readonly Sample[],
    goal: ExactlyGoal,
    readonly expected: (seed: Sample) => number,
  ) {
    const leaves = new Map<string, LeafRun>();
    for (const seed of seeds) {
      const key = scopeOf(seed);
      let leaf = leaves.get(key);
      if (!leaf) {
        const stalled = goal.maxStalledAttempts ?? numberIn(seed, 'max_stalled_attempts') ?? DEFAULTS.maxStalledAttempts;
        leaves.set(key, (leaf = new LeafRun(key, Math.max(1, stalled))));
      }
      leaf.seeds.push(seed);
    }
    this.leaves = [...leaves.values()];
    this.#open = [...this.leaves];
    const { numOutputs, perLeaf } = goal;
    // Where some leaves say how many and others do not, the seed samples of the others go through once each.
    const silent = this.leaves.some(({ seeds: [seed] }) => numberIn(seed!, 'num_outputs') !== undefined) ? Infinity : 0;
    const [share, rest] = [Math.floor((numOutputs ?? 0) / this.leaves.length), (numOutputs ?? 0) % this.leaves.length];
    for (const [i, leaf] of this.leaves.entries()) {
      leaf.wanted = numOutputs === undefined ? (perLeaf ?? numberIn(leaf.seeds[0]!, 'num_outputs') ?? silent) : share + (i < rest ? 1 : 0);
    }
    this.#limit = Math.max(1, goal.attemptsUnderWay ?? DEFAULTS.attemptsUnderWay);
  }

  /** Whether nothing more is to be had. */
  get isOver(): boolean {
    while (this.#open.at(-1)?.isOver) this.#open.pop();
    return this.#open.length === 0;
  }

  /** An attempt has ended, all before it too. */
  end({ leaf, brought, accepted }: Attempt): void {
    leaf.ended++;
    leaf.brought += brought;
    leaf.squares += brought * brought;
    leaf.after.push(leaf.accepted.length);
    // What was too much says nothing against a leaf.
    if (accepted > 0) leaf.stalled = 0;
    else if (!leaf.isFull) leaf.stalled++;
    leaf.isStalled ||= !leaf.isFull && leaf.wanted < Infinity && leaf.stalled >= leaf.maxStalled;
  }

  /** The attempts to begin now: leaf after leaf in turn, each with its seed samples in turn. */
  begin(): Attempt[] {
    const attempts: Attempt[] = [];
    for (;;) {
      const at = this.leaves.findIndex((_, i) => this.#needsMore(this.leaves[(this.#turn + i) % this.leaves.length]!));
      if (at === -1) return attempts;
      const index = (this.#turn + at) % this.leaves.length;
      this.#turn = index + 1;
      attempts.push(this.#attempt(this.leaves[index]!));
    }
  }

  /** Attempts of a leaf that must have ended before its attempt `index`, and of which that one knows. */
  #before(index: number): number {
    const first = Math.min(BLIND, this.#limit);
    return Math.max(0, index - Math.min(this.#limit, first + Math.floor(Math.max(0, index - first) / 2)));
  }

  #needsMore(leaf: LeafRun): boolean {
    if (leaf.isOver || this.#before(leaf.started) > leaf.ended) return false;
    if (leaf.wanted === Infinity) return leaf.started < leaf.seeds.length;
    const underWay = leaf.started - leaf.ended;
    if (underWay === 0) return true;
    const prior = Math.max(0.05, this.expected(leaf.seeds[leaf.started % leaf.seeds.length]!));
    const rate = (leaf.brought + PRIOR * prior) / (leaf.ended + PRIOR);
    const mean = leaf.brought / Math.max(1, leaf.ended);
    const variance = Math.max(0, leaf.squares / Math.max(1, leaf.ended) - mean * mean);
    // One more is begun only if it will still be needed when those under way bring a standard deviation more than usual.
    return underWay * rate + Math.sqrt(underWay * variance) < leaf.wanted - leaf.after[leaf.ended]!;
  }

  #attempt(leaf: LeafRun): Attempt {
    const { seeds } = leaf;
    const known = leaf.after[this.#before(leaf.started)]!;
    const round = Math.floor(leaf.started / seeds.length);
    const seed = seeds[leaf.started++ % seeds.length]!;
    const again = round === 0 ? seed : derive(seed, columnsOf(seed), { block: 'round', index: round });
    const number = this.#begun++;
    return { number, leaf, sample: inEnvelope(again, { seed: number }), known, brought: 0, accepted: 0 };
  }
}
