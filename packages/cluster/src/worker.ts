import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { observers, SdgError, type Catalog, type Observer, type Teacher, type TeacherProvider, type TeacherState } from '@sdg/core';
import type { Environment, TeacherSpec } from '@sdg/session';
import { Claims } from './claims.js';
import { Fence } from './fence.js';
import { followBucket } from './follow-stream.js';
import type { NatsOptions } from './connection-options.js';
import { Link } from './link.js';
import { refusalOf } from './server-errors.js';
import type { WorkerRecord } from './living-workers.js';
import type { RunState } from './manifest.js';
import { bucketName, openBuckets, type Buckets } from './names.js';
import { type Pace, paceOf, RecentRate } from './pace.js';
import type { MemberOptions } from './join-run.js';
import { RunMember } from './run-member.js';
import { TeacherTrouble } from './teacher-trouble.js';

/** What a worker is given besides the address. */
export interface WorkerOptions {
  readonly nats?: NatsOptions;
  /** Its own teacher, keys and pace. What says something about the output comes from the run. */
  readonly spec: TeacherSpec;
  /** Blocks, those of plugins included: the same everywhere. */
  readonly catalog: Catalog;
  readonly providers?: readonly TeacherProvider[];
  readonly env?: Environment;
  readonly observer?: Observer;
  /** Aborted: it gives back what it has, and ends. */
  readonly signal?: AbortSignal;
  /** Told how to ask for how hard it works: its teachers' calls together. */
  readonly onState?: (state: () => TeacherState) => void;
  /** Told of a sample that is to be worked on, by its seed, and to which trace that belongs (W3C Trace Context). */
  readonly onTrace?: ((root: string, traceparent: string) => void) | undefined;
  /** Name among workers, some letters are added to it; default: of the host. */
  readonly name?: string;
}

/**
 * Serves runs at a NATS server, whichever there are, until it is stopped or its teacher cannot go on. Gives the error
 * that ended it; undefined where it was stopped.
 *
 * @example
 * await runWorker('nats://localhost:4222', { spec: { teacher: 'http://gpu-7:8000/v1' }, catalog });
 */
export async function runWorker(address: string, options: WorkerOptions): Promise<SdgError | undefined> {
  const { nats, observer, signal } = options;
  const notice = (text: string): void => observer?.notice?.(text);
  const link = await Link.open(address, { onNotice: notice, ...nats, name: 'sdg worker' });
  const hurry = (): void => link.hurry(FAREWELL);
  signal?.addEventListener('abort', hurry, { once: true });
  if (signal?.aborted) hurry();
  try {
    const worker = new Worker(link, await openBuckets(link), options);
    options.onState?.(() => worker.state());
    signal?.addEventListener('abort', () => worker.stop(), { once: true });
    if (signal?.aborted) worker.stop();
    return await worker.serve();
  } catch (error) {
    throw refusalOf(error, address);
  } finally {
    await link.close();
  }
}

/** Of its own in every life: what a dead worker of the same name had claimed is not under way. */
const freshId = ({ name = hostname() }: WorkerOptions): string => `${name.replaceAll(/[^\w-]/g, '-')}-${randomUUID().slice(0, 6)}`;

/** Milliseconds from the end on in which what the server does not take is tried again: the reply is in the worker's own cache. */
const FAREWELL = 10_000;

class Worker {
  #id: string;
  /** Of what it last said of itself, at the server. */
  #revision = 0;
  readonly #members = new Map<string, RunMember>();
  /** What was last heard of each run. */
  readonly #states = new Map<string, RunState>();
  /** Runs that are being joined. */
  readonly #joining = new Set<string>();
  readonly #refuses = new Map<string, string>();
  readonly #fence: Fence;
  readonly #pace: Pace;
  readonly #claims = new Claims(() => this.state().limit);
  readonly #stopping = new AbortController();
  readonly #count = { calls: 0, cachedCalls: 0, faults: 0 };
  readonly #rate = new RecentRate();
  readonly #trouble = new TeacherTrouble();
  #failure: SdgError | undefined;
  #beats: NodeJS.Timeout | undefined;

  constructor(
    readonly link: Link,
    readonly buckets: Buckets,
    readonly options: WorkerOptions,
  ) {
    this.#fence = new Fence(buckets.patienceMs);
    this.#pace = paceOf(options.spec);
    link.outbox.isAwaited = () => this.#hasIdleSlots();
    this.#id = freshId(options);
  }

  stop(): void {
    this.link.hurry(FAREWELL);
    this.#stopping.abort();
  }

  async serve(): Promise<SdgError | undefined> {
    await this.#beat();
    this.#beats = setInterval(() => void this.#beat(), this.buckets.patienceMs / 8);
    const states = followBucket(this.link, bucketName(this.link, 'runs'), {
      keys: '*.state',
      onLost: async () => {
        for (const run of this.#members.keys()) void this.#runChanged(run, undefined);
        await openBuckets(this.link, this.buckets.patienceMs);
      },
    });
    this.#stopping.signal.addEventListener('abort', () => states.stop(), { once: true });
    if (this.#stopping.signal.aborted) states.stop();
    this.options.observer?.notice?.(`worker ${this.#id} waits for runs`);
    for await (const { key, json } of states) void this.#runChanged(key.replace(/\.state$/, ''), json<RunState>());
    await Promise.all([...this.#members.values()].map((member) => member.leave()));
    clearInterval(this.#beats);
    await this.buckets.workers.delete(this.#id).catch(() => undefined);
    return this.#failure;
  }

  async #runChanged(run: string, state: RunState | undefined): Promise<void> {
    if (state) this.#states.set(run, state);
    else this.#states.delete(run);
    const member = this.#members.get(run);
    if (state?.status !== 'running') {
      this.#members.delete(run);
      this.#refuses.delete(run);
      await member?.leave();
      if (member) this.options.observer?.notice?.(`run ${run} has ${state ? 'stopped' : 'ended'}`);
    } else if (member?.isLimitedAs(state)) member.update(state);
    else if (!this.#joining.has(run)) {
      // Of another coordinator, with other limits: calls in flight end as they were begun.
      void member?.leave();
      await this.#join(run, state);
    }
  }

  async #join(run: string, state: RunState): Promise<void> {
    this.#joining.add(run);
    try {
      const joined = await RunMember.join(this.#memberOptions(), run, state);
      joined.update(state);
      this.#members.set(run, joined);
      this.#refuses.delete(run);
      this.options.observer?.notice?.(`serving run ${run}: pipeline ${joined.manifest.pipeline}`);
    } catch (error) {
      if (error instanceof SdgError && error.exitCode === 3) return this.#giveUp(error);
      if (this.#stopping.signal.aborted) return;
      this.#refuse(run, error);
    } finally {
      this.#joining.delete(run);
    }
    const now = this.#states.get(run);
    // It may have ended meanwhile.
    if (now !== state) await this.#runChanged(run, now);
    await this.#beat();
  }

  /** Serves others, and says why not this one. */
  #refuse(run: string, error: unknown): void {
    const why = error instanceof SdgError ? error.message : String(error);
    this.#refuses.set(run, why);
    this.options.observer?.notice?.(`run ${run} is not served here: ${why}`, 'warning');
  }

  /** What a run asks for turns out not to be there. */
  #leaveRun(run: string, error: unknown): void {
    void this.#members.get(run)?.leave();
    if (!this.#members.delete(run)) return;
    this.#refuse(run, error);
    void this.#beat();
  }

  #giveUp(error: SdgError): void {
    this.#failure ??= error;
    this.stop();
  }

  #memberOptions(): MemberOptions {
    const { catalog, env = process.env, observer, onTrace, providers } = this.options;
    const { spec, allowances: pace, slots } = this.#pace;
    const counting: Observer = {
      callEnded: (_block, _call, _request, end) => {
        if (!('choices' in end)) return;
        this.#count.calls++;
        if (end.cached) this.#count.cachedCalls++;
      },
      tryEnded: ({ outcome }) => void (outcome !== 'ok' && this.#count.faults++),
    };
    const heard = observers(counting, this.#trouble.observer, observer);
    return {
      ...{ link: this.link, buckets: this.buckets, worker: this.#id, catalog, spec, fence: this.#fence, observer: heard },
      ...{
        draining: this.#stopping.signal,
        onTrace,
        claims: this.#claims,
        pace,
        slots,
        onRefusal: (run, error) => this.#leaveRun(run, error),
      },
      surroundings: { env, observer: heard, onStop: (error) => this.#giveUp(error), providers, signal: this.#stopping.signal },
    };
  }

  /** Calls in flight, waiting and possible at all its teachers. */
  state(): TeacherState {
    const members = [...this.#members.values()];
    const sum = (teachers: readonly Teacher[], of: 'limit' | 'inFlight' | 'queued'): number =>
      teachers.reduce((total, teacher) => total + (teacher.state?.()[of] ?? 0), 0);
    const shared = members.map(({ run }) => run.teacher);
    const own = members.flatMap(({ run }) => run.own.teachers);
    return {
      limit: Math.min(sum(shared, 'limit'), this.#pace.slots) + sum(own, 'limit'),
      inFlight: sum([...shared, ...own], 'inFlight'),
      queued: sum([...shared, ...own], 'queued'),
    };
  }

  #hasIdleSlots(): boolean {
    const { limit, inFlight, queued } = this.state();
    return inFlight + queued < limit;
  }

  /** What was in hand is others' by now. */
  #lose(silence: number): void {
    const members = [...this.#members.values()];
    const seconds = (silence / 1000).toFixed(1);
    const what = `worker ${this.#id} was out of touch for ${seconds} s, so others go on with what it had in hand; see --nats-patience`;
    if (members.some(({ units }) => units > 0)) this.options.observer?.notice?.(what, 'warning');
    for (const member of members) member.lose();
  }

  /**
   * The server has lost the last that it took, with its machine or its disk. It may hold claims of this worker to calls that have
   * ended since, for which others would wait as long as it lives: so it is another from now on.
   */
  #beginAgain(): void {
    this.#id = freshId(this.options);
    for (const [run, member] of this.#members) {
      void member.leave();
      this.#members.delete(run);
      const state = this.#states.get(run);
      if (state) void this.#join(run, state);
    }
  }

  /** Says that this worker lives. Where that was not heard for too long, what it held is others' by now. */
  async #beat(): Promise<void> {
    const sent = performance.now();
    const members = [...this.#members.entries()];
    const { limit: slots, inFlight, queued } = this.state();
    if (members.length === 0) this.#trouble.forget();
    const waitsFor = this.link.waitsFor ?? this.#trouble.says();
    const { calls, cachedCalls } = this.#count;
    const record: WorkerRecord = {
      ...{ id: this.#id, host: hostname(), pid: process.pid, ...this.#count },
      callsPerSecond: this.#rate.of(calls - cachedCalls, sent),
      ...{ slots, inFlight, queued },
      units: members.reduce((total, [, { units }]) => total + units, 0),
      spent: Object.fromEntries(members.flatMap(([run, { spent }]) => (spent ? [[run, spent]] : []))),
      granted: Object.fromEntries(members.flatMap(([run, { granted }]) => (granted ? [[run, granted]] : []))),
      rates: Object.fromEntries(members.map(([run, { rates }]) => [run, rates.held])),
      ...(waitsFor !== undefined && { waitsFor }),
      runs: members.map(([run]) => run),
      refuses: Object.fromEntries(this.#refuses),
    };
    const before = this.#revision;
    try {
      this.#revision = await this.buckets.workers.put(this.#id, JSON.stringify(record));
    } catch (error) {
      // The next one may be heard; the fence watches.
      this.link.tellRefused(error);
      return;
    }
    if (this.#revision <= before) this.#beginAgain();
    const silence = this.#fence.heard(sent);
    if (silence !== undefined) this.#lose(silence);
  }
}
