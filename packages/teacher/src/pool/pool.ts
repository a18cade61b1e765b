import { performance } from 'node:perf_hooks';
import PQueue from 'p-queue';
import { SdgError, type Reply, type Teacher, type TeacherRequest, type TeacherState } from '@sdg/core';
import type { CallRecord } from '../call-log.js';
import type { KeepingOptions } from '../keeping-options.js';
import { onAbort } from '../on-abort.js';
import { Endpoint, type Server } from './endpoint.js';
import type { Health } from './health.js';
import type { Limit } from './limit.js';

/** Something else that a call needs before it may start: a rate, a budget. */
export interface Allowance {
  /** Milliseconds until the request may start; 0: now, and it is booked; Infinity: when another call has ended. */
  take(request: TeacherRequest, now: number): number;
  /** A call ended, or, undefined, was not made after all. */
  settle(request: TeacherRequest, end: Reply | SdgError | undefined): void;
  /** Calls `listener` when another try may be worth it. Absent: only calls of the same pool make room. */
  onSettled?(listener: () => void): void;
}

export interface PoolOptions {
  readonly servers: readonly Server[];
  /** Makes the limit of each server. */
  readonly limit: () => Limit;
  /** Most calls in flight at all servers together. */
  readonly maxConcurrency?: number | undefined;
  readonly health: Health;
  readonly allowances?: readonly Allowance[];
  /** What a user should know: a server went away, or is back. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Receives every try of every call. */
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  readonly now?: () => number;
}

const interrupted = (): SdgError => new SdgError('interrupted', 'the run was stopped before this call');

/** At most this long between two looks at whether all has become hopeless. */
const LONGEST_LOOK = 5000;
/** A pause by the server's wish of which the user is told. */
const LONG_PAUSE = 30_000;

/**
 * The queue of a teacher and the servers behind it. Every call waits in one queue, highest priority first; when a slot
 * is free the call goes to the server with the least load. A server that fails is left alone and probed until it is
 * back. While none can be asked, or an allowance is used up, the whole queue waits, so priorities hold.
 */
export class Pool implements Teacher {
  readonly name: string;
  readonly #queue: PQueue;
  readonly #endpoints: readonly Endpoint[];
  readonly #options: PoolOptions;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(limit: number) => void>();
  #waiting = 0;
  #issued = 0;
  #inFlight = 0;
  #limit = 0;
  #holder: (() => void) | undefined;
  /** Why no reply can be kept any more: nothing more is asked for. */
  #unkept: SdgError | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#endpoints = options.servers.map((server) => new Endpoint(server, options.limit()));
    this.name = options.servers.map(({ name }) => name).join(',');
    this.#queue = new PQueue();
    for (const allowance of options.allowances ?? []) allowance.onSettled?.(() => this.#wake());
    this.#adjust();
  }

  state(): TeacherState {
    const phases = [...new Set(this.#endpoints.map(({ limit }) => limit.phase))].filter((phase) => phase !== undefined);
    return { inFlight: this.#inFlight, queued: this.#waiting, limit: this.#limit, ...(phases.length > 0 && { phase: phases.join(', ') }) };
  }

  onLimit(listener: (limit: number) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#limit);
    return () => this.#listeners.delete(listener);
  }

  /** No calls before `ms` have passed, at one server or all. */
  pause(ms: number, serverName?: string): void {
    const until = this.#now() + ms;
    for (const endpoint of this.#endpoints) {
      if (serverName !== undefined && endpoint.server.name !== serverName) continue;
      if (ms >= LONG_PAUSE && endpoint.pausedUntil < this.#now()) this.#options.onNotice?.(`${endpoint.server.name} asks for a pause of ${Math.ceil(ms / 1000)} s; waiting`);
      endpoint.pausedUntil = Math.max(endpoint.pausedUntil, until);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await Promise.all(this.#endpoints.map(({ server }) => server.close?.()));
  }

  complete(request: TeacherRequest, options: KeepingOptions = {}): Promise<Reply> {
    const { signal, draining, priority = 0, tail } = options;
    if (signal?.aborted || draining?.aborted || this.#closing.signal.aborted) return Promise.reject(interrupted());
    return new Promise<Reply>((resolve, reject) => {
      const queuedAt = this.#now();
      const undo: (() => void)[] = [];
      let waiting = true;
      const leaveQueue = (): void => {
        if (!waiting) return;
        waiting = false;
        this.#waiting--;
        for (const stop of undo) stop();
      };
      const giveUp = (): void => {
        if (!waiting) return;
        leaveQueue();
        this.#wake();
        reject(interrupted());
      };
      this.#waiting++;
      for (const abort of [signal, draining, this.#closing.signal]) if (abort) undo.push(onAbort(abort, giveUp));
      const id = String(this.#issued++);
      let queued = true;
      const atTheEnd = tail?.begins.aborted === true;
      if (tail && !atTheEnd) undo.push(onAbort(tail.begins, () => queued && this.#queue.setPriority(id, tail.priority)));
      const task = async (): Promise<void> => {
        queued = false;
        const endpoint = await this.#admit(request, () => waiting);
        if (!endpoint) return;
        leaveQueue();
        await this.#call(endpoint, request, options, queuedAt).then(resolve, reject);
      };
      // An error in the pool itself must reach the caller too.
      this.#queue.add(task, { id, priority: atTheEnd ? tail!.priority : priority }).catch((error: unknown) => {
        leaveQueue();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  /** Waits, with the queue at a stand, until a server is free and every allowance has room; undefined: given up. */
  async #admit(request: TeacherRequest, wanted: () => boolean): Promise<Endpoint | undefined> {
    let held = false;
    try {
      while (wanted()) {
        if (this.#unkept) throw this.#unkept;
        if (this.#options.health.hopeless) throw this.#options.health.verdict(this.name);
        const now = this.#now();
        const endpoint = this.#freest(now);
        const wait = endpoint ? this.#allowed(request, now) : this.#soonest(now);
        if (endpoint && wait <= 0) {
          endpoint.inFlight++;
          this.#inFlight++;
          return endpoint;
        }
        // Before the first wait: p-queue starts the next task as soon as this one has given way.
        this.#queue.pause();
        held = true;
        await this.#change(wait);
      }
      return undefined;
    } finally {
      if (held) this.#queue.start();
    }
  }

  /** Takes the request's share of every allowance, or of none. Milliseconds to wait, 0 if it was taken. */
  #allowed(request: TeacherRequest, now: number): number {
    const { allowances = [] } = this.#options;
    for (const [i, allowance] of allowances.entries()) {
      const ms = allowance.take(request, now);
      if (ms <= 0) continue;
      for (const taken of allowances.slice(0, i)) taken.settle(request, undefined);
      return ms;
    }
    return 0;
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

  #freest(now: number): Endpoint | undefined {
    let best: Endpoint | undefined;
    for (const endpoint of this.#endpoints) {
      if (endpoint.isFree(now) && (!best || endpoint.load < best.load)) best = endpoint;
    }
    return best;
  }

  /** Milliseconds until a paused server may be asked again; Infinity where only an event can help. */
  #soonest(now: number): number {
    const pauses = this.#endpoints.filter(({ down, pausedUntil }) => !down && pausedUntil > now).map(({ pausedUntil }) => pausedUntil - now);
    return pauses.length > 0 ? Math.min(...pauses) : Infinity;
  }

  /** Makes the call, and gives its slot back once the reply is kept. */
  async #call(endpoint: Endpoint, request: TeacherRequest, { signal, keep }: KeepingOptions, queuedAt: number): Promise<Reply> {
    const startedAt = this.#now();
    endpoint.limit.began?.(startedAt);
    let failure: SdgError | undefined;
    try {
      const reply = await this.#ask(endpoint, request, signal, startedAt - queuedAt);
      await keep?.(reply).catch((error: unknown) => {
        throw (this.#unkept ??= error instanceof SdgError ? error : new SdgError('internal', String(error), { cause: error }));
      });
      return reply;
    } catch (error) {
      failure = error instanceof SdgError ? error : new SdgError('internal', String(error), { cause: error });
      throw failure;
    } finally {
      endpoint.inFlight--;
      this.#inFlight--;
      endpoint.limit.ended({ startedAt, endedAt: this.#now(), kind: Endpoint.outcomeOf(failure) }, endpoint.inFlight);
      this.#adjust();
      this.#wake();
    }
  }

  /** Asks the server, and books what becomes of it. */
  async #ask(endpoint: Endpoint, request: TeacherRequest, signal: AbortSignal | undefined, queuedMs: number): Promise<Reply> {
    const { allowances = [], health, onCall } = this.#options;
    const startedAt = this.#now();
    const ended = health.began();
    const book = (end: Reply | SdgError): void => {
      ended();
      onCall?.(this.#record(endpoint, request, { queuedMs, serviceMs: this.#now() - startedAt }, end));
      for (const allowance of allowances) allowance.settle(request, end);
    };
    try {
      const reply = await endpoint.server.complete(request, signal && { signal });
      endpoint.succeeded();
      health.succeeded();
      book(reply);
      return { ...reply, timing: { queuedMs, serviceMs: reply.timing?.serviceMs ?? this.#now() - startedAt } };
    } catch (error) {
      const failure = error instanceof SdgError ? error : new SdgError('internal', String(error), { cause: error });
      health.failed(failure);
      book(failure);
      if (endpoint.failed(failure, startedAt, this.#now())) void this.#recover(endpoint, failure);
      throw health.hopeless ? health.verdict(this.name) : failure;
    }
  }

  #record({ server }: Endpoint, { block, model, n = 1 }: TeacherRequest, timing: { queuedMs: number; serviceMs: number }, end: Reply | SdgError): CallRecord {
    const common = { at: Math.round(Date.now() - timing.serviceMs), server: server.name, ...(block !== undefined && { block }), ...(model !== undefined && { model }), n, ...timing };
    const load = { inFlight: this.#inFlight, limit: this.#limit };
    if ('usage' in end) return { ...common, outcome: 'ok', promptTokens: end.usage.promptTokens, completionTokens: end.usage.completionTokens, ...load };
    return { ...common, outcome: end.code, ...(end.status !== undefined && { status: end.status }), ...load };
  }

  /** Probes a server that went down until it answers. */
  async #recover(endpoint: Endpoint, failure: SdgError): Promise<void> {
    const { onNotice, health } = this.#options;
    const alone = this.#endpoints.every(({ down }) => down);
    onNotice?.(`${failure.message}; ${alone ? 'waiting until it is back' : 'going on with the other servers'}`);
    this.#adjust();
    for (let attempt = 0; !this.#closing.signal.aborted; attempt++) {
      await this.#sleep(endpoint.probeDelay(attempt));
      if (this.#closing.signal.aborted) return;
      try {
        await endpoint.server.probe(this.#closing.signal);
        break;
      } catch (error) {
        if (error instanceof SdgError) health.failed(error);
        if (health.hopeless) this.#wake();
      }
    }
    endpoint.down = false;
    onNotice?.(`${endpoint.server.name} is back`);
    this.#adjust();
    this.#wake();
  }

  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      onAbort(this.#closing.signal, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Puts the sum of the servers' limits in force. */
  #adjust(): void {
    const up = this.#endpoints.filter(({ down }) => !down);
    const sum = (up.length > 0 ? up : this.#endpoints).reduce((total, { limit }) => total + limit.value, 0);
    const limit = Math.max(1, Math.min(sum, this.#options.maxConcurrency ?? Infinity));
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#queue.concurrency = limit;
    for (const listener of this.#listeners) listener(limit);
  }
}
