import { RATE_WINDOW, type OwnTeacherSpecs } from '@sdg/session';

/** What may be used in any minute; absent: as much as one likes. */
export interface Rates {
  /** Requests. */
  readonly rpm?: number;
  /** Tokens. */
  readonly tpm?: number;
}

/** Rates by the name of a teacher; the run's own has an empty one. */
export type RatesByTeacher = Readonly<Record<string, Rates>>;

/** A worker, and the rates that it says it has. */
export interface RatedWorker {
  readonly id: string;
  readonly rates?: RatesByTeacher | undefined;
}

/** Milliseconds for which a share still counts that was made smaller: as long as a call, and what word of it takes to the worker. */
const COUNTS = RATE_WINDOW + 500;
/** Milliseconds after which another worker has its turn, where there is less than one request for each. */
const TURN = 3 * COUNTS;

/** Milliseconds from the first worker to the first shares: others that come with it need not wait a minute. */
const GATHERING = 2000;

interface Lease {
  share: number;
  /** Larger shares of before, and until when what was used of them still counts. */
  before: { readonly share: number; readonly until: number }[];
}

/** One number a minute, divided among workers: in no minute do they use more together. */
class DividedRate {
  readonly #leases = new Map<string, Lease>();

  constructor(readonly limit: number) {}

  /** What a worker was given by a coordinator before this one. One that begins anew meanwhile still counts as it was. */
  hold(worker: string, share: number, now: number): void {
    const lease = this.#leases.get(worker) ?? { share, before: [] };
    if (share < lease.share) lease.before.push({ share: lease.share, until: now + COUNTS });
    lease.share = share;
    this.#leases.set(worker, lease);
  }

  /** The shares of the workers that there are now. Who comes new waits a minute for what others give up. */
  divide(workers: readonly string[], now: number): (worker: string) => number {
    const least = Math.floor(this.limit / workers.length);
    const rest = this.limit - least * workers.length;
    const turn = least === 0 ? Math.floor(now / TURN) : 0;
    const wanted = new Map(workers.map((worker, i) => [worker, least + ((i + turn) % workers.length < rest ? 1 : 0)]));
    for (const worker of workers) if (!this.#leases.has(worker)) this.#leases.set(worker, { share: 0, before: [] });
    let free = this.limit;
    for (const [worker, lease] of this.#leases) {
      lease.before = lease.before.filter(({ until }) => until > now);
      const share = Math.min(lease.share, wanted.get(worker) ?? 0);
      if (share < lease.share) lease.before.push({ share: lease.share, until: now + COUNTS });
      lease.share = share;
      free -= mostOf(lease);
      if (!wanted.has(worker) && lease.before.length === 0) this.#leases.delete(worker);
    }
    for (const [worker, want] of wanted) {
      const lease = this.#leases.get(worker)!;
      const held = mostOf(lease);
      lease.share = Math.min(want, held + free);
      free -= Math.max(0, lease.share - held);
    }
    return (worker) => this.#leases.get(worker)!.share;
  }
}

const mostOf = ({ share, before }: Lease): number => Math.max(share, ...before.map((one) => one.share));

/**
 * Divides requests and tokens a minute among the workers of a run, evenly: a key that they share is used no quicker than
 * by one process. One that takes over from a coordinator leaves to each for a minute what it has.
 *
 * @example
 * const shares = new RateShares({ '': { rpm: 600 } });
 * shares.look([{ id: 'a' }, { id: 'b' }]); // in the first two seconds: { a: {}, b: {} }
 * shares.look([{ id: 'a' }, { id: 'b' }]); // then: { a: { '': { rpm: 300 } }, b: { '': { rpm: 300 } } }
 */
export class RateShares {
  readonly #rates: readonly { readonly teacher: string; readonly kind: keyof Rates; readonly rate: DividedRate }[];

  #since: number | undefined;

  /** `isResumed`: a coordinator before this one dealt rates out; what it gave to workers that are gone counts for a minute. */
  constructor(
    limits: RatesByTeacher,
    readonly isResumed = false,
  ) {
    this.#rates = Object.entries(limits).flatMap(([teacher, rates]) =>
      (['rpm', 'tpm'] as const).flatMap((kind) => {
        const limit = rates[kind];
        return limit === undefined ? [] : [{ teacher, kind, rate: new DividedRate(Math.floor(limit)) }];
      }),
    );
  }

  /** The rates of each worker from now on. `now` in milliseconds of any clock that only goes forward. */
  look(workers: readonly RatedWorker[], now = performance.now()): Readonly<Record<string, RatesByTeacher>> {
    const sorted = [...workers].sort((a, b) => (a.id < b.id ? -1 : 1));
    const shares: Record<string, Record<string, Rates>> = Object.fromEntries(sorted.map(({ id }) => [id, {}]));
    if (this.isResumed) this.#since ??= now;
    if (sorted.length === 0) return shares;
    this.#since ??= now;
    const isEarly = now - this.#since < (this.isResumed ? COUNTS : GATHERING);
    if (isEarly && !this.isResumed) return shares;
    for (const { teacher, kind, rate } of this.#rates) {
      const held = ({ rates }: RatedWorker): number => rates?.[teacher]?.[kind] ?? 0;
      if (isEarly) for (const worker of sorted) rate.hold(worker.id, held(worker), now);
      const shareOf = isEarly
        ? undefined
        : rate.divide(
            sorted.map(({ id }) => id),
            now,
          );
      for (const worker of sorted) {
        shares[worker.id]![teacher] = { ...shares[worker.id]![teacher], [kind]: shareOf ? shareOf(worker.id) : held(worker) };
      }
    }
    return shares;
  }
}

/** What the run and the teachers of single blocks may use in a minute, all workers together. */
export function ratesOf(run: Rates, { definitions }: OwnTeacherSpecs): RatesByTeacher | undefined {
  const all = Object.entries({ '': run, ...definitions }).flatMap(([name, { rpm, tpm }]) => {
    const rates = { ...(rpm && { rpm }), ...(tpm && { tpm }) };
    return Object.keys(rates).length > 0 ? [[name, rates] as const] : [];
  });
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}
