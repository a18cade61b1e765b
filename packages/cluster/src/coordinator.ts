import type { Sample, SdgError, TeacherState } from '@sdg/core';
import { Fold, type FoldStep, type LeafEnd, type Unit } from '@sdg/pipeline';
import type { EngineJob, EngineRun } from '@sdg/session';
import { Observable, Subject } from 'rxjs';
import { shown } from './connection-options.js';
import { openDesk, type Desk } from './desk.js';
import type { Link } from './link.js';
import type { RunState } from './manifest.js';
import { errorFrom, type AnswerMessage } from './messages.js';
import { RunAtServer } from './run-at-server.js';
import { UnitsOut, type SeedTraces } from './units-out.js';
import { Workforce } from './workforce.js';

/** Units out for each slot of the workers: two so that none is idle, one more for what a lost worker holds up. */
const UNITS_PER_SLOT = 3;
/** Units out where no worker has come yet. */
const FIRST_UNITS = 64;
/** Milliseconds that a server has to take our leave. */
export const FAREWELL = 5000;

/** Carries one run out: sends its units to workers, and folds their answers into rows. */
export class Coordinator implements EngineRun {
  readonly #desk: Desk;
  readonly #fold: Fold;
  readonly #rows = new Subject<Sample>();
  readonly #units: UnitsOut;
  readonly #workers: Workforce;
  readonly #run: RunAtServer;
  #room: (() => void) | undefined;
  #isOver = false;
  #hasEnded = false;
  #failures: { unsubscribe(): void } | undefined;
  /** All that is out is being asked for again. */
  #asking: Promise<void> | undefined;
  /** When it last did something, on the clock of `performance.now`; and how often contact was found again by then. */
  #heard = performance.now();
  #returns = 0;
  /** Seeds that are not over. */
  #underWay = 0;

  private constructor(desk: Desk) {
    this.#desk = desk;
    const { job } = desk;
    const { pipeline, catalog, goal, settings, ledger, observer, spec } = job;
    this.#fold = new Fold(pipeline, {
      ...{ catalog, settings, ledger, observer },
      ...(goal && { goal }),
      ...(spec.seed !== undefined && { seed: spec.seed }),
      ...(spec.unordered && { ordered: false }),
    });
    this.#units = new UnitsOut({ ...desk, slots: () => this.state().limit });
    this.#workers = new Workforce({
      ...desk,
      onLook: (spent) => this.#look(spent),
      hasWork: () => this.#units.size > 0,
    });
    this.#run = new RunAtServer({ desk, told: () => this.#told(), onAgain: () => this.#askAgain() });
  }

  static async open(link: Link, job: EngineJob, traces?: SeedTraces): Promise<Coordinator> {
    const coordinator = new Coordinator(await openDesk(link, job, traces));
    await coordinator.#begin();
    return coordinator;
  }

  get samples(): Observable<Sample> {
    return new Observable((subscriber) => {
      subscriber.add(this.#rows.subscribe(subscriber));
      subscriber.add(() => this.#stop());
      subscriber.add(this.#desk.job.gate.queue(() => this.#fold.waiting()));
      void this.#feed().catch((error: unknown) => this.#fail(error));
    });
  }

  underWay(): number {
    return this.#underWay;
  }

  state(): TeacherState {
    return { ...this.#workers.state(), queued: this.#units.size };
  }

  ends(): readonly LeafEnd[] {
    return this.#fold.ends();
  }

  async #begin(): Promise<void> {
    const { link, names, job, answers } = this.#desk;
    await this.#run.say('running');
    void this.#run.watch().catch((error: unknown) => this.#fail(error));
    this.#workers.watch();
    this.#failures = link.nc.subscribe(names.failures, {
      callback: (_error, message) => this.#fail(errorFrom(message.json())),
    });
    void answers
      .follow(
        (id) => this.#units.has(id),
        (id, bytes) => this.#answer(id, bytes),
      )
      .catch((error: unknown) => this.#fail(error));
    job.draining.addEventListener('abort', () => this.#complete(), { once: true });
  }

  /** Asks for all that is out once more: what is there is found, and not put there twice. */
  #askAgain(): void {
    this.#asking = Promise.all(this.#units.all.map((unit) => this.#ask(unit, true)))
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#asking = undefined;
        this.#heard = performance.now();
      });
  }

  /**
   * A server whose machine fell over has lost the last that it took: units that nobody will be given, answers that were not read
   * yet. So what is out is looked for when contact is back, and when nothing was heard of it for as long as the patience.
   */
  #lookForLost(): void {
    const { link, buckets } = this.#desk;
    const isDue = link.returns !== this.#returns || performance.now() - this.#heard > buckets.patienceMs;
    if (!isDue || this.#asking) return;
    this.#returns = link.returns;
    this.#askAgain();
  }

  #told(): Pick<RunState, 'budget' | 'rates' | 'ended'> {
    const { price = [], maxTokensTotal, maxCost } = this.#desk.job.spec;
    const { hasBudget, rates } = this.#workers;
    const budget = hasBudget && { tokens: maxTokensTotal !== undefined, cost: maxCost !== undefined, price };
    return { ended: this.#isTail, ...(budget && { budget }), ...(rates && { rates }) };
  }

  /** Sends seeds in as there is room for what they become. */
  async #feed(): Promise<void> {
    const { job, seeds } = this.#desk;
    if (job.draining.aborted) return this.#complete();
    try {
      for await (const seed of seeds) {
        while (!this.#hasRoom() && !this.#isOver) await new Promise<void>((resolve) => (this.#room = resolve));
        if (this.#isOver) return;
        this.#underWay++;
        this.#take(this.#fold.seed(seed));
      }
    } catch (error) {
      job.onInputError(error);
    }
    if (this.#isOver) return;
    this.#hasEnded = true;
    this.#take(this.#fold.end());
    if (!this.#isOver && this.#isTail) await this.#run.say('running');
  }

  /** No seed can come any more. */
  get #isTail(): boolean {
    return this.#hasEnded && !this.#desk.job.goal;
  }

  #hasRoom(): boolean {
    const { job } = this.#desk;
    const slots = this.state().limit;
    return job.goal !== undefined || (this.#units.size < Math.max(FIRST_UNITS, slots * UNITS_PER_SLOT) && job.gate.hasRoom(0));
  }

  #wakeFeed(): void {
    if (!this.#room || !this.#hasRoom()) return;
    const wake = this.#room;
    this.#room = undefined;
    wake();
  }

  /** Does what follows from a seed or an answer. */
  #take({ units, rows, rejects, over }: FoldStep): void {
    this.#heard = performance.now();
    this.#underWay -= over.length;
    this.#units.over(over);
    for (const unit of units) void this.#ask(unit).catch((error: unknown) => this.#fail(error));
    for (const record of rejects) this.#desk.job.onReject(record);
    for (const row of rows) if (!this.#isOver) this.#rows.next(row);
    if (this.#hasEnded && this.#fold.isOver) this.#complete();
    else this.#wakeFeed();
  }

  /** Sends a unit to workers, unless its answer is there from an earlier try. */
  async #ask(unit: Unit, isAgain = false): Promise<void> {
    const earlier = await this.#units.ask(unit, isAgain);
    if (earlier) await this.#answer(earlier.id, earlier.bytes);
  }

  async #answer(id: string, bytes: Uint8Array): Promise<void> {
    if (!this.#units.has(id) || this.#isOver) return;
    const { calls, ...answer } = (await this.#desk.parcels.unpack(bytes)) as AnswerMessage;
    // Another message of the same unit may have been quicker to unpack.
    const unit = this.#units.take(id);
    if (!unit || this.#isOver) return;
    if (calls) this.#desk.job.calls?.take(calls);
    this.#take(this.#fold.take(unit.key, answer));
  }

  #look(spent: SdgError | undefined): void {
    if (this.#isOver) return;
    this.#desk.job.gate.slots = Math.max(1, this.state().limit);
    if (spent) return this.#fail(spent);
    this.#lookForLost();
    this.#wakeFeed();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#stop();
    this.#rows.error(error);
  }

  #complete(): void {
    if (this.#isOver) return;
    this.#stop();
    this.#rows.complete();
  }

  /** Takes nothing more. */
  #stop(): void {
    this.#isOver = true;
    this.#failures?.unsubscribe();
    this.#run.leave();
    this.#desk.answers.stop();
    this.#workers.close();
    this.#room?.();
    this.#room = undefined;
  }

  async close(done: boolean): Promise<void> {
    this.#stop();
    const { link, names } = this.#desk;
    link.hurry(FAREWELL);
    try {
      await this.#run.end(done && this.#fold.isOver);
    } catch (error) {
      const left = `run ${names.run} stays at ${shown(link.address)}, and its workers go on: ${(error as Error).message}`;
      this.#workers.tell(`${left}; run the same command again, or remove it with sdg cluster rm`);
    } finally {
      await link.close();
    }
  }
}
