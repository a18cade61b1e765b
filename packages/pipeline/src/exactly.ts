import { envelopeOf, fromGated, SdgError, type BlockContext, type Run, type RunOptions, type Sample } from '@sdg/core';
import { Observable, type OperatorFunction } from 'rxjs';
import type { ExactlyGoal, LeafEnd } from './exactly-plan.js';
import { Settlement, type Verdict } from './settlement.js';

export interface ExactlyOptions extends ExactlyGoal {
  /** Rows that one seed sample is expected to become, so that the first attempts are not too many. Default 1. */
  readonly expected?: (seed: Sample) => number;
  /** Told of every leaf at the end. */
  readonly onLeafEnd?: (end: LeafEnd) => void;
}

/** A run that goes on until it has enough. */
export interface Exactly {
  /** What the run has to be made with: `new Run({ teacher, ...exactly.runOptions })`. */
  readonly runOptions: Required<Pick<RunOptions, 'pool' | 'observer' | 'seedRequests'>>;
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
 * @throws SdgError `usage` for a number that is none
 * @example
 * const until = exactly({ numOutputs: 200 });
 * const run = new Run({ teacher, ...until.runOptions });
 * seeds.pipe(until.operator(run, compile(pipeline, { catalog, run }))).subscribe(console.log);
 */
export function exactly({ expected, onLeafEnd, ...goal }: ExactlyOptions): Exactly {
  for (const [name, value] of Object.entries(goal)) {
    // One that is no number is never reached: the run would not end.
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new SdgError('usage', `exactly: ${name} takes a whole number from 0 up; not ${String(value)}`);
  }
  let attempts: Attempts | undefined;
  return {
    runOptions: {
      // The same seed sample with the same examples makes the same prompt.
      seedRequests: true,
      pool: {
        seeds: (sample) => attempts!.settlement.pool.seeds(sample),
        accepted: (sample) => attempts!.settlement.pool.accepted(sample),
        done: (sample) => attempts!.settlement.pool.done(sample),
      },
      observer: {
        sampleMade: (_block, sample, more) => attempts!.change(sample, more),
        sampleDropped: (block, sample) => block.type !== ACCOUNT && attempts!.change(sample, -1),
      },
    },
    operator: (run, pipeline) => (source) =>
      new Observable((subscriber) => {
        if (!run.ordered) {
          throw new SdgError('usage', 'a number of outputs cannot be kept to while samples come out as they finish', {
            remedy: 'leave out --unordered',
          });
        }
        // The seeds end at once, and the attempts made of them do not: drain before fill holds until enough is there.
        run.gate.expectInput();
        const seeds: Sample[] = [];
        subscriber.add(
          source.subscribe({
            next: (seed) => seeds.push(seed),
            error: (error) => subscriber.error(error),
            complete() {
              const settlement = new Settlement(seeds, goal, expected);
              const finish = (): void => {
                current.close();
                for (const end of settlement.ends()) onLeafEnd?.(end);
                subscriber.complete();
              };
              const current = new Attempts(settlement, run, (sample) => subscriber.next(sample), finish);
              attempts = current;
              subscriber.add(() => current.close());
              subscriber.add(run.gate.queue(() => settlement.waiting()));
              if (settlement.isOver) return finish();
              const inner = fromGated(current, { gate: run.gate, draining: run.draining })
                .pipe(pipeline)
                .subscribe({
                  next: (sample) => current.take(sample),
                  error: (error) => subscriber.error(error),
                  complete: () => current.complete(),
                });
              subscriber.add(inner);
              current.open();
            },
          }),
        );
      }),
  };
}

/** Type of the account of what was accepted: what is dropped there has left the pipeline already. */
const ACCOUNT = 'exactly';

/** The attempts under way: what was begun and the reader has not pulled yet, and how much of what it has is in flight. */
class Attempts implements AsyncIterable<Sample> {
  #account: BlockContext | undefined;
  readonly #waiting: Sample[] = [];
  readonly #taken = new Set<number>();
  #inFlight = 0;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(
    readonly settlement: Settlement,
    readonly run: Run,
    readonly emit: (sample: Sample) => void,
    readonly onOver: () => void,
  ) {}

  /** Opens the account, last of all, and begins the first attempts. */
  open(): void {
    this.#account = this.run.block('accept', ACCOUNT);
    this.#begin();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** What a sample was made of became more, or less. */
  change(sample: Sample, more: number, number = envelopeOf(sample)?.seed ?? -1): void {
    this.#inFlight += more;
    this.settlement.change(number, more);
    // A block that makes samples without their envelope hides whose they are; but when none is in flight, all have ended.
    if (this.#inFlight === 0) {
      for (const taken of this.#taken) this.settlement.over(taken);
      this.#taken.clear();
    }
    if (more < 0) this.#settle();
  }

  /** A sample came out of the pipeline. */
  take(sample: Sample): void {
    this.change(sample, -1, this.settlement.put(sample));
  }

  /** The pipeline has ended, as it does when it is stopped on request. */
  complete(): void {
    for (const verdict of this.settlement.rest()) this.#book(verdict);
    this.onOver();
  }

  /** Attempts that were begun, for the reader to pull when there is room. It leaves when it wants no more. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Sample> {
    for (;;) {
      const sample = this.#waiting.shift();
      if (sample) {
        this.#taken.add(envelopeOf(sample)!.seed!);
        this.#inFlight++;
        yield sample;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  #begin(): void {
    this.#waiting.push(...this.settlement.begin());
    this.#wake?.();
  }

  #settle(): void {
    // Stopped on request: what has come out is accepted at the end, and no attempt is judged by what it did not bring.
    if (this.#isClosed || this.run.draining.aborted) return;
    for (const verdict of this.settlement.settle()) {
      this.#book(verdict);
      if (this.#isClosed) return;
    }
    if (this.settlement.isOver) return this.onOver();
    this.#begin();
  }

  #book({ sample, drop }: Verdict): void {
    const account = this.#account!;
    account.enter(sample);
    if (drop) return account.drop(sample, drop);
    account.out(sample, sample);
    this.emit(sample);
  }
}
