import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy } from '@nats-io/jetstream';
import { contentHash, lineageOf, peek, SdgError, type ErrorCode, type Sample, type TeacherState } from '@sdg/core';
import { Fold, stagesOf, type FoldStep, type LeafEnd, type Stage, type Unit, type UnitAnswer } from '@sdg/pipeline';
import type { EngineJob, EngineRun, FarCalls, OwnTeacherSpecs, RunEngine } from '@sdg/session';
import { Observable, Subject } from 'rxjs';
import type { Telling } from './calls-by-unit.js';
import { BudgetShares, limitsOf } from './budget-shares.js';
import { isMissing, Link, shown, type NatsOptions } from './link.js';
import { LivingWorkers } from './living-workers.js';
import { blocksHash, FORMAT, packStages, runId, sharedSpec, type Manifest, type RunState, type WakeMessage } from './manifest.js';
import { openBuckets, openStreams, removeRun, RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';
import { RateShares, type Rates, type RatesByTeacher } from './rate-shares.js';

/** Units out for each slot of the workers: two so that none is idle, one more for what a lost worker holds up. */
const UNITS_PER_SLOT = 3;
/** Units out where no worker has come yet. */
const FIRST_UNITS = 64;
/** Milliseconds without any worker after which a person is told. */
const PATIENCE = 5000;
/** Milliseconds that a server has to take our leave. */
const FAREWELL = 5000;

/** A unit as workers get it. */
export interface WorkMessage {
  /** Index of its stage in the manifest. */
  readonly stage: number;
  readonly sample: Sample;
  /** What is to be told of its calls; absent: nothing. */
  readonly tell?: Telling;
  /** The trace that its calls belong to, as W3C Trace Context spells it; absent: it is not traced. */
  readonly traceparent?: string;
}

/** The answer for a unit. */
export interface AnswerMessage extends UnitAnswer {
  readonly calls?: FarCalls;
}

/** Traces of seeds that are worked on by many machines. */
export interface SeedTraces {
  /** The trace of a seed, begun where there is none, as W3C Trace Context spells it; undefined: it is not traced. */
  traceparentOf(seed: Sample): string | undefined;
  /** Nothing of a seed is under way any more. */
  over(root: string): void;
}

/** The levels of a run: whatever is deepest in the pipeline has the highest. */
export const levelOf = ({ steps }: Stage): number => steps[0]!.priority;
export const levelsOf = (stages: readonly Stage[]): number[] =>
  [...new Set(stages.filter(({ order }) => order === 'none').map(levelOf))].sort((a, b) => a - b);

/**
 * Carries runs out on workers that meet at a NATS server with JetStream. What needs order is done here, by a fold over
 * seeds and answers; the rows are those of one process, byte for byte.
 *
 * @example
 * const run = await openRun({ pipeline: 'full', catalog, files: ['seeds.jsonl'], engine: natsEngine('nats://localhost:4222') });
 */
export function natsEngine(
  address: string,
  { traces, ...options }: NatsOptions & { readonly traces?: SeedTraces | undefined } = {},
): RunEngine {
  return {
    name: `workers at ${shown(address)}`,
    async open(job) {
      const notice = (text: string): void => job.observer.notice?.(text, 'warning');
      const link = await Link.open(address, { ...options, name: 'sdg coordinator', onNotice: notice });
      try {
        return await Coordinator.open(link, job, traces);
      } catch (error) {
        await link.close();
        throw error;
      }
    },
  };
}

/** Where a coordinator stands: what it was opened with, and what it has at the server. */
interface Desk {
  readonly link: Link;
  readonly traces: SeedTraces | undefined;
  readonly job: EngineJob;
  readonly buckets: Buckets;
  readonly names: RunNames;
  readonly parcels: Parcels;
  readonly stages: readonly Stage[];
  readonly seeds: AsyncIterable<Sample>;
  /** Answers of an earlier try at the same run: sequence by id of the unit. */
  readonly known: Map<string, number>;
  /** Sequence of the last answer that was there. */
  readonly last: number;
  /** The run was begun before, here or elsewhere. */
  readonly isResumed: boolean;
}

class Coordinator implements EngineRun {
  readonly #desk: Desk;
  readonly #fold: Fold;
  readonly #rows = new Subject<Sample>();
  /** Keys in the fold by id: units that are out. */
  readonly #out = new Map<string, string>();
  readonly #budget: BudgetShares | undefined;
  readonly #rates: RatesByTeacher | undefined;
  readonly #rateShares: RateShares | undefined;
  #workers: LivingWorkers | undefined;
  #room: (() => void) | undefined;
  #lonelySince: number | undefined = performance.now();
  #isOver = false;
  #hasEnded = false;
  #ticking: NodeJS.Timeout | undefined;
  #stopAnswers: () => void = () => undefined;
  /** Seeds that are not over. */
  #underWay = 0;
  /** Roots of seeds that are traced, by their numbers. */
  readonly #traced = new Map<number, string>();
  readonly #told = new Set<string>();

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
    this.#rates = ratesOf(spec, job.own);
    this.#rateShares = this.#rates && new RateShares(this.#rates, desk.isResumed);
    const limits = limitsOf(spec);
    this.#budget = limits && new BudgetShares(limits, (grants) => desk.link.nc.publish(desk.names.wake, JSON.stringify({ grants })));
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
    await openStreams(link, names, { levels: levelsOf(stages), patienceMs: buckets.patienceMs });
    const parcels = new Parcels(link, names.objects);
    const known = new Map<string, number>();
    const last = await answersThere(link, names, known);
    const before = await link.persist(() => buckets.runs.get(`${names.run}.state`));
    const isResumed = before?.operation === 'PUT';
    await link.persist(async () => buckets.runs.put(`${names.run}.spec`, await parcels.pack(manifest)));
    const coordinator = new Coordinator({ link, traces, job, buckets, names, parcels, stages, seeds: all, known, last, isResumed });
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
    const all = this.#workers?.all ?? [];
    const sum = (of: (worker: (typeof all)[number]) => number): number => all.reduce((total, worker) => total + of(worker), 0);
    return {
      inFlight: sum(({ inFlight }) => inFlight),
      queued: this.#out.size,
      limit: sum(({ slots }) => slots),
      phase: `${all.length} ${all.length === 1 ? 'worker' : 'workers'}`,
    };
  }

  ends(): readonly LeafEnd[] {
    return this.#fold.ends();
  }

  async #begin(): Promise<void> {
    const { link, buckets, names, job } = this.#desk;
    await this.#setState({ status: 'running', ended: false });
    this.#workers = await LivingWorkers.watch(link, buckets, () => this.#lookAtWorkers());
    this.#ticking = setInterval(() => this.#lookAtWorkers(), 1000);
    this.#ticking.unref();
    const failures = link.nc.subscribe(names.failures, {
      callback: (_error, message) => this.#fail(errorFrom(message.json())),
    });
    void this.#follow().catch((error: unknown) => this.#fail(error));
    this.#stopAnswers = () => failures.unsubscribe();
    job.draining.addEventListener('abort', () => this.#complete(), { once: true });
  }

  async #setState(state: Pick<RunState, 'status' | 'ended'>): Promise<void> {
    const { link, buckets, names, job } = this.#desk;
    const { price = [], maxTokensTotal, maxCost } = job.spec;
    const budget = this.#budget && { tokens: maxTokensTotal !== undefined, cost: maxCost !== undefined, price };
    const whole: RunState = { ...state, ...(budget && { budget }), ...(this.#rates && { rates: this.#rates }), at: Date.now() };
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
    if (!this.#isOver && !job.goal) await this.#setState({ status: 'running', ended: true });
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
  async #ask({ key, stage, sample }: Unit): Promise<void> {
    const { link, names, parcels, stages, known } = this.#desk;
    const at = stages.findIndex((one) => one.chain === stage.chain && one.index === stage.index);
    const [seed, index] = key.split('.').slice(-2);
    // Of another sample in the same place, in an input that has changed, an answer would be wrong.
    const message: WorkMessage = { stage: at, sample };
    const text = JSON.stringify(message);
    const id = `${at}-${seed}-${index}-${contentHash('unit', text).slice(0, 16)}`;
    this.#out.set(id, key);
    const there = known.get(id);
    if (there !== undefined) {
      known.delete(id);
      const message = await link.persist(() => link.jsm.streams.getMessage(names.answers, { seq: there }));
      if (message) return this.#answer(id, message.data);
    }
    await link.publishFirst(names.workSubject(levelOf(stage), id), await parcels.packText(this.#withWishes(text, Number(seed), sample)));
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

  /** One word for all units of a turn. */
  #wakeWorkers(level: number): void {
    this.#filled.add(level);
    if (this.#filled.size > 1) return;
    setImmediate(() => {
      const message: WakeMessage = { levels: [...this.#filled] };
      this.#filled.clear();
      if (!this.#desk.link.isClosed) this.#desk.link.nc.publish(this.#desk.names.wake, JSON.stringify(message));
    });
  }

  async #answer(id: string, bytes: Uint8Array): Promise<void> {
    const key = this.#out.get(id);
    if (key === undefined || this.#isOver) return;
    const { calls, ...answer } = (await this.#desk.parcels.unpack(bytes)) as AnswerMessage;
    // Another message of the same unit may have been quicker to unpack.
    if (!this.#out.delete(id) || this.#isOver) return;
    if (calls) this.#desk.job.calls?.take(calls);
    this.#take(this.#fold.take(key, answer));
  }

  /** Answers as they come. Their reader is opened anew where it ends, and goes on behind what it has read. */
  async #follow(): Promise<void> {
    const { link, names, known, last } = this.#desk;
    let next = last + 1;
    while (!this.#isOver) {
      try {
        const consumer = await link.persist(() =>
          link.js.consumers.get(names.answers, { opt_start_seq: next, deliver_policy: DeliverPolicy.StartSequence }),
        );
        const messages = await consumer.consume({ max_messages: 256 });
        const stop = this.#stopAnswers;
        this.#stopAnswers = () => {
          stop();
          messages.stop();
        };
        for await (const message of messages) {
          if (this.#isOver) return;
          next = message.seq + 1;
          const id = message.subject.slice(message.subject.lastIndexOf('.') + 1);
          if (this.#out.has(id)) await this.#answer(id, message.data);
          else known.set(id, message.seq);
        }
      } catch (error) {
        if (this.#isOver) return;
        if (isMissing(error)) {
          throw new SdgError('config', `run ${names.run} was removed at the server`, { remedy: 'run the same command again' });
        }
        await pause(500);
      }
    }
  }

  #lookAtWorkers(): void {
    if (this.#isOver) return;
    const { job, link, names } = this.#desk;
    const all = this.#workers?.all ?? [];
    job.gate.slots = Math.max(1, this.state().limit);
    for (const { id, refuses, waitsFor } of all) {
      const why = refuses[names.run];
      if (waitsFor !== undefined) this.#tell(`worker ${id}: ${waitsFor}`);
      if (why !== undefined) this.#tell(`worker ${id} does not serve this run: ${why}`);
    }
    const serving = all.filter(({ refuses }) => refuses[names.run] === undefined);
    if (serving.length > 0) this.#lonelySince = undefined;
    else if ((this.#lonelySince ??= performance.now()) + PATIENCE < performance.now() && this.#out.size > 0) {
      this.#tell(`no worker serves this run: start some with sdg worker ${shown(this.#desk.link.address)} --teacher URL`);
    }
    const rated = all.filter(({ runs }) => runs.includes(names.run));
    const rates = this.#rateShares?.look(rated.map(({ id, rates }) => ({ id, rates: rates?.[names.run] })));
    if (rates) link.nc.publish(names.wake, JSON.stringify({ rates }));
    const spent = this.#budget?.look(all, names.run);
    if (spent) this.#fail(spent);
    this.#wakeFeed();
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#desk.job.observer.notice?.(text, 'warning');
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
    clearInterval(this.#ticking);
    this.#stopAnswers();
    this.#workers?.close();
    this.#room?.();
    this.#room = undefined;
  }

  async close(done: boolean): Promise<void> {
    this.#stop();
    const { link, buckets, names } = this.#desk;
    link.hurry(FAREWELL);
    try {
      if (done && this.#fold.isOver) await removeRun(link, buckets, names);
      else await this.#setState({ status: 'stopped', ended: this.#hasEnded });
    } catch (error) {
      const left = `run ${names.run} stays at ${shown(link.address)}, and its workers go on: ${(error as Error).message}`;
      this.#tell(`${left}; run the same command again, or remove it with sdg cluster rm`);
    } finally {
      await link.close();
    }
  }
}

/** What answers there are, by id; gives the sequence of the last. */
async function answersThere(link: Link, names: RunNames, known: Map<string, number>): Promise<number> {
  const { state } = await link.persist(() => link.jsm.streams.info(names.answers));
  if (state.messages === 0) return state.last_seq;
  const consumer = await link.persist(() =>
    link.js.consumers.get(names.answers, { deliver_policy: DeliverPolicy.All, headers_only: true }),
  );
  const messages = await consumer.consume({ max_messages: 5000 });
  for await (const { seq, subject } of messages) {
    known.set(subject.slice(subject.lastIndexOf('.') + 1), seq);
    if (seq >= state.last_seq) break;
  }
  return state.last_seq;
}

/** What the run and the teachers of single blocks may use in a minute, all workers together. */
function ratesOf(run: Rates, { definitions }: OwnTeacherSpecs): RatesByTeacher | undefined {
  const all = Object.entries({ '': run, ...definitions }).flatMap(([name, { rpm, tpm }]) => {
    const rates = { ...(rpm && { rpm }), ...(tpm && { tpm }) };
    return Object.keys(rates).length > 0 ? [[name, rates] as const] : [];
  });
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}

/** What a worker says a run cannot go on for. */
export interface Failure {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy?: string | undefined;
  readonly worker: string;
}

const errorFrom = ({ code, what, remedy, worker }: Failure): SdgError =>
  new SdgError(code, `worker ${worker}: ${what}`, remedy === undefined ? {} : { remedy });
