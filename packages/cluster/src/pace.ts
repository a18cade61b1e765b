import { concurrencyOf, requestRate, tokenRate, type Allowance, type TeacherSpec } from '@sdg/session';

/** At most so many calls in flight, over all teachers that share it. */
class Slots implements Allowance {
  #inFlight = 0;
  readonly #listeners = new Set<() => void>();

  constructor(readonly limit: number) {}

  waitMs(): number {
    return this.#inFlight < this.limit ? 0 : Infinity;
  }
  book(): void {
    this.#inFlight++;
  }
  settle(): void {
    this.#inFlight--;
    for (const listener of this.#listeners) listener();
  }
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** How quickly a worker may ask its teacher. */
export interface Pace {
  /** Most calls in flight; Infinity: as many as its teacher takes. */
  readonly slots: number;
  readonly allowances: readonly Allowance[];
  /** The spec without what is shared among all runs that are served. */
  readonly spec: TeacherSpec;
}

/**
 * What a person allows a worker, for all runs that it serves together: each run has a teacher of its own, and two of them
 * would ask twice as much.
 *
 * @throws SdgError `usage` for a number of calls that is none
 */
export function paceOf({ rpm, tpm, ...spec }: TeacherSpec): Pace {
  const given = concurrencyOf(spec.concurrency);
  const slots = given === 'auto' ? (spec.maxConcurrency ?? Infinity) : given;
  const allowances = [
    ...(slots === Infinity ? [] : [new Slots(slots)]),
    ...(rpm ? [requestRate(rpm)] : []),
    ...(tpm ? [tokenRate(tpm)] : []),
  ];
  return { slots, allowances, spec };
}

/** Milliseconds that count as of late. */
const OF_LATE = 10_000;

/** How quickly a number grows. */
export class RecentRate {
  readonly #seen: { readonly at: number; readonly count: number }[] = [];

  /**
   * How much it has grown in a second, over the last ten seconds or since it was first told. `now`: milliseconds of a clock that
   * only goes forward.
   *
   * @example
   * const rate = new RecentRate();
   * rate.of(0, 0); // 0
   * rate.of(50, 5000); // 10
   */
  of(count: number, now: number): number {
    this.#seen.push({ at: now, count });
    while (this.#seen.length > 2 && this.#seen[1]!.at <= now - OF_LATE) this.#seen.shift();
    const [first] = this.#seen;
    return now > first!.at ? ((count - first!.count) * 1000) / (now - first!.at) : 0;
  }
}
