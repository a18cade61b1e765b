import { contentHash, lineageOf, type Sample, type SdgError, type TeacherState } from '@sdg/core';
import { Fold, stagesOf, type FoldStep, type LeafEnd, type Stage, type Unit } from '@sdg/pipeline';
import { peek, type EngineJob, type EngineRun } from '@sdg/session';
import { Observable, Subject } from 'rxjs';
import { AnswerReader } from './answer-reader.js';
import { shown } from './connection-options.js';
import type { Link } from './link.js';
import { followBucket } from './follow-stream.js';
import { blocksHash, FORMAT, packStages, runId, sharedSpec, type Manifest, type RunState } from './manifest.js';
import { errorFrom, levelOf, levelsOf, type AnswerMessage, type WakeMessage, type WorkMessage } from './messages.js';
import { bucketName, forgetOldRuns, openBuckets, openStreams, removeRun, RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';
import { Workforce } from './workforce.js';

/** Units out for each slot of the workers: two so that none is idle, one more for what a lost worker holds up. */
const UNITS_PER_SLOT = 3;
/** Units out where no worker has come yet. */
const FIRST_UNITS = 64;
/** Milliseconds from one word to the workers to the next. */
const WAKE_AFTER = 20;
/** Milliseconds that a server has to take our leave. */
export const FAREWELL = 5000;

/** Traces of seeds that are worked on by many machines. */
export interface SeedTraces {
  /** The trace of a seed, begun where there is none, as W3C Trace Context spells it; undefined: it is not traced. */
  traceparentOf(seed: Sample): string | undefined;
  /** Nothing of a seed is under way any more. */
  over(root: string): void;
}

/** Where a coordinator stands: what it was opened with, and what it has at the server. */
interface Desk {
  readonly manifest: Manifest;
  readonly link: Link;
  readonly traces: SeedTraces | undefined;
  readonly job: EngineJob;
  readonly buckets: Buckets;
  readonly names: RunNames;
  readonly parcels: Parcels;
  readonly stages: readonly Stage[];
  readonly seeds: AsyncIterable<Sample>;
  readonly answers: AnswerReader;
  /** The run was begun before, here or elsewhere. */
  readonly isResumed: boolean;
}

/** Makes what a run has at the server; what is there stays. */
async function putUp(
  link: Link,
  { buckets, names, parcels, stages, manifest }: Pick<Desk, 'buckets' | 'names' | 'parcels' | 'stages' | 'manifest'>,
): Promise<void> {
  await openStreams(link, names, { levels: levelsOf(stages), patienceMs: buckets.patienceMs });
  await parcels.open();
  await link.persist(async () => buckets.runs.put(`${names.run}.spec`, await parcels.pack(manifest)));
}

/** Carries one run out: sends its units to workers, and folds their answers into rows. */
export class Coordinator implements EngineRun {
  readonly #desk: Desk;
  readonly #fold: Fold;
  readonly #rows = new Subject<Sample>();
  /** Units that are out, by id. */
  readonly #out = new Map<string, Unit>();
  readonly #workers: Workforce;
  #room: (() => void) | undefined;
  #isOver = false;
  #hasEnded = false;
  #failures: { unsubscribe(): void } | undefined;
  #unwatch: (() => void) | undefined;
  /** The run is being put up again. */
  #again: Promise<void> | undefined;
  /** When it took the run up, milliseconds since 1970. */
  readonly #since = Date.now();
  /** Seeds that are not over. */
  #underWay = 0;
  /** Roots of seeds that are traced, by their numbers. */
  readonly #traced = new Map<number, string>();

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
    this.#workers = new Workforce({
      ...desk,
      onLook: (spent) => this.#look(spent),
      hasWork: () => this.#out.size > 0,
    });
  }

  static async open(link: Link, job: EngineJob, traces?: SeedTraces): Promise<Coordinator> {
    const { pipeline, catalog, settings, spec, own, goal } = job;
    const stages = stagesOf(pipeline, catalog);
    const { first, all } = await peek(job.seeds, job.draining);
    const manifest: Manifest = {
      ...{ format: FORMAT, pipeline: pipeline.name, stages: packStages(stages, catalog), settings, own },
      blocks: blocksHash(stages, catalog),
      shared: sharedSpec(spec),
      seedRequests: goal !== undefined,
      input: first === undefined ? '' : contentHash('input', JSON.stringify(first)),
    };
    const names = new RunNames(link.prefix, runId(manifest));
    const buckets = await openBuckets(link);
    const parcels = new Parcels(link, names.objects);
    // What fails here is left to the next one.
    await forgetOldRuns(link, buckets).catch(() => undefined);
    await putUp(link, { buckets, names, parcels, stages, manifest });
    const answers = await AnswerReader.open(link, names);
    const before = await link.persist(() => buckets.runs.get(`${names.run}.state`));
    const isResumed = before?.operation === 'PUT';
    const desk = { link, traces, job, buckets, names, parcels, stages, manifest, seeds: all, answers, isResumed };
    const coordinator = new Coordinator(desk);
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
    return { ...this.#workers.state(), queued: this.#out.size };
  }

  ends(): readonly LeafEnd[] {
    return this.#fold.ends();
  }

  async #begin(): Promise<void> {
    const { link, names, job, answers } = this.#desk;
    await this.#setState('running');
    void this.#watchState().catch((error: unknown) => this.#fail(error));
    this.#workers.watch();
    this.#failures = link.nc.subscribe(names.failures, {
      callback: (_error, message) => this.#fail(errorFrom(message.json())),
    });
    void answers
      .follow(
        (id) => this.#out.has(id),
        (id, bytes) => this.#answer(id, bytes),
      )
      .catch((error: unknown) => this.#fail(error));
    job.draining.addEventListener('abort', () => this.#complete(), { once: true });
  }

  /**
   * Looks whether the run goes on. It may be removed or stopped under our hands: by another coordinator, of the same command or
   * of an input with the same beginning, or with the disk of the server.
   */
  async #watchState(): Promise<void> {
    const { link, buckets, names } = this.#desk;
    const states = followBucket(link, bucketName(link, 'runs'), {
      keys: `${names.run}.state`,
      onLost: async () => {
        await openBuckets(link, buckets.patienceMs);
        await this.#beginAgain();
      },
    });
    this.#unwatch = () => states.stop();
    if (this.#isOver) states.stop();
    for await (const { json } of states) {
      const state = json<RunState>();
      if (!state) await this.#beginAgain();
      else if (state.status === 'stopped' && !this.#isOver) await this.#setState('running');
    }
  }

  /** Puts the run up again, and asks anew for what is out: answers are made again from the replies that there are. */
  async #beginAgain(): Promise<void> {
    if (this.#isOver) return;
    const { link, names } = this.#desk;
    link.notice(`run ${names.run} is gone at the server; putting it up again`);
    this.#again = (async () => {
      await putUp(link, this.#desk);
      this.#desk.answers.beginAgain();
      await this.#setState('running');
      for (const [id, unit] of this.#out) {
        void this.#publish(id, unit, JSON.stringify(this.#messageOf(unit))).catch((error: unknown) => this.#fail(error));
      }
    })();
    await this.#again;
  }

  async #setState(status: RunState['status']): Promise<void> {
    const { link, buckets, names, job } = this.#desk;
    const { price = [], maxTokensTotal, maxCost } = job.spec;
    const budget = this.#workers.hasBudget && { tokens: maxTokensTotal !== undefined, cost: maxCost !== undefined, price };
    const { rates } = this.#workers;
    const whole: RunState = { status, ended: this.#isTail, ...(budget && { budget }), ...(rates && { rates }), at: this.#since };
    await link.persist(() => buckets.runs.put(`${names.run}.state`, JSON.stringify(whole)));
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
    if (!this.#isOver && this.#isTail) await this.#setState('running');
  }

  /** No seed can come any more. */
  get #isTail(): boolean {
    return this.#hasEnded && !this.#desk.job.goal;
  }

  #hasRoom(): boolean {
    const { job } = this.#desk;
    const slots = this.state().limit;
    return job.goal !== undefined || (this.#out.size < Math.max(FIRST_UNITS, slots * UNITS_PER_SLOT) && job.gate.hasRoom(0));
  }

  #wakeFeed(): void {
    if (!this.#room || !this.#hasRoom()) return;
    const wake = this.#room;
    this.#room = undefined;
    wake();
  }

  /** Does what follows from a seed or an answer. */
  #take({ units, rows, rejects, over }: FoldStep): void {
    this.#underWay -= over.length;
    for (const seed of over) {
      const root = this.#traced.get(seed);
      if (root !== undefined && this.#traced.delete(seed)) this.#desk.traces?.over(root);
    }
    for (const unit of units) void this.#ask(unit).catch((error: unknown) => this.#fail(error));
    for (const record of rejects) this.#desk.job.onReject(record);
    for (const row of rows) if (!this.#isOver) this.#rows.next(row);
    if (this.#hasEnded && this.#fold.isOver) this.#complete();
    else this.#wakeFeed();
  }

  /** Puts a unit where workers find it, unless its answer is there from an earlier try. */
  async #ask(unit: Unit): Promise<void> {
    const message = this.#messageOf(unit);
    const text = JSON.stringify(message);
    const [seed, index] = unit.key.split('.').slice(-2);
    // Of another sample in the same place, in an input that has changed, an answer would be wrong.
    const id = `${message.stage}-${seed}-${index}-${contentHash('unit', text).slice(0, 16)}`;
    this.#out.set(id, unit);
    const earlier = await this.#desk.answers.earlier(id);
    if (earlier) await this.#answer(id, earlier);
    else await this.#publish(id, unit, text);
  }

  #messageOf({ stage, sample }: Unit): WorkMessage {
    return { stage: this.#desk.stages.findIndex((one) => one.chain === stage.chain && one.index === stage.index), sample };
  }

  async #publish(id: string, { key, stage, sample }: Unit, text: string): Promise<void> {
    const { link, names, parcels } = this.#desk;
    const whole = this.#withWishes(text, Number(key.split('.').at(-2)), sample);
    await link.publishFirst(names.workSubject(levelOf(stage), id), await parcels.packText(whole));
    this.#wakeWorkers(levelOf(stage));
  }

  /** A message with what goes along with it and decides nothing: so it is not in the id, by which an answer is found again. */
  #withWishes(text: string, seed: number, sample: Sample): string {
    const { job, traces } = this.#desk;
    const tell = job.calls?.wants();
    const traceparent = traces?.traceparentOf(sample);
    if (traceparent !== undefined) this.#traced.set(seed, lineageOf(sample).root);
    const wishes = JSON.stringify({ ...(tell && { tell }), ...(traceparent !== undefined && { traceparent }) });
    return wishes === '{}' ? text : `${text.slice(0, -1)},${wishes.slice(1)}`;
  }

  /** Levels with new units that workers have not been told of. */
  readonly #filled = new Set<number>();
  #wokenAt = -Infinity;

  /**
   * One word for all units of a turn, and of some milliseconds: each goes to every worker, and those that are not idle have
   * units ahead.
   */
  #wakeWorkers(level: number): void {
    const isFirst = this.#filled.size === 0;
    this.#filled.add(level);
    if (!isFirst) return;
    setTimeout(
      () => {
        this.#wokenAt = performance.now();
        const message: WakeMessage = { levels: [...this.#filled], slots: this.state().limit };
        this.#filled.clear();
        if (!this.#desk.link.isClosed) this.#desk.link.nc.publish(this.#desk.names.wake, JSON.stringify(message));
      },
      Math.max(0, this.#wokenAt + WAKE_AFTER - performance.now()),
    );
  }

  async #answer(id: string, bytes: Uint8Array): Promise<void> {
    const unit = this.#out.get(id);
    if (!unit || this.#isOver) return;
    const { calls, ...answer } = (await this.#desk.parcels.unpack(bytes)) as AnswerMessage;
    // Another message of the same unit may have been quicker to unpack.
    if (!this.#out.delete(id) || this.#isOver) return;
    if (calls) this.#desk.job.calls?.take(calls);
    this.#take(this.#fold.take(unit.key, answer));
  }

  #look(spent: SdgError | undefined): void {
    if (this.#isOver) return;
    this.#desk.job.gate.slots = Math.max(1, this.state().limit);
    if (spent) this.#fail(spent);
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
    this.#unwatch?.();
    this.#desk.answers.stop();
    this.#workers.close();
    this.#room?.();
    this.#room = undefined;
  }

  async close(done: boolean): Promise<void> {
    this.#stop();
    const { link, buckets, names } = this.#desk;
    link.hurry(FAREWELL);
    try {
      await this.#again;
      if (done && this.#fold.isOver) await removeRun(link, buckets, names);
      else await this.#setState('stopped');
    } catch (error) {
      const left = `run ${names.run} stays at ${shown(link.address)}, and its workers go on: ${(error as Error).message}`;
      this.#workers.tell(`${left}; run the same command again, or remove it with sdg cluster rm`);
    } finally {
      await link.close();
    }
  }
}
