import { canonicalJson, columnsOf, contentHash, fromGated, SdgError, deduplicated, filtered, type BlockContext, type ExamplePool, type Run, type RunOptions, type Sample } from '@sdg/core';
import { Observable, type OperatorFunction } from 'rxjs';
import { attemptOf, ExactlyPlan, leafKeyOf, withoutAttempt, type Attempt, type ExactlyGoal, type LeafEnd, type LeafRun } from './exactly-plan.js';
import { AttemptQueue } from './exactly-queue.js';

export interface ExactlyOptions extends ExactlyGoal {
  /** Rows that one seed sample is expected to become, so that the first attempts are not too many. Default 1. */
  readonly expected?: (seed: Sample) => number;
  /** Told of every leaf at the end. */
  readonly onLeafEnd?: (end: LeafEnd) => void;
}

/** A run that goes on until it has enough. */
export interface Exactly {
  /** What the run has to be made with: `new Run({ teacher, ...exactly.runOptions })`. */
  readonly runOptions: Required<Pick<RunOptions, 'pool' | 'observer'>>;
  /**
   * The operator around a compiled pipeline, to be subscribed to once. It takes all seed samples, then makes attempts:
   * each sends one of them through the pipeline, again and again in turn, until every leaf has what is wanted. Then it
   * completes, and what is in flight is cancelled.
   */
  operator(run: Run, pipeline: OperatorFunction<Sample, Sample>): OperatorFunction<Sample, Sample>;
}

/**
 * Goes on until exactly as many samples are accepted as are wanted, by leaf or in all. Accepted is what the pipeline puts
 * out and does not equal an earlier output of its leaf, in the order of the attempts; what is beyond the number is cut
 * off. Blocks see accepted samples of earlier attempts in `context.pool`. Output is the same for any concurrency.
 *
 * A leaf is given up after so many attempts in a row without an accepted sample.
 *
 * @example
 * const until = exactly({ numOutputs: 200 });
 * const run = new Run({ teacher, ...until.runOptions });
 * seeds.pipe(until.operator(run, compile(pipeline, { catalog, run }))).subscribe(console.log);
 */
export function exactly({ expected = () => 1, onLeafEnd, ...goal }: ExactlyOptions): Exactly {
  const leaves = new Map<string, LeafRun>();
  let onLiving: (sample: Sample, change: number) => void = () => undefined;
  const pool: ExamplePool = {
    seeds: (sample) => leaves.get(leafKeyOf(sample))?.seeds ?? [],
    accepted(sample) {
      const attempt = attemptOf(sample);
      return attempt ? attempt.leaf.accepted.slice(0, attempt.known) : [];
    },
  };
  return {
    runOptions: {
      pool,
      observer: {
        sampleMade: (block, sample, more) => block.type !== ACCOUNT && onLiving(sample, more),
        sampleDropped: (block, sample) => block.type !== ACCOUNT && onLiving(sample, -1),
      },
    },
    operator: (run, pipeline) => (source) =>
      new Observable((subscriber) => {
        if (!run.ordered) {
          throw new SdgError('usage', 'a number of outputs cannot be kept to while samples come out as they finish', { remedy: 'leave out --unordered' });
        }
        const seeds: Sample[] = [];
        subscriber.add(
          source.subscribe({
            next: (seed) => seeds.push(seed),
            error: (error) => subscriber.error(error),
            complete() {
              const plan = new ExactlyPlan(seeds, goal, expected);
              for (const leaf of plan.leaves) leaves.set(leaf.key, leaf);
              const settlement = new Settlement(plan, run, (sample) => subscriber.next(sample));
              onLiving = (sample, change) => settlement.change(attemptOf(sample), change);
              const finish = (): void => {
                settlement.close();
                for (const leaf of plan.leaves) onLeafEnd?.(endOf(leaf));
                subscriber.complete();
              };
              subscriber.add(() => settlement.close());
              settlement.onOver = finish;
              if (plan.isOver) return finish();
              subscriber.add(
                fromGated(settlement.queue, { gate: run.gate, draining: run.draining })
                  .pipe(pipeline)
                  .subscribe({ next: (sample) => settlement.take(sample), error: (error) => subscriber.error(error), complete: finish }),
              );
              settlement.open();
            },
          }),
        );
      }),
  };
}

function endOf({ key, wanted, accepted, ended, stalled, isFull, isStalled }: LeafRun): LeafEnd {
  const reason = isFull ? 'enough' : isStalled ? 'stalled' : 'stopped';
  return { leaf: key, wanted, accepted: accepted.length, attempts: ended, reason, stalled };
}

/** Type of the account of what was accepted: what is dropped there has left the pipeline already. */
const ACCOUNT = 'exactly';

/** Follows the attempts under way, and settles them one after another in the order in which they were begun. */
class Settlement {
  readonly queue: AttemptQueue;
  onOver: () => void = () => undefined;
  #line: Attempt[] = [];
  #head = 0;
  #living = 0;
  #account: BlockContext | undefined;
  readonly #texts = new Set<string>();
  #isSettling = false;
  #isClosed = false;

  constructor(
    readonly plan: ExactlyPlan,
    readonly run: Run,
    readonly emit: (sample: Sample) => void,
  ) {
    this.queue = new AttemptQueue(run.draining, () => this.#living++);
  }

  /** Opens the account, last of all, and begins the first attempts. */
  open(): void {
    this.#account = this.run.block('accept', ACCOUNT);
    this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    this.queue.close();
  }

  /** A sample of an attempt became more, or ended. */
  change(attempt: Attempt | undefined, change: number): void {
    this.#living += change;
    if (attempt) attempt.living += change;
    // A block that makes samples without lineage hides whose they are; but when none lives, all have ended.
    if (this.#living === 0) for (const fed of this.#line.slice(this.#head)) if (this.queue.hasTaken(fed)) fed.living = 0;
    if (change < 0) this.#settle();
  }

  /** A sample came out of the pipeline. */
  take(sample: Sample): void {
    const attempt = attemptOf(sample) ?? this.#line[this.#head];
    attempt?.outputs.push(sample);
    this.change(attempt, -1);
  }

  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    try {
      for (let attempt = this.#line[this.#head]; attempt && !this.#isClosed; attempt = this.#line[this.#head]) {
        for (const sample of attempt.outputs.splice(0)) this.#accept(attempt, sample);
        if (this.plan.isOver) return this.onOver();
        if (attempt.living > 0 || this.run.draining.aborted) break;
        this.#head++;
        if (this.#head >= 512) {
          this.#line = this.#line.slice(this.#head);
          this.#head = 0;
        }
        this.plan.end(attempt);
        if (this.plan.isOver) return this.onOver();
        this.#begin();
      }
      // Stopped on request: attempts are cut short, and none is judged by what it did not bring.
      if (this.run.draining.aborted) {
        for (const attempt of this.#line.slice(this.#head)) for (const sample of attempt.outputs.splice(0)) this.#accept(attempt, sample);
      }
    } finally {
      this.#isSettling = false;
    }
  }

  #begin(): void {
    const attempts = this.plan.begin();
    this.#line.push(...attempts);
    this.queue.push(attempts);
  }

  #accept(attempt: Attempt, sample: Sample): void {
    const { leaf } = attempt;
    const account = this.#account!;
    account.enter(sample);
    attempt.brought++;
    if (leaf.isFull) return account.drop(sample, filtered('surplus'));
    const accepted = withoutAttempt(sample);
    const text = contentHash(leaf.key, canonicalJson(columnsOf(accepted)));
    if (this.#texts.has(text)) return account.drop(sample, deduplicated());
    this.#texts.add(text);
    account.out(accepted, sample);
    attempt.accepted++;
    leaf.accepted.push(accepted);
    this.emit(accepted);
  }
}
