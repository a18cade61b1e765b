/** How much longer by the clock than by the processor something may take: what waits for nothing that ever comes takes no processor. */
const MOST_WAITING = 10;
const TICK = 100;

/** Something under way that has a bound of time. */
export interface Timed {
  /** Milliseconds of processor that it may take in all. */
  allowed: number;
  stop(): void;
}

interface Run extends Timed {
  readonly start: number;
  readonly most: number;
  readonly onOver: () => void;
  spent: number;
}

/** Where time is read from, in milliseconds: the clock, and what the process took of the processors. */
interface TimeSource {
  readonly now: () => number;
  readonly processor: () => number;
}

const SYSTEM: TimeSource = {
  now: () => performance.now(),
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/**
 * Bounds how long threads are at something, in time of the processor: on a busy machine, where each gets a half or a tenth of one, the same
 * file takes as much longer. As a process cannot tell its threads apart, each counts as having had an equal part of what they had together.
 * By the clock nothing takes more than ten times as long, or `most` times where what is waited for is no processor.
 *
 * @example
 * const clock = new ProcessorClock();
 * const reading = clock.start(120_000, () => worker.terminate());
 * worker.once('message', () => reading.stop());
 */
export class ProcessorClock {
  readonly #runs = new Set<Run>();
  #timer: NodeJS.Timeout | undefined;
  #time = 0;
  #processor = 0;

  constructor(private readonly source: TimeSource = SYSTEM) {}

  /** Begins to time something; `onOver` is called once when it has had what it is `allowed`. */
  start(allowed: number, onOver: () => void, most = MOST_WAITING): Timed {
    if (this.#runs.size === 0) {
      this.#look();
      this.#timer = setInterval(() => this.tick(), TICK);
    }
    const run: Run = { allowed, onOver, most, start: this.source.now(), spent: 0, stop: () => this.#stop(run) };
    this.#runs.add(run);
    return run;
  }

  #look(): void {
    this.#time = this.source.now();
    this.#processor = this.source.processor();
  }

  #stop(run: Run): void {
    this.#runs.delete(run);
    if (this.#runs.size === 0) clearInterval(this.#timer);
  }

  /** Books what has gone by since it was last called; a timer does so ten times a second. */
  tick(): void {
    const [time, processor] = [this.#time, this.#processor];
    this.#look();
    const each = Math.min(this.#time - time, (this.#processor - processor) / this.#runs.size);
    for (const run of [...this.#runs]) {
      run.spent += each;
      if (run.spent < run.allowed && this.#time - run.start < run.most * run.allowed) continue;
      run.stop();
      run.onOver();
    }
  }
}
