import { collect, SdgError, type Gate, type Sample } from '@sdg/core';
import { defer, Subject, takeUntil, tap, type Observable } from 'rxjs';

interface Listeners {
  readonly onRow: (sample: Sample) => void;
  readonly onError: (error: unknown) => void;
}

/** What comes out of a run, read once, and how far it was read. */
export class Reading {
  /** Rows that came out. */
  out = 0;
  #iterated: number | undefined;
  #state: 'ready' | 'flowing' | 'ended' = 'ready';
  readonly #left = new Subject<void>();
  readonly samples: Observable<Sample>;
  readonly #gate: Gate;

  constructor(source: Observable<Sample>, gate: Gate, { onRow, onError }: Listeners) {
    this.#gate = gate;
    const flowing = source.pipe(
      tap({
        next: (sample) => {
          this.out++;
          onRow(sample);
        },
        error: (error: unknown) => {
          this.#state = 'ended';
          onError(error);
        },
        complete: () => void (this.#state = 'ended'),
      }),
    );
    this.samples = defer(() => {
      if (this.#state !== 'ready') throw new SdgError('usage', 'the samples of a run can be read once', { remedy: 'open another run' });
      this.#state = 'flowing';
      return flowing.pipe(takeUntil(this.#left));
    });
  }

  /** Ends them for whoever reads: calls under way are given up. Nothing where they have ended. */
  leave(): void {
    this.#left.next();
  }

  async *rows(): AsyncGenerator<Sample> {
    this.#iterated ??= 0;
    for await (const sample of collect(this.samples, this.#gate)) {
      this.#iterated++;
      yield sample;
    }
  }

  /** Rows that whoever iterates was given; where nobody does, those that came out. */
  get taken(): number {
    return this.#iterated ?? this.out;
  }

  /** Whether they were left before their end. */
  get isLeft(): boolean {
    return this.#state !== 'ended';
  }
}
