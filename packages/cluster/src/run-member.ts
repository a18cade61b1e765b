import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Gate, lineageOf, observers, SdgError, sumOf, type Observer, type Sample, type Teacher } from '@sdg/core';
import { runUnit, type Stage, type UnitAnswer } from '@sdg/pipeline';
import type { GrantedRates } from './granted.js';
import { isMissing, refusalOf } from './server-errors.js';
import { joinRun, reportFailure, type JoinedRun, type MemberOptions } from './join-run.js';
import type { Manifest, RunState } from './manifest.js';
import { drainOrder, levelsOf, priorityOf, tailOrder } from './levels.js';
import type { AnswerMessage, WakeMessage, WorkMessage } from './messages.js';
import { openConsumers } from './names.js';
import { UnitFeed } from './unit-feed.js';
import { bookedAsLost, MOST_LOST, SUSPECT, UnitsInHand, type Held } from './units-in-hand.js';
import { areLast, unitsWanted, waitingBefore } from './units-wanted.js';
import { WorkQueue, type Delivery } from './work-queue.js';

/** Milliseconds until a unit that could not be worked on is given back, by a worker that stays. */
const PAUSE = 1000;

/** A worker's part in one run: takes units while its teachers have slots to spare, the deepest first. */
export class RunMember {
  readonly #units: UnitsInHand;
  readonly #gate = new Gate();
  readonly #levels: readonly number[];
  /** Times that units were asked for. */
  #turn = 0;
  readonly #leaving = new AbortController();
  readonly #feed: UnitFeed;

  /** Calls that all workers together take at once, as the coordinator last said. */
  #allSlots = 0;
  /** Takes one unit at a time, until one comes that is not suspect. */
  #isCareful = false;
  /** What is worked on alone. */
  #suspect: Delivery | undefined;
  #left: Promise<void> | undefined;
  /** What it may spend, as it was last told. */
  granted: NonNullable<WakeMessage['grants']>[string] | undefined;

  private constructor(
    readonly options: MemberOptions,
    readonly run: JoinedRun,
    readonly limits: string,
  ) {
    const { link, draining, fence, buckets } = options;
    const { names, stages } = run;
    this.#levels = levelsOf(stages);
    this.#units = new UnitsInHand(link, fence, buckets.patienceMs);
    // Every unit in hand listens to it: a warning about many listeners would be a false alarm.
    setMaxListeners(0, this.#leaving.signal, draining);
    const wakes = link.nc.subscribe(names.wake, {
      callback: (_error, message) => this.#wake(message.data.length > 0 ? message.json() : {}),
    });
    const queue = new WorkQueue(link, names.work, () => this.#openConsumers());
    this.#feed = new UnitFeed({
      ...{ queue, levels: this.#levels, inTurn: () => this.#inTurn() },
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
    return new RunMember(options, await joinRun(options, run, state), limitsIn(state));
  }

  get manifest(): Manifest {
    return this.run.manifest;
  }
  get units(): number {
    return this.#units.size;
  }
  get teachers(): readonly Teacher[] {
    return [this.run.teacher, ...this.run.own.teachers];
  }
  get rates(): GrantedRates {
    return this.run.rates;
  }
  get spent(): { tokens: number; cost: number } | undefined {
    return this.run.budget?.spent;
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
      this.run.budget?.raise({ maxTokens: grant.tokens ?? undefined, maxCost: grant.cost ?? undefined });
    }
    if (rates) this.rates.grant(rates[this.options.worker] ?? {});
    if (levels.length > 0) this.#feed.wake(levels);
  }

  /** This worker was taken for dead: what it held is others' by now. */
  lose(): void {
    this.#units.lose();
  }

  /** A unit that has ended workers is worked on alone: not beside others, nor others beside it. */
  #take(message: Delivery): void {
    const isSuspect = message.lost >= SUSPECT;
    if (isSuspect) this.#isCareful = true;
    else if (this.#units.size === 0) this.#isCareful = false;
    if (this.#suspect || (isSuspect && this.#units.size > 0)) return void message.giveBack();
    if (isSuspect) this.#suspect = message;
    void this.#work(message).finally(() => {
      if (isSuspect) this.#suspect = undefined;
    });
  }

  /** Units of a level to be asked for now. */
  #wanted(level: number): number {
    if (!this.options.fence.isOpen || (this.#isCareful && this.#units.size > 0)) return 0;
    const states = this.teachers.flatMap((teacher) => teacher.state?.() ?? []);
    const queued = sumOf(states, (state) => state.queued);
    const slots = sumOf(states, ({ limit }) => limit);
    const letsBy = this.#isTail && areLast(this.#feed.waiting, Math.max(slots, this.#allSlots));
    const before = letsBy ? sumOf(states, (state) => waitingBefore(state, -priorityOf(level))) : queued;
    const most = unitsWanted({
      ...{ slots, inFlight: sumOf(states, ({ inFlight }) => inFlight), before, after: queued - before },
      ...{ units: this.#units.size, beginning: this.#units.beginning, waiting: this.#feed.waiting },
    });
    return this.#isCareful ? Math.min(most, 1) : most;
  }

  /** No seed can come: what has the longest way to go leads, unless a budget may end before that. */
  get #isTail(): boolean {
    return this.#gate.inputEnded.aborted && !this.run.budget;
  }

  /** Drain before fill; in the tail the other way round. */
  #inTurn(): readonly number[] {
    return this.#isTail ? tailOrder(this.#levels) : drainOrder(this.#levels, this.#turn++);
  }

  /** Makes what units are asked of; gives whether it is there. Where the whole run is gone its coordinator puts it up again. */
  async #openConsumers(): Promise<boolean> {
    const { link, buckets, onRefusal } = this.options;
    const { names } = this.run;
    try {
      await openConsumers(link, names, { levels: this.#levels, patienceMs: buckets.patienceMs }, this.#leaving.signal);
      return true;
    } catch (error) {
      if (!this.#leaving.signal.aborted && !isMissing(error)) onRefusal(names.run, refusalOf(error, link.address));
      return false;
    }
  }

  async #work(message: Delivery): Promise<void> {
    const { names, parcels } = this.run;
    const held = this.#units.take(message);
    const stop = (): void => held.draining.abort();
    this.#leaving.signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await this.#answer(held);
      if (answer && this.#units.has(held)) {
        const sending = { leaving: this.#leaving.signal, soon: true };
        // Who leaves may leave a run that is gone, where nobody takes it: it is tried once.
        await this.options.link.publishFirst(names.answerSubject(held.id), await parcels.pack(answer), sending);
        message.ack();
      } else if (this.#units.has(held)) await this.#giveBack(held);
    } catch (error) {
      this.#report(error);
      if (this.#units.has(held)) await this.#giveBack(held);
    } finally {
      this.#leaving.signal.removeEventListener('abort', stop);
      this.#units.drop(held);
      this.#feed.wake();
    }
  }

  /** The answer for a unit; undefined where this worker has none: it leaves or loses its teacher in the middle of it. */
  async #answer(held: Held): Promise<AnswerMessage | undefined> {
    const { claims, worker } = this.options;
    const { overruled } = claims;
    const { lost } = held.message;
    const { parcels, stages } = this.run;
    const { stage: index, sample, tell, traceparent } = (await parcels.unpack(held.message.data)) as WorkMessage;
    const stage = stages[index]!;
    if (lost >= MOST_LOST) return bookedAsLost(stage, sample, lost);
    if (traceparent !== undefined) this.options.onTrace?.(lineageOf(sample).root, traceparent);
    const calls = tell && this.run.calls.open(tell);
    try {
      const answer = await this.#run(stage, sample, held, calls?.observer);
      if (!this.#units.has(held) || isUnfinished(answer)) return undefined;
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
    const { teacher, embedder, own, manifest } = this.run;
    return runUnit(stage, sample, {
      ...{ catalog, teacher, embedder, teacherOf: (block) => own.teacherOf(block) },
      ...{ settings: manifest.settings, seedRequests: manifest.seedRequests, gate: this.#gate },
      ...(manifest.shared.seed !== undefined && { seed: manifest.shared.seed }),
      draining: held.draining.signal,
      observer: observers(this.#watching(held), calls, observer),
    });
  }

  #watching(held: Held): Observer {
    return {
      callBegan: () => this.#units.hasBegun(held),
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

  /** A mistake in the run itself ends it everywhere; for what is wrong here others may serve it. */
  #report(error: unknown): void {
    // Of one that leaves another finds it again.
    if (this.#leaving.signal.aborted) return;
    if (error instanceof SdgError && error.code === 'interrupted') return;
    // Of an embedder; a teacher tells it by itself.
    if (error instanceof SdgError && error.exitCode === 3 && error.code !== 'replay-miss') {
      return this.options.onRefusal(this.run.names.run, error);
    }
    const failure = error instanceof SdgError ? error : { code: 'internal' as const, what: String(error), remedy: undefined };
    reportFailure(this.options, this.run.names, failure);
  }

  /** Takes no more units; calls in flight end well and are kept, the rest is given back. */
  leave(): Promise<void> {
    return (this.#left ??= this.#leave());
  }

  async #leave(): Promise<void> {
    this.#leaving.abort();
    this.#feed.stop();
    await this.#feed.ended;
    while (this.#units.size > 0) await pause(20);
    this.#units.close();
    await Promise.allSettled([...this.teachers, this.run.embedder].map((one) => one?.close?.()));
  }
}

const limitsIn = ({ budget, rates }: RunState): string => JSON.stringify([budget, rates]);

const isUnfinished = ({ ledger }: UnitAnswer): boolean => ledger.some(({ unfinished }) => unfinished > 0);
