import { setMaxListeners } from 'node:events';
import {
  canonicalJson,
  columnsOf,
  contentHash,
  deduplicated,
  envelopeOf,
  filtered,
  inEnvelope,
  OrderedBuffer,
  scopeOf,
  type Drop,
  type ExamplePool,
  type Sample,
} from '@sdg/core';
import { ExactlyPlan, type Attempt, type ExactlyGoal, type LeafEnd, type LeafRun } from './exactly-plan.js';

/** What becomes of an output: it is accepted, or dropped. */
export interface Verdict {
  readonly sample: Sample;
  readonly drop: Drop | undefined;
}

/**
 * A run that goes on until it has enough, as far as it has nothing to do with time: which attempts to begin, and which of
 * their outputs are accepted. Attempts are settled in the order in which they were begun, whatever the order in which
 * their outputs come. Without streams, so that one process and a coordinator of many can use it alike.
 *
 * @example
 * const settlement = new Settlement(seeds, { numOutputs: 20 }, () => 5);
 * for (const sample of settlement.begin()) send(sample); // comes back with `seed` of its envelope
 * settlement.put(output);
 * settlement.change(seed, -1);
 * for (const { sample, drop } of settlement.settle()) if (!drop) console.log(sample);
 */
export class Settlement {
  readonly plan: ExactlyPlan;
  readonly pool: Required<ExamplePool>;
  readonly #attempts = new Map<number, Attempt>();
  readonly #buffer: OrderedBuffer<Sample>;
  readonly #texts = new Set<string>();
  readonly #leaves: ReadonlyMap<string, LeafRun>;
  readonly #done = new Map<LeafRun, AbortController>();
  readonly #begun: Sample[] = [];
  #hasBegun = false;
  #isCutShort = false;

  /** `expected`: rows that a seed is thought to become. `onEnd`: told of each attempt that has been settled, in order. */
  constructor(
    seeds: readonly Sample[],
    goal: ExactlyGoal,
    expected: (seed: Sample) => number = () => 1,
    readonly onEnd: (number: number) => void = () => undefined,
  ) {
    this.plan = new ExactlyPlan(seeds, goal, expected);
    this.#leaves = new Map(this.plan.leaves.map((leaf) => [leaf.key, leaf]));
    this.#buffer = new OrderedBuffer({ onOver: (number) => this.#end(number) });
    this.pool = {
      seeds: (sample) => this.#leaves.get(scopeOf(sample))?.seeds ?? [],
      done: (sample) => this.#doneOf(this.#leaves.get(scopeOf(sample))),
      accepted: (sample) => {
        const attempt = this.#attempts.get(envelopeOf(sample)?.seed ?? -1);
        return attempt ? attempt.leaf.accepted.slice(0, attempt.known) : [];
      },
    };
  }

  /** Whether nothing more is to be had. */
  get isOver(): boolean {
    return this.plan.isOver;
  }

  /** The samples to send through the pipeline now, each with the number of its attempt. */
  begin(): Sample[] {
    if (!this.#hasBegun) this.#plan();
    this.#hasBegun = true;
    return this.#begun.splice(0);
  }

  /** Plans what to begin: at first, and right after the end of each attempt, so that it does not matter how many end at once. */
  #plan(): void {
    for (const attempt of this.plan.begin()) {
      this.#attempts.set(attempt.number, attempt);
      this.#buffer.begin(undefined, attempt.number);
      this.#begun.push(attempt.sample);
    }
  }

  /** So many samples of an attempt more are in flight; negative: fewer. */
  change(number: number, more: number): void {
    this.#buffer.change(number, more);
  }

  /** Nothing of an attempt is in flight any more, whatever was counted. */
  over(number: number): void {
    this.#buffer.change(number, -Infinity);
  }

  /**
   * A sample came out of the pipeline; those of one attempt come in order. Gives the number of its attempt: of one that a
   * block has left without its envelope, the oldest.
   */
  put(sample: Sample): number {
    const number = envelopeOf(sample)?.seed ?? this.#attempts.keys().next().value!;
    this.#buffer.put(number, inEnvelope(sample, { seed: number }));
    return number;
  }

  /** What can be decided now, in order. To be asked whenever something has changed, until all is over. */
  *settle(): Generator<Verdict> {
    for (let sample = this.#buffer.next(); sample && !this.isOver; sample = this.#buffer.next()) yield this.#judge(sample);
  }

  /** Nothing more will come: attempts are cut short, and none is judged by what it did not bring. */
  *rest(): Generator<Verdict> {
    this.#isCutShort = true;
    this.#buffer.end();
    for (let sample = this.#buffer.next(); sample; sample = this.#buffer.next()) yield this.#judge(sample);
  }

  /** Outputs that wait for an earlier attempt, and its number. */
  waiting(): ReturnType<OrderedBuffer<Sample>['waiting']> {
    return this.#buffer.waiting();
  }

  ends(): LeafEnd[] {
    return this.plan.leaves.map(({ key, wanted, accepted, ended, stalled, isFull, isStalled }) => {
      const reason = isFull ? 'enough' : isStalled ? 'stalled' : 'stopped';
      return { leaf: key, wanted, accepted: accepted.length, attempts: ended, reason, stalled };
    });
  }

  /** Aborted once a leaf has enough, or is given up. */
  #doneOf(leaf: LeafRun | undefined): AbortSignal | undefined {
    if (!leaf) return undefined;
    let done = this.#done.get(leaf);
    if (!done) {
      this.#done.set(leaf, (done = new AbortController()));
      setMaxListeners(0, done.signal);
    }
    return done.signal;
  }

  #end(number: number): void {
    const attempt = this.#attempts.get(number);
    if (!attempt || this.isOver || this.#isCutShort) return;
    this.#attempts.delete(number);
    this.plan.end(attempt);
    this.#plan();
    this.onEnd(number);
    if (attempt.leaf.isOver) this.#done.get(attempt.leaf)?.abort();
  }

  #judge(output: Sample): Verdict {
    const attempt = this.#attempts.get(envelopeOf(output)!.seed!)!;
    const { leaf } = attempt;
    const sample = inEnvelope(output, undefined);
    const text = contentHash(leaf.key, canonicalJson(columnsOf(sample)));
    if (this.#texts.has(text)) return { sample, drop: deduplicated() };
    attempt.brought++;
    // Of a leaf that was given up, what is under way may be cut off at any time: it counts in no case.
    if (leaf.isOver) return { sample, drop: filtered('surplus') };
    this.#texts.add(text);
    attempt.accepted++;
    leaf.accepted.push(sample);
    if (leaf.isFull) this.#done.get(leaf)?.abort();
    return { sample, drop: undefined };
  }
}
