import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  columnsOf,
  Gate,
  inEnvelope,
  lineageOf,
  observers,
  SdgError,
  type Catalog,
  type Embedder,
  type Observer,
  type Sample,
  type Teacher,
  type TeacherState,
} from '@sdg/core';
import { runUnit, type Stage, type UnitAnswer } from '@sdg/pipeline';
import {
  budgetOf,
  openOwnTeachers,
  embedderFor,
  openReplies,
  openTeacher,
  type Allowance,
  type Budget,
  type OwnTeachers,
  type TeacherSpec,
  type TeacherSurroundings,
} from '@sdg/session';
import { CallsByUnit } from './calls-by-unit.js';
import type { Claims } from './claims.js';
import { levelsOf, type AnswerMessage, type Failure, type WakeMessage, type WorkMessage } from './messages.js';
import type { Fence } from './fence.js';
import { GrantedBudget, GrantedRates, withoutRates } from './granted.js';
import type { Link } from './link.js';
import { blocksHash, FORMAT, unpackStages, type Manifest, type RunState } from './manifest.js';
import { RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';
import { SharedReplies } from './shared-replies.js';
import { UnitFeed } from './unit-feed.js';
import { areLast, unitsWanted } from './units-wanted.js';
import { WorkQueue, type Delivery } from './work-queue.js';

/** Shares of the patience: how often a worker looks which units it has to speak up for, and how long it is silent about one. */
const LOOKS = 1 / 8;
const SILENCE = 3 / 8;
/** Workers that a unit may end: then it is booked as lost. */
const MOST_LOST = 10;
/** Workers lost over a unit after which it is worked on alone: one that ends its worker must not take others with it. */
const SUSPECT = 3;
/** Milliseconds until a unit that could not be worked on is given back, by a worker that stays. */
const PAUSE = 1000;

/** What a worker brings to every run. */
export interface MemberOptions {
  readonly link: Link;
  readonly buckets: Buckets;
  readonly worker: string;
  readonly catalog: Catalog;
  readonly spec: TeacherSpec;
  readonly surroundings: TeacherSurroundings;
  readonly fence: Fence;
  /** Of calls that this worker has under way, for whatever run. */
  readonly claims: Claims;
  /** What calls of its teacher need, for whatever run: its own pace. */
  readonly pace: readonly Allowance[];
  readonly observer: Observer;
  /** Told of a sample that is to be worked on, by its seed, and to which trace that belongs. */
  readonly onTrace?: ((root: string, traceparent: string) => void) | undefined;
  /** Aborted: take no more units; calls in flight end well. */
  readonly draining: AbortSignal;
}

interface Held {
  readonly message: Delivery;
  /** When it was delivered, or last said to be worked on, on the clock of `performance.now`. */
  heard: number;
  readonly draining: AbortController;
}

/** A worker's part in one run: takes units while its teachers have slots to spare, the deepest first. */
export class RunMember {
  readonly #held = new Map<string, Held>();
  /** Of these, the ones that have not come to their first call. */
  readonly #beginning = new Set<Held>();
  readonly #gate = new Gate();
  readonly #levels: readonly number[];
  readonly #leaving = new AbortController();
  readonly #feed: UnitFeed;
  readonly #beat: NodeJS.Timeout;

  private constructor(
    readonly options: MemberOptions,
    readonly names: RunNames,
    readonly manifest: Manifest,
    readonly stages: readonly Stage[],
    readonly teacher: Teacher,
    readonly own: OwnTeachers,
    readonly embedder: Embedder | undefined,
    readonly parcels: Parcels,
    readonly budget: Budget | undefined,
    readonly rates: GrantedRates,
    readonly calls: CallsByUnit,
    readonly limits: string,
  ) {
    this.#levels = levelsOf(stages);
    const { link, draining } = options;
    // Every unit in hand listens to it: a warning about many listeners would be a false alarm.
    setMaxListeners(0, this.#leaving.signal, draining);
    const wakes = link.nc.subscribe(names.wake, {
      callback: (_error, message) => this.#wake(message.data.length > 0 ? message.json() : {}),
    });
    const { patienceMs } = options.buckets;
    this.#beat = setInterval(() => this.#beatAll(patienceMs * SILENCE), patienceMs * LOOKS);
    const queue = new WorkQueue(link, names.work);
    this.#feed = new UnitFeed({
      ...{ queue, levels: levelsOf(stages), inTurn: () => this.#inTurn() },
      ...{ wanted: (level) => this.#wanted(level), take: (unit) => this.#take(unit) },
    });
    void this.#feed.ended.finally(() => {
      wakes.unsubscribe();
      queue.close();
    });
    draining.addEventListener('abort', () => void this.leave(), { once: true });
    // Stopped while it joined.
    if (draining.aborted) void this.leave();
  }

  /**
   * Joins a run.
   *
   * @throws SdgError `config` where this worker would make other rows than the rest; `usage` for its own flags
   */
  static async join(options: MemberOptions, run: string, state: RunState): Promise<RunMember> {
    const { link, buckets, catalog, worker } = options;
    const names = new RunNames(link.prefix, run);
    const parcels = new Parcels(link, names.objects);
    const entry = await link.persist(() => buckets.runs.get(`${run}.spec`));
    if (entry?.operation !== 'PUT') throw new SdgError('config', 'its manifest is gone', { remedy: 'run the same command again' });
    const manifest = (await parcels.unpack(entry.value)) as Manifest;
    if (manifest.format !== FORMAT) {
      throw new SdgError('config', `it was begun by another version (form ${manifest.format}, here ${FORMAT})`, {
        remedy: 'use the same version everywhere',
      });
    }
    const stages = unpackStages(manifest.stages, catalog);
    if (blocksHash(stages, catalog) !== manifest.blocks) {
      throw new SdgError('config', 'its blocks are not those of this worker, so rows would differ', {
        remedy: 'use the same version and the same --plugin everywhere',
      });
    }
    const spec: TeacherSpec = { ...options.spec, ...manifest.shared };
    const limited = state.budget && {
      price: state.budget.price,
      ...(state.budget.tokens && { maxTokensTotal: 0 }),
      ...(state.budget.cost && { maxCost: 0 }),
    };
    const budget = limited && budgetOf(limited);
    const replies = (): SharedReplies =>
      new SharedReplies(link, buckets, new Parcels(link, `${link.prefix}_replies`), worker, {
        own: openReplies(spec, options.surroundings.env),
        claims: options.claims,
      });
    const allowances: Allowance[] = [options.fence, ...(budget ? [new GrantedBudget(budget)] : [])];
    const calls = new CallsByUnit();
    const observer = observers(options.surroundings.observer, calls.observer);
    const surroundings = { ...options.surroundings, observer, allowances };
    const rates = new GrantedRates(state.rates ?? {});
    const types = stages.flatMap(({ steps }) => steps.map(({ type }) => type));
    const embedder = await embedderFor(types, catalog, spec, options.surroundings.env, (text) => observer.notice?.(text));
    const own = await openOwnTeachers(withoutRates(manifest.own), spec, { ...surroundings, store: replies() }, (name) => rates.of(name));
    const teacher = await openTeacher(spec, {
      ...surroundings,
      allowances: [...allowances, ...options.pace, ...rates.of('')],
      store: replies(),
    });
    return new RunMember(options, names, manifest, stages, teacher, own, embedder, parcels, budget, rates, calls, limitsIn(state));
  }

  get units(): number {
    return this.#held.size;
  }
  get teachers(): readonly Teacher[] {
    return [this.teacher, ...this.own.teachers];
  }
  /** What it may spend, as it was last told. */
  granted: NonNullable<WakeMessage['grants']>[string] | undefined;
  get spent(): { tokens: number; cost: number } | undefined {
    return this.budget?.spent;
  }

  /** Whether what all may use together is still what it was. */
  isLimitedAs(state: RunState): boolean {
    return limitsIn(state) === this.limits;
  }

  /** The run is told of again: with the last seed read, what has the longest way to go is called first. */
  update({ ended }: RunState): void {
    if (ended && !this.#gate.inputEnded.aborted) this.#gate.endInput();
    this.#feed.wake();
  }

  #wake({ levels = [], grants, rates, slots }: WakeMessage): void {
    this.#allSlots = slots ?? this.#allSlots;
    const grant = grants?.[this.options.worker];
    if (grant) {
      this.granted = grant;
      this.budget?.raise({ maxTokens: grant.tokens ?? undefined, maxCost: grant.cost ?? undefined });
    }
    if (rates) this.rates.grant(rates[this.options.worker] ?? {});
    if (levels.length > 0) this.#feed.wake(levels);
  }

  /** Units in hand are being worked on: nobody else is to get them. Most are done before their first beat is due. */
  #beatAll(dueMs: number): void {
    const { fence, link } = this.options;
    if (!fence.isOpen) return;
    const now = performance.now();
    const wasAway = link.returns > this.#returns;
    this.#returns = link.returns;
    for (const held of this.#held.values()) {
      if (now - held.heard < dueMs && !wasAway) continue;
      held.heard = now;
      held.message.working();
    }
  }

  #returns = 0;

  /** This worker was taken for dead: what it held is others' by now. */
  lose(): void {
    for (const { draining } of this.#held.values()) draining.abort();
    this.#held.clear();
    this.#beginning.clear();
  }

  /** Calls that all workers together take at once, as the coordinator last said. */
  #allSlots = 0;

  /** A unit that has ended workers is worked on alone: not beside others, nor others beside it. */
  #take(message: Delivery): void {
    const isSuspect = message.lost >= SUSPECT;
    if (isSuspect) this.#isCareful = true;
    else if (this.#held.size === 0) this.#isCareful = false;
    if (this.#suspect || (isSuspect && this.#held.size > 0)) return void message.giveBack();
    if (isSuspect) this.#suspect = message;
    void this.#work(message).finally(() => {
      if (isSuspect) this.#suspect = undefined;
    });
  }
  /** Takes one unit at a time, until one comes that is not suspect. */
  #isCareful = false;
  /** What is worked on alone. */
  #suspect: Delivery | undefined;

  /** Units of a level to be asked for now. */
  #wanted(level: number): number {
    if (!this.options.fence.isOpen || (this.#isCareful && this.#held.size > 0)) return 0;
    const states = this.teachers.flatMap((teacher) => teacher.state?.() ?? []);
    const sum = (of: (state: TeacherState) => number): number => states.reduce((total, state) => total + of(state), 0);
    const queued = sum((state) => state.queued);
    const slots = sum((state) => state.limit);
    const letsBy = this.#isTail && areLast(this.#feed.waiting, Math.max(slots, this.#allSlots));
    const before = letsBy ? sum((state) => waitingBefore(state, -level)) : queued;
    const most = unitsWanted({
      ...{ slots, inFlight: sum((state) => state.inFlight), before, after: queued - before },
      ...{ units: this.#held.size, beginning: this.#beginning.size, waiting: this.#feed.waiting },
    });
    return this.#isCareful ? Math.min(most, 1) : most;
  }

  /** No seed can come: what has the longest way to go leads, unless a budget may end before that. */
  get #isTail(): boolean {
    return this.#gate.inputEnded.aborted && !this.budget;
  }

  /** Drain before fill; in the tail the other way round. */
  #inTurn(): readonly number[] {
    return this.#isTail ? this.#levels : this.#levels.toReversed();
  }

  async #work(message: Delivery): Promise<void> {
    const id = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    const held: Held = { message, heard: performance.now(), draining: new AbortController() };
    this.#held.set(id, held);
    this.#beginning.add(held);
    const stop = (): void => held.draining.abort();
    this.#leaving.signal.addEventListener('abort', stop, { once: true });
    // Of a worker that was taken for dead nothing is taken.
    const isHeld = (): boolean => this.#held.get(id) === held;
    try {
      const answer = await this.#answer(held, isHeld);
      if (answer && isHeld()) {
        const sending = { leaving: this.#leaving.signal, soon: true };
        // Who leaves may leave a run that is gone, where nobody takes it: it is tried once.
        await this.options.link.publishFirst(this.names.answerSubject(id), await this.parcels.pack(answer), sending);
        message.ack();
      } else if (isHeld()) await this.#giveBack(held);
    } catch (error) {
      this.#report(error);
      if (isHeld()) await this.#giveBack(held);
    } finally {
      this.#leaving.signal.removeEventListener('abort', stop);
      this.#beginning.delete(held);
      if (isHeld()) this.#held.delete(id);
      this.#feed.wake();
    }
  }

  /** The answer for a unit; undefined where this worker has none: it leaves or loses its teacher in the middle of it. */
  async #answer(held: Held, isHeld: () => boolean): Promise<AnswerMessage | undefined> {
    const { claims, worker } = this.options;
    const { overruled } = claims;
    const { lost } = held.message;
    const { stage: index, sample, tell, traceparent } = (await this.parcels.unpack(held.message.data)) as WorkMessage;
    const stage = this.stages[index]!;
    if (lost >= MOST_LOST) return bookedAsLost(stage, sample, lost);
    if (traceparent !== undefined) this.options.onTrace?.(lineageOf(sample).root, traceparent);
    const calls = tell && this.calls.open(tell);
    try {
      const answer = await this.#run(stage, sample, held, calls?.observer);
      if (!isHeld() || isUnfinished(answer)) return undefined;
      // Of an output that others do not use an answer must not be.
      await claims.allShared();
      if (claims.overruled !== overruled && claims.error !== undefined) throw claims.error;
      if (claims.overruled !== overruled) return undefined;
      return calls ? { ...answer, calls: { worker, ...calls.end() } } : answer;
    } finally {
      calls?.end();
    }
  }

  #run(stage: Stage, sample: Sample, held: Held, calls: Observer | undefined): Promise<UnitAnswer> {
    const { catalog, observer } = this.options;
    return runUnit(stage, sample, {
      ...{ catalog, teacher: this.teacher, embedder: this.embedder, teacherOf: (block) => this.own.teacherOf(block) },
      ...{ settings: this.manifest.settings, seedRequests: this.manifest.seedRequests, gate: this.#gate },
      ...(this.manifest.shared.seed !== undefined && { seed: this.manifest.shared.seed }),
      draining: held.draining.signal,
      observer: observers(this.#watching(held), calls, observer),
    });
  }

  #watching(held: Held): Observer {
    return {
      callBegan: () => void this.#beginning.delete(held),
      // A slot is free, and a unit that waits at the server may go before the next call of this one.
      callEnded: () => {
        if (this.#isTail) this.#feed.wake();
      },
    };
  }

  /** At once where this worker leaves; else it would get the unit again before anything has changed. */
  async #giveBack({ message, draining }: Held): Promise<void> {
    if (!draining.signal.aborted) await pause(PAUSE, undefined, { signal: draining.signal }).catch(() => undefined);
    await message.giveBack();
  }

  /** A mistake in the run itself ends it everywhere; what is wrong with this worker's teacher is its own affair. */
  #report(error: unknown): void {
    // Of one that leaves another finds it again.
    if (this.#leaving.signal.aborted) return;
    if (error instanceof SdgError && (error.code === 'interrupted' || error.exitCode === 3)) return;
    const { code, what, remedy } =
      error instanceof SdgError ? error : { code: 'internal' as const, what: String(error), remedy: undefined };
    const failure: Failure = { code, what, remedy, worker: this.options.worker };
    if (!this.options.link.isClosed) this.options.link.nc.publish(this.names.failures, JSON.stringify(failure));
  }

  /** Takes no more units; calls in flight end well and are kept, the rest is given back. */
  leave(): Promise<void> {
    return (this.#left ??= this.#leave());
  }
  #left: Promise<void> | undefined;

  async #leave(): Promise<void> {
    this.#leaving.abort();
    this.#feed.stop();
    await this.#feed.ended;
    while (this.#held.size > 0) await pause(20);
    clearInterval(this.#beat);
    await Promise.allSettled([...this.teachers, this.embedder].map((one) => one?.close?.()));
  }
}

/** Calls that wait for a slot of a teacher and go before one that comes now with this priority. */
const waitingBefore = ({ queued, byPriority }: TeacherState, priority: number): number =>
  byPriority ? [...byPriority].reduce((sum, [other, calls]) => sum + (other >= priority ? calls : 0), 0) : queued;

const limitsIn = ({ budget, rates }: RunState): string => JSON.stringify([budget, rates]);

const isUnfinished = ({ ledger }: UnitAnswer): boolean => ledger.some(({ unfinished }) => unfinished > 0);

/** What becomes of a unit that no worker has come to the end of. */
function bookedAsLost(stage: Stage, sample: Sample, workers: number): UnitAnswer {
  const [first] = stage.steps;
  const account = {
    ...{ block: first!.label, type: first!.account ?? first!.type, in: 1, made: 0, out: 0, filtered: 0, deduplicated: 0, unfinished: 0 },
    ...{
      rejected: { 'worker-lost': 1 },
      calls: 0,
      cachedCalls: 0,
      promptTokens: 0,
      completionTokens: 0,
      tokensEstimated: false,
      models: {},
    },
  };
  const message = `${workers} workers were lost over it`;
  const lineage = { sample: columnsOf(sample), _sdg: lineageOf(inEnvelope(sample, undefined)) };
  return {
    samples: [],
    ledger: [account],
    rejects: [{ block: first!.label, kind: 'rejected', reason: 'worker-lost', message, ...lineage }],
  };
}
