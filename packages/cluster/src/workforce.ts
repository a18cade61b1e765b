import type { SdgError, TeacherState } from '@sdg/core';
import type { EngineJob } from '@sdg/session';
import { BudgetShares, limitsOf } from './budget-shares.js';
import { shown } from './connection-options.js';
import { PREFIX, type Link } from './link.js';
import { LivingWorkers, type WorkerRecord } from './living-workers.js';
import type { WakeMessage } from './messages.js';
import type { Buckets, RunNames } from './names.js';
import { ratesOf, RateShares, type RatesByTeacher } from './rate-shares.js';

/** Milliseconds without any worker after which a person is told. */
const PATIENCE = 5000;

export interface WorkforceOptions {
  readonly link: Link;
  readonly names: RunNames;
  readonly buckets: Buckets;
  readonly job: EngineJob;
  /** The run was begun before: workers may hold shares that another coordinator gave them. */
  readonly isResumed: boolean;
  /** Called when workers come, go or change, with what ends the run where its budget is used up. */
  readonly onLook: (spent: SdgError | undefined) => void;
  /** Whether there are units that wait for a worker. */
  readonly hasWork: () => boolean;
}

/** The workers of a run, as its coordinator sees them: deals out what they share, and says why they stand still. */
export class Workforce {
  /** What all workers together may use in a minute; absent: as much as they like. */
  readonly rates: RatesByTeacher | undefined;
  readonly #options: WorkforceOptions;
  readonly #budget: BudgetShares | undefined;
  readonly #rateShares: RateShares | undefined;
  readonly #told = new Set<string>();
  #living: LivingWorkers | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lonelySince: number | undefined = performance.now();
  #isProbing = false;

  constructor(options: WorkforceOptions) {
    this.#options = options;
    const { spec, own } = options.job;
    this.rates = ratesOf(spec, own);
    this.#rateShares = this.rates && new RateShares(this.rates, options.isResumed);
    const limits = limitsOf(spec);
    this.#budget = limits && new BudgetShares(limits, (grants) => this.#say({ grants }));
  }

  get hasBudget(): boolean {
    return this.#budget !== undefined;
  }

  /** Calls that the workers make, and how many they could make, at once. */
  state(): Omit<TeacherState, 'queued'> {
    const all = this.#living?.all ?? [];
    const sum = (of: (worker: WorkerRecord) => number): number => all.reduce((total, worker) => total + of(worker), 0);
    return {
      inFlight: sum(({ inFlight }) => inFlight),
      limit: sum(({ slots }) => slots),
      phase: `${all.length} ${all.length === 1 ? 'worker' : 'workers'}`,
    };
  }

  watch(): void {
    const { link, buckets } = this.#options;
    this.#living = LivingWorkers.watch(link, buckets, () => this.#look());
    this.#timer = setInterval(() => this.#look(), 1000);
    this.#timer.unref();
  }

  #look(): void {
    const { link, names, onLook } = this.#options;
    const all = this.#living?.all ?? [];
    this.#complain(all);
    const rated = all.filter(({ runs }) => runs.includes(names.run));
    const rates = this.#rateShares?.look(rated.map(({ id, rates }) => ({ id, rates: rates?.[names.run] })));
    if (rates && !link.isClosed) this.#say({ rates });
    onLook(this.#budget?.look(all, names.run));
  }

  /** Says what workers wait for, and that there are none. */
  #complain(all: readonly WorkerRecord[]): void {
    const { names, hasWork } = this.#options;
    for (const { id, refuses, waitsFor } of all) {
      const why = refuses[names.run];
      if (waitsFor !== undefined) this.tell(`worker ${id}: ${waitsFor}`);
      if (why !== undefined) this.tell(`worker ${id} does not serve this run: ${why}`);
    }
    if (all.some(({ refuses }) => refuses[names.run] === undefined)) this.#lonelySince = undefined;
    else if ((this.#lonelySince ??= performance.now()) + PATIENCE < performance.now() && hasWork()) void this.#tellLonely();
  }

  /** Workers that cannot write cannot be heard either: a server that takes nothing from us is told in place of them. */
  async #tellLonely(): Promise<void> {
    const { link, buckets } = this.#options;
    if (this.#isProbing) return;
    this.#isProbing = true;
    try {
      await link.persist(() => buckets.workers.delete('nobody'));
      if (this.#lonelySince !== undefined) {
        const prefix = link.prefix === PREFIX ? '' : ` --nats-prefix ${link.prefix}`;
        this.tell(`no worker serves this run: start some with sdg worker ${shown(link.address)}${prefix} --teacher URL`);
      }
    } catch {
      // The run has ended meanwhile, or will by the same.
    } finally {
      this.#isProbing = false;
    }
  }

  #say(message: WakeMessage): void {
    const { link, names } = this.#options;
    link.nc.publish(names.wake, JSON.stringify(message));
  }

  /** Tells a person something once. */
  tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#options.job.observer.notice?.(text, 'warning');
  }

  close(): void {
    clearInterval(this.#timer);
    this.#living?.close();
  }
}
