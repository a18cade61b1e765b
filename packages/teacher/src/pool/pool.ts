import { performance } from 'node:perf_hooks';
import PQueue from 'p-queue';
import {
  SdgError,
  type CallOptions,
  type Mutable,
  type Observer,
  type Reply,
  type Teacher,
  type TeacherRequest,
  type TeacherState,
} from '@sdg/core';
import { tellTry } from '../tell-try.js';
import type { KeepingOptions } from '../keeping-options.js';
import { onAbort } from '../on-abort.js';
import { waitOf, type Allowance } from './allowance.js';
import { Endpoint, type Server } from './endpoint.js';
import { Endpoints } from './endpoints.js';
import type { Health } from './health.js';
import type { Limit } from './limit.js';

export interface PoolOptions {
  readonly servers: readonly Server[];
  /** Makes the limit of each server. */
  readonly limit: (server: Server) => Limit;
  /** Told now and then, and at the end, what was found out about servers, by their names. */
  readonly onFound?: ((found: ReadonlyMap<string, number>, isLast: boolean) => void) | undefined;
  /** Most calls in flight at all servers together. */
  readonly maxConcurrency?: number | undefined;
  readonly health: Health;
  readonly allowances?: readonly Allowance[];
  /** Told of every try of every call, and that a server went away, or is back. */
  readonly observer?: Observer | undefined;
  readonly now?: () => number;
}

const interrupted = (): SdgError => new SdgError('interrupted', 'the run was stopped before this call');
const asSdgError = (error: unknown): SdgError =>
  error instanceof SdgError ? error : new SdgError('internal', String(error), { cause: error });

/** What a call waits for: so many milliseconds, or that more of a budget is left. */
interface Obstacle {
  readonly ms: number;
  readonly isBudget: boolean;
}

/** At most this long between two looks at whether all has become hopeless. */
const LONGEST_LOOK = 5000;
/** Turns of the event loop from a reply to the calls that follow it: it is kept, read, and looked for in the cache. */
const TURNS = 8;
/** By how much a call that has let later ones by goes before its equals: it had its turn. */
const AHEAD = 0.25;
/** A pause by the server's wish of which the user is told. */
const LONG_PAUSE = 30_000;

/** What a reply that has just come makes of itself is asked for. */
async function followUps(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * The queue of a teacher and the servers behind it. Every call waits in one queue, highest priority first; when a slot
 * is free the call goes to the server with the least load. A server that fails is left alone and probed until it is
 * back. While none can be asked, or an allowance is used up, the whole queue waits, so priorities hold.
 */
export class Pool implements Teacher {
  readonly name: string;
  readonly #queue = new PQueue();
  readonly #endpoints: Endpoints;
  readonly #options: PoolOptions;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(limit: number) => void>();
  readonly #unlisten: readonly ((() => void) | undefined)[];
  #waiting = 0;
  /** Of these, by priority. */
  readonly #ranks = new Map<number, number>();
  /** What is begun is finished first, at the end of the input too. */
  readonly #hasBudget: boolean;
  #issued = 0;
  #inFlight = 0;
  #limit = 0;
  #listens = false;
  #risesAt = Infinity;
  #riser: NodeJS.Timeout | undefined;
  #holder: (() => void) | undefined;
  /** Why no reply can be kept any more: nothing more is asked for. */
  #unkept: SdgError | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#endpoints = new Endpoints(options.servers, options.limit);
    this.name = this.#endpoints.name;
    this.#hasBudget = options.allowances?.some(({ isBudget }) => isBudget) ?? false;
    this.#unlisten = (options.allowances ?? []).map((allowance) => allowance.onSettled?.(() => this.#wake()));
    this.#adjust();
  }

  state(): TeacherState {
    const { phase } = this.#endpoints;
    return {
      ...{ inFlight: this.#inFlight, queued: this.#waiting, limit: this.#limit },
      ...(this.#ranks.size > 0 && { byPriority: new Map(this.#ranks) }),
      ...(phase !== undefined && { phase }),
    };
  }

  onLimit(listener: (limit: number) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#limit);
    return () => this.#listeners.delete(listener);
  }

  /** No calls before `ms` have passed, at one server or all. */
  pause(ms: number, serverName?: string): void {
    const now = this.#now();
    for (const { server } of this.#endpoints.pause(now + ms, now, serverName)) {
      if (ms >= LONG_PAUSE) this.#options.observer?.notice?.(`${server.name} asks for a pause of ${Math.ceil(ms / 1000)} s; waiting`);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#riser);
    for (const stop of this.#unlisten) stop?.();
    this.#options.onFound?.(this.#endpoints.found, true);
    this.#wake();
    await this.#endpoints.close();
  }

  complete(request: TeacherRequest, options: KeepingOptions = {}): Promise<Reply> {
    const { signal, draining } = options;
    const tail = this.#hasBudget ? undefined : options.tail;
    // With a budget whatever is nearest to its end goes first, of all chains: the longest way is the first of a tail.
    const priority = this.#hasBudget && options.tail ? -options.tail.priority : (options.priority ?? 0);
    if (signal?.aborted || draining?.aborted || this.#closing.signal.aborted) return Promise.reject(interrupted());
    return new Promise<Reply>((resolve, reject) => {
      const queuedAt = this.#now();
      const undo: (() => void)[] = [];
      let waiting = true;
      const leaveQueue = (): void => {
        if (!waiting) return;
        waiting = false;
        this.#waiting--;
        this.#count(rank, -1);
        for (const stop of undo) stop();
      };
      const giveUp = (): void => {
        leaveQueue();
        this.#wake();
        reject(interrupted());
      };
      this.#waiting++;
      for (const abort of [signal, draining, this.#closing.signal]) if (abort) undo.push(onAbort(abort, giveUp));
      const id = String(this.#issued++);
      let queued = true;
      let rank = tail?.begins.aborted ? tail.priority : priority;
      this.#count(rank, 1);
      const toTheEnd = (): void => {
        this.#count(rank, -1);
        this.#count((rank = tail!.priority), 1);
        if (queued) this.#queue.setPriority(id, rank);
      };
      if (tail && !tail.begins.aborted) undo.push(onAbort(tail.begins, toTheEnd));
      const isLater = (): boolean => [...this.#ranks.keys()].some((other) => other > rank);
      const task = async (): Promise<void> => {
        queued = false;
        if (!waiting) return;
        const seat = this.#seat(request);
        const endpoint = seat instanceof Endpoint ? seat : await this.#admit(request, seat, () => waiting, isLater);
        if (endpoint === 'later') return enqueue(AHEAD);
        if (!endpoint) return;
        leaveQueue();
        await this.#call(endpoint, request, options, queuedAt).then(resolve, reject);
      };
      const enqueue = (ahead = 0): void => {
        queued = true;
        // An error in the pool itself must reach the caller too.
        this.#queue.add(task, { id, priority: rank + ahead }).catch((error: unknown) => {
          leaveQueue();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      };
      enqueue();
    });
  }

  /** Calls that wait, by priority: a few numbers, one a block. */
  #count(rank: number, more: 1 | -1): void {
    const calls = (this.#ranks.get(rank) ?? 0) + more;
    if (calls > 0) this.#ranks.set(rank, calls);
    else this.#ranks.delete(rank);
  }

  /** Takes a slot of the server with the least load where every allowance has room, or tells what to wait for. */
  #seat(request: TeacherRequest): Endpoint | Obstacle {
    if (this.#unkept) throw this.#unkept;
    const { allowances = [], health } = this.#options;
    if (health.hopeless) throw health.verdict(this.name);
    const now = this.#now();
    const endpoint = this.#endpoints.freest(now);
    if (!endpoint) return { ms: this.#endpoints.soonest(now), isBudget: false };
    const ms = waitOf(allowances, request, now);
    if (ms > 0) return { ms, isBudget: ms === Infinity };
    for (const allowance of allowances) allowance.book(request, now);
    endpoint.inFlight++;
    this.#inFlight++;
    if (!this.#listens) this.#listen();
    return endpoint;
  }

  /**
   * Waits, with the queue at a stand, until a server is free and every allowance has room; undefined: given up. `later`: a
   * call of a later block has come meanwhile. What is left of a budget is for it: else the end of a budget goes into samples
   * that are begun and never finished.
   */
  async #admit(
    request: TeacherRequest,
    first: Obstacle,
    wanted: () => boolean,
    isLater: () => boolean,
  ): Promise<Endpoint | 'later' | undefined> {
    // Before the first wait: p-queue starts the next task as soon as this one has given way.
    this.#queue.pause();
    try {
      for (let obstacle = first; ;) {
        await this.#change(obstacle.ms);
        if (obstacle.isBudget) {
          await followUps();
          if (wanted() && isLater()) return 'later';
        }
        if (!wanted()) return undefined;
        const seat = this.#seat(request);
        if (seat instanceof Endpoint) return seat;
        obstacle = seat;
      }
    } finally {
      this.#queue.start();
    }
  }

  /** From the first call on. */
  #listen(): void {
    this.#listens = true;
    this.#endpoints.listen(this.#closing.signal, () => {
      this.#adjust();
      this.#wake();
    });
  }

  /** A server takes so many calls more before a rate of its own is used up. */
  remaining(calls: number, serverName: string): void {
    this.#endpoints.remaining(serverName, calls);
  }

  /** Waits for so long, or until something has changed. */
  async #change(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms < Infinity ? setTimeout(resolve, Math.max(1, Math.min(ms, LONGEST_LOOK))) : undefined;
      this.#holder = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#holder = undefined;
  }

  #wake(): void {
    this.#holder?.();
  }

  /** Makes the call, and gives its slot back once the reply is kept. */
  async #call(endpoint: Endpoint, request: TeacherRequest, options: KeepingOptions, queuedAt: number): Promise<Reply> {
    const startedAt = this.#now();
    endpoint.limit.began?.(startedAt);
    let failure: SdgError | undefined;
    try {
      const reply = await this.#ask(endpoint, request, options, startedAt - queuedAt);
      await options.keep?.(reply).catch((error: unknown) => {
        throw (this.#unkept ??= asSdgError(error));
      });
      return reply;
    } catch (error) {
      failure = asSdgError(error);
      throw failure;
    } finally {
      endpoint.inFlight--;
      this.#inFlight--;
      endpoint.limit.ended({ startedAt, endedAt: this.#now(), kind: Endpoint.outcomeOf(failure) }, endpoint.inFlight);
      if (this.#adjust()) this.#options.onFound?.(this.#endpoints.found, false);
      this.#rise();
      this.#wake();
    }
  }

  /** Looks again when a limit may rise though no call ends. */
  #rise(): void {
    const at = this.#endpoints.risesAt;
    if (at === this.#risesAt) return;
    this.#risesAt = at;
    clearTimeout(this.#riser);
    if (at === Infinity) return;
    this.#riser = setTimeout(() => {
      this.#endpoints.passed(this.#now());
      this.#risesAt = Infinity;
      this.#adjust();
      this.#rise();
      this.#wake();
    }, at - this.#now()).unref();
  }

  /** Asks the server, and books what becomes of it. */
  async #ask(endpoint: Endpoint, request: TeacherRequest, { signal, draining }: CallOptions, queuedMs: number): Promise<Reply> {
    const { allowances = [], health, observer } = this.#options;
    const startedAt = this.#now();
    const ended = health.began();
    const told = tellTry(observer, { server: endpoint.server.name, queuedMs }, request);
    const book = (end: Reply | SdgError): void => {
      ended();
      told(end, { serviceMs: this.#now() - startedAt, inFlight: this.#inFlight, limit: this.#limit });
      for (const allowance of allowances) allowance.settle(request, end);
    };
    try {
      const passed: Mutable<CallOptions> = {};
      if (signal) passed.signal = signal;
      if (draining) passed.draining = draining;
      const reply = await endpoint.server.complete(request, passed);
      endpoint.succeeded();
      health.succeeded();
      book(reply);
      return { ...reply, timing: { queuedMs, serviceMs: reply.timing?.serviceMs ?? this.#now() - startedAt } };
    } catch (error) {
      const failure = asSdgError(error);
      health.failed(failure);
      book(failure);
      if (endpoint.failed(failure, startedAt, this.#now())) void this.#recover(endpoint, failure);
      throw health.hopeless ? health.verdict(this.name) : failure;
    }
  }

  /** Leaves a server that went down alone until it answers a probe. */
  async #recover(endpoint: Endpoint, failure: SdgError): Promise<void> {
    const { observer, health } = this.#options;
    observer?.notice?.(`${failure.message}; ${this.#endpoints.allDown ? 'waiting until it is back' : 'going on with the other servers'}`);
    this.#adjust();
    const isBack = await endpoint.recovered(this.#closing.signal, (error) => {
      if (error instanceof SdgError) health.failed(error);
      if (health.hopeless) this.#wake();
    });
    if (!isBack) return;
    observer?.notice?.(`${endpoint.server.name} is back`);
    this.#adjust();
    this.#wake();
  }

  /** Puts the sum of the servers' limits in force. Returns whether it is another one. */
  #adjust(): boolean {
    const limit = Math.max(1, Math.min(this.#endpoints.limit, this.#options.maxConcurrency ?? Infinity));
    if (limit === this.#limit) return false;
    this.#limit = limit;
    this.#queue.concurrency = limit;
    for (const listener of this.#listeners) listener(limit);
    return true;
  }
}
