import { columnsOf, derive, lineageOf, type Lineage, type Sample } from '@sdg/core';

/** How many outputs are wanted. */
export interface ExactlyGoal {
  /** In all, shared out evenly over the leaves; those of the first leaves are one larger where it does not divide. */
  readonly numOutputs?: number;
  /** Of each leaf. */
  readonly perLeaf?: number;
  /** Attempts in a row without an accepted sample after which a leaf is given up. Default 100. */
  readonly maxStalledAttempts?: number;
  /**
   * Attempts under way at once, at most. An attempt may show samples that were accepted before it began, so output
   * depends on this number; it must not follow the concurrency. Default 64: with some 14 calls an attempt, up to five of
   * them at a time, enough for more than a hundred slots.
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
  maxStalled: number;
  started = 0;
  ended = 0;
  stalled = 0;
  /** Outputs of attempts that have ended, accepted or too many: what the yield is reckoned from. */
  brought = 0;
  /** Accepted samples that new attempts may know of: those of attempts that have ended. */
  known = 0;

  constructor(
    readonly key: string,
    maxStalled: number,
  ) {
    this.maxStalled = maxStalled;
  }

  get isFull(): boolean {
    return this.accepted.length >= this.wanted || (this.wanted === Infinity && this.ended >= this.seeds.length);
  }
  get isStalled(): boolean {
    return !this.isFull && this.wanted < Infinity && this.stalled >= this.maxStalled;
  }
  get isOver(): boolean {
    return this.isFull || this.isStalled;
  }
}

/** A seed sample sent through the pipeline once. */
export interface Attempt {
  readonly leaf: LeafRun;
  readonly sample: Sample;
  /** Accepted samples of the leaf that it may know of: the first so many. */
  readonly known: number;
  /** Samples made of it that are still in the pipeline; itself, as long as it waits. */
  living: number;
  /** What came out and waits for attempts before it. */
  readonly outputs: Sample[];
  brought: number;
  accepted: number;
}

const ATTEMPT = Symbol('attempt');

/** The attempt that a sample belongs to. It rides on the lineage, as every block hands that on. */
export const attemptOf = (sample: Sample): Attempt | undefined => (sample._sdg as { readonly [ATTEMPT]?: Attempt } | undefined)?.[ATTEMPT];

/** The sample without its attempt. */
export function withoutAttempt(sample: Sample): Sample {
  const { [ATTEMPT]: _attempt, ...lineage } = lineageOf(sample) as Lineage & { [ATTEMPT]?: Attempt };
  return { ...sample, _sdg: lineage };
}

/** The leaf that a sample counts for: `leaf_node_path`, or else all samples together. */
export const leafKeyOf = (sample: Sample): string => (typeof sample['leaf_node_path'] === 'string' ? sample['leaf_node_path'] : '');

const DEFAULTS = { maxStalledAttempts: 100, attemptsUnderWay: 64 };
/**
 * More attempts than the yield so far asks for, by this factor: attempts differ. Of 200 rows from one task, 32 slots,
 * 1.1 made 5.7 calls a row where 4.8 are needed, 1.25 made 6.2, and the slots were as busy (0.93 and 0.91).
 */
const MARGIN = 1.1;
/** What was expected beforehand weighs as much as this many attempts. */
const PRIOR = 2;

const numberIn = (sample: Sample, column: string): number | undefined => {
  const value = sample[column];
  return typeof value === 'number' && value >= 0 ? Math.trunc(value) : undefined;
};

/**
 * Decides which attempts are made. It is asked anew whenever the oldest attempt has ended, in order, and knows nothing
 * but what attempts up to that one brought. So attempts, and what they may know of, are the same in every run with the
 * same replies.
 *
 * No more are under way than the yield so far makes necessary: at the end hardly any work is thrown away.
 */
export class ExactlyPlan {
  readonly leaves: readonly LeafRun[];
  readonly #limit: number;
  #underWay = 0;
  #turn = 0;

  /** `expected`: rows that one attempt with a seed sample is thought to bring, before anything is known. */
  constructor(
    seeds: readonly Sample[],
    goal: ExactlyGoal,
    readonly expected: (seed: Sample) => number,
  ) {
    const leaves = new Map<string, LeafRun>();
    for (const seed of seeds) {
      const key = leafKeyOf(seed);
      let leaf = leaves.get(key);
      if (!leaf) {
        const stalled = goal.maxStalledAttempts ?? numberIn(seed, 'max_stalled_attempts') ?? DEFAULTS.maxStalledAttempts;
        leaves.set(key, (leaf = new LeafRun(key, Math.max(1, stalled))));
      }
      leaf.seeds.push(seed);
    }
    this.leaves = [...leaves.values()];
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
    return this.leaves.every(({ isOver }) => isOver);
  }

  /** An attempt has ended, all before it too. */
  end({ leaf, brought, accepted }: Attempt): void {
    this.#underWay--;
    leaf.ended++;
    leaf.brought += brought;
    leaf.known = leaf.accepted.length;
    // What was too much says nothing against a leaf.
    if (accepted > 0) leaf.stalled = 0;
    else if (!leaf.isFull) leaf.stalled++;
  }

  /** The attempts to begin now: leaf after leaf in turn, each with its seed samples in turn. */
  begin(): Attempt[] {
    const attempts: Attempt[] = [];
    while (this.#underWay < this.#limit) {
      const at = this.leaves.findIndex((_, i) => this.#needsMore(this.leaves[(this.#turn + i) % this.leaves.length]!));
      if (at === -1) break;
      const index = (this.#turn + at) % this.leaves.length;
      this.#turn = index + 1;
      this.#underWay++;
      attempts.push(this.#attempt(this.leaves[index]!));
    }
    return attempts;
  }

  #needsMore(leaf: LeafRun): boolean {
    if (leaf.isOver) return false;
    if (leaf.wanted === Infinity) return leaf.started < leaf.seeds.length;
    const prior = Math.max(0.05, this.expected(leaf.seeds[leaf.started % leaf.seeds.length]!));
    const rate = (leaf.brought + PRIOR * prior) / (leaf.ended + PRIOR);
    return leaf.started - leaf.ended < Math.ceil((MARGIN * (leaf.wanted - leaf.known)) / rate);
  }

  #attempt(leaf: LeafRun): Attempt {
    const { seeds } = leaf;
    const round = Math.floor(leaf.started / seeds.length);
    const seed = seeds[leaf.started++ % seeds.length]!;
    const again = round === 0 ? { ...seed, _sdg: lineageOf(seed) } : derive(seed, columnsOf(seed), { block: 'round', index: round });
    const _sdg: Lineage & { [ATTEMPT]?: Attempt } = { ...again._sdg };
    const attempt: Attempt = { leaf, sample: { ...again, _sdg }, known: leaf.known, living: 1, outputs: [], brought: 0, accepted: 0 };
    _sdg[ATTEMPT] = attempt;
    return attempt;
  }
}
