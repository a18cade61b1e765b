import { followBucket, type Change } from './follow-stream.js';
import type { Link } from './link.js';
import { bucketName, openBuckets, type Buckets } from './names.js';
import type { RatesByTeacher } from './rate-shares.js';

/** What a worker says of itself, every few seconds. */
export interface WorkerRecord {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Calls that its teachers can take at once. */
  readonly slots: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Units in hand. */
  readonly units: number;
  /** Calls answered since it began, by a teacher and from the cache. */
  readonly calls: number;
  readonly cachedCalls: number;
  /** Calls that a teacher answered in a second, of late. */
  readonly callsPerSecond?: number;
  /** Tries that failed. */
  readonly faults: number;
  /** Tokens and money spent for each run that has a budget. */
  readonly spent: Readonly<Record<string, { readonly tokens: number; readonly cost: number }>>;
  /** Tokens and money that it may spend, for each run that has a budget, as it was last told; null: as much as it likes. */
  readonly granted?: Readonly<Record<string, { readonly tokens: number | null; readonly cost: number | null }>>;
  /** Rates that it has for each run that has some. */
  readonly rates?: Readonly<Record<string, RatesByTeacher>>;
  /** Why it stands still, if it does. */
  readonly waitsFor?: string;
  /** Runs that it serves. */
  readonly runs: readonly string[];
  /** Runs that it does not serve, and why. */
  readonly refuses: Readonly<Record<string, string>>;
}

/** The workers that have said something within the time to live. */
export class LivingWorkers {
  readonly #seen = new Map<string, { readonly record: WorkerRecord; readonly at: number }>();
  readonly #timer: NodeJS.Timeout;
  #stop: () => void = () => undefined;

  private constructor(
    readonly patienceMs: number,
    readonly onChange: () => void,
  ) {
    this.#timer = setInterval(() => this.#expire(), Math.min(1000, patienceMs / 4));
    this.#timer.unref();
  }

  static watch(link: Link, { patienceMs }: Buckets, onChange: () => void): LivingWorkers {
    const living = new LivingWorkers(patienceMs, onChange);
    const changes = followBucket(link, bucketName(link, 'workers'), { onLost: () => openBuckets(link, patienceMs) });
    living.#stop = () => changes.stop();
    void living.#follow(changes).catch(() => undefined);
    return living;
  }

  async #follow(changes: AsyncIterable<Change>): Promise<void> {
    for await (const { key, json } of changes) {
      const record = json<WorkerRecord>();
      if (record) this.#seen.set(key, { record, at: performance.now() });
      else this.#seen.delete(key);
      this.onChange();
    }
  }

  #expire(): void {
    const before = this.#seen.size;
    for (const [id, { at }] of this.#seen) if (performance.now() - at > this.patienceMs) this.#seen.delete(id);
    if (this.#seen.size !== before) this.onChange();
  }

  get all(): readonly WorkerRecord[] {
    return [...this.#seen.values()].map(({ record }) => record);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stop();
  }
}
