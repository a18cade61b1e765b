import { performance } from 'node:perf_hooks';
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
import { waitOf, type Allowance } from './allowance.js';
import { CallQueue, interrupted, Obstacle } from './call-queue.js';
import { Endpoint, type Server } from './endpoint.js';
import { Endpoints } from './endpoints.js';
import type { Health } from './health.js';
import { LimitInForce } from './limit-in-force.js';
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

const asSdgError = (error: unknown): SdgError =>
  error instanceof SdgError ? error : new SdgError('internal', String(error), { cause: error });

/** The pause that a server asks for is its own: another may take the call at once. */
const withoutPause = ({ code, what, remedy, status, cause }: SdgError): SdgError =>
  new SdgError(code, what, { cause, ...(remedy !== undefined && { remedy }), ...(status !== undefined && { status }) });

/** A pause by the server's wish of which the user is told. */
const LONG_PAUSE = 30_000;

/**
 * The queue of a teacher and the servers behind it. Every call waits in one queue, highest priority first; when a slot
 * is free the call goes to the server with the least load, to one that failed last only where no other is free. A server
 * that goes on failing is left alone and probed until it is back. While none can be asked, or an allowance is used up, the
 * whole queue waits, so priorities hold.
 */
export class Pool implements Teacher {
  readonly name: string;
  readonly #queue = new CallQueue<Endpoint>();
  readonly #endpoints: Endpoints;
  readonly #limit: LimitInForce;
  readonly #options: PoolOptions;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  readonly #unlisten: readonly ((() => void) | undefined)[];
  /** What is begun is finished first, at the end of the input too. */
  readonly #hasBudget: boolean;
  #inFlight = 0;
  #listens = false;
  /** Why no reply can be kept any more: nothing more is asked for. */
  #unkept: SdgError | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { servers, limit, allowances = [], maxConcurrency: most = Infinity, now = () => performance.now() } = options;
    this.#now = now;
    this.#endpoints = new Endpoints(servers, limit);
    this.name = this.#endpoints.name;
    this.#hasBudget = allowances.some(({ isBudget }) => isBudget);
    this.#unlisten = allowances.map((allowance) => allowance.onSettled?.(() => this.#queue.wake()));
    this.#limit = new LimitInForce(this.#endpoints, this.#queue, most, now);
  }

  state(): TeacherState {
    const { phase } = this.#endpoints;
    const { waiting, byPriority } = this.#queue;
    return {
      ...{ inFlight: this.#inFlight, queued: waiting, limit: this.#limit.value },
      ...(byPriority && { byPriority }),
      ...(phase !== undefined && { phase }),
    };
  }

  onLimit(listener: (limit: number) => void): () => void {
    return this.#limit.onLimit(listener);
  }

  /** No calls before `ms` have passed, at one server or all. */
  pause(ms: number, serverName?: string): void {
    const now = this.#now();
    for (const { server } of this.#endpoints.pause(now + ms, now, serverName)) {
      if (ms >= LONG_PAUSE) this.#options.observer?.notice?.(`${server.name} asks for a pause of ${Math.ceil(ms / 1000)} s; waiting`);
    }
  }

  /** A server takes so many calls more before a rate of its own is used up. */
  remaining(calls: number, serverName: string): void {
    this.#endpoints.remaining(serverName, calls);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#limit.close();
    for (const stop of this.#unlisten) stop?.();
    this.#options.onFound?.(this.#endpoints.found, true);
    this.#queue.wake();
    await this.#endpoints.close();
  }

  complete(request: TeacherRequest, options: KeepingOptions = {}): Promise<Reply> {
    const { signal, draining, tail, priority = 0 } = options;
    const signals = [signal, draining, this.#closing.signal];
    if (signals.some((one) => one?.aborted)) return Promise.reject(interrupted());
    const queuedAt = this.#now();
    return this.#queue.wait({
      // With a budget whatever is nearest to its end goes first, of all chains: the longest way is the first of a tail.
      priority: this.#hasBudget && tail ? -tail.priority : priority,
      tail: this.#hasBudget ? undefined : tail,
      signals,
      take: () => this.#seat(request),
      use: (endpoint) => this.#call(endpoint, request, options, queuedAt),
    });
  }

  /** Takes a slot of the server with the least load where every allowance has room, or tells what to wait for. */
  #seat(request: TeacherRequest): Endpoint | Obstacle {
    if (this.#unkept) throw this.#unkept;
    const { allowances = [], health } = this.#options;
    if (health.hopeless) throw health.verdict(this.name);
    const now = this.#now();
    const endpoint = this.#endpoints.freest(now);
    if (!endpoint) return new Obstacle(this.#endpoints.soonest(now), false);
    const ms = waitOf(allowances, request, now);
    if (ms > 0) return new Obstacle(ms, ms === Infinity);
    for (const allowance of allowances) allowance.book(request, now);
    endpoint.inFlight++;
    this.#inFlight++;
    if (!this.#listens) this.#listen();
    return endpoint;
  }

  /** From the first call on. */
  #listen(): void {
    this.#listens = true;
    this.#endpoints.listen(this.#closing.signal, () => this.#changed());
  }

  /** A limit may be another one, or a server free. */
  #changed(): void {
    this.#limit.adjust();
    this.#queue.wake();
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
      if (this.#limit.adjust()) this.#options.onFound?.(this.#endpoints.found, false);
      this.#limit.watch();
      this.#queue.wake();
    }
  }

  /** Asks the server, and books what becomes of it. */
  async #ask(endpoint: Endpoint, request: TeacherRequest, { signal, draining }: CallOptions, queuedMs: number): Promise<Reply> {
    const { allowances = [], health, observer } = this.#options;
    const startedAt = this.#now();
    const ended = health.began();
    const told = tellTry(observer, { server: endpoint.server.name, queuedMs }, request);
    const book = (end: Reply | SdgError): void => {
      ended();
      told(end, { serviceMs: this.#now() - startedAt, inFlight: this.#inFlight, limit: this.#limit.value });
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
      const now = this.#now();
      if (endpoint.failed(failure, startedAt, now)) void this.#recover(endpoint, failure);
      if (health.hopeless) throw health.verdict(this.name);
      throw failure.retryAfterMs !== undefined && this.#endpoints.hasSound(now) ? withoutPause(failure) : failure;
    }
  }

  /** Leaves a server that went down alone until it answers a probe. */
  async #recover(endpoint: Endpoint, failure: SdgError): Promise<void> {
    const { observer, health } = this.#options;
    observer?.notice?.(`${failure.message}; ${this.#endpoints.allDown ? 'waiting until it is back' : 'going on with the other servers'}`);
    this.#limit.adjust();
    const isBack = await endpoint.recovered(this.#closing.signal, (error) => {
      if (error instanceof SdgError) health.failed(error);
      if (health.hopeless) this.#queue.wake();
    });
    if (!isBack) return;
    observer?.notice?.(`${endpoint.server.name} is back`);
    this.#changed();
  }
}
