import { setTimeout as sleep } from 'node:timers/promises';
import type { SdgError } from '@sdg/core';
import { isUnconnected } from '../http/connection-error.js';
import type { HttpTeacher } from '../http/http-teacher.js';
import { wait } from '../wait.js';
import type { CallOutcome, Limit } from './limit.js';

/** What the pool needs of a server. */
export type Server = Pick<HttpTeacher, 'name' | 'complete' | 'probe' | 'load' | 'close'>;

/** Failures in a row after which an endpoint is left alone for a while. */
const FAILURES = 8;
const FIRST_PROBE_MS = 250;
const LONGEST_PROBE_MS = 15_000;
/** What shares of its limit a server that failed counts for, until it has answered something: of one that did so lately, and of others. */
const TROUBLED = 2;
const DOUBTED = 0.5;
/** Milliseconds between two looks at how the server stands: while the limit changes, at most, and where its word is final. */
const LOOK_MS = 250;
const LONGEST_LOOK_MS = 4000;
const FINAL_LOOK_MS = 60_000;
/** Looks in a row that fail before no more are taken. */
const MISSES = 5;

/** One server of the pool: its load, its limit, and whether it is worth asking. */
export class Endpoint {
  inFlight = 0;
  /** Whether it is left alone until a probe succeeds. */
  down = false;
  /** No call before this time, by the server's own wish. */
  pausedUntil = 0;
  #failures = 0;
  #falls = 0;
  #troubledAt = -Infinity;
  #troubledUntil = -Infinity;
  /** Failures without a success between them, of calls that began after the one before. */
  #strikes = 0;
  #rejectedAt = -1;
  /** Limit at the first of the 429s since the last success. */
  #rejectedLimit = 0;

  constructor(
    readonly server: Server,
    readonly limit: Limit,
  ) {}

  /** Whether it failed so lately, and has answered nothing since, that others are asked before it. */
  isTroubled(now: number): boolean {
    return now < this.#troubledUntil;
  }

  /** Share of its limit that is in use, and what speaks for asking others first: the least is asked. */
  load(now: number): number {
    // Once it may be in order again it is tried where others have enough to do.
    const doubt = this.isTroubled(now) ? TROUBLED : this.#strikes > 0 ? DOUBTED : 0;
    return this.inFlight / this.limit.value + doubt;
  }

  /** Whether it may be asked, by itself and by us. */
  isOpen(now: number): boolean {
    return !this.down && now >= this.pausedUntil;
  }

  isFree(now: number): boolean {
    return this.isOpen(now) && this.inFlight < this.limit.value;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#falls = 0;
    this.#rejectedAt = -1;
    this.#strikes = 0;
    this.#troubledUntil = -Infinity;
  }

  /** Others are asked first for a while, longer each time. */
  #strike({ retryAfterMs = 0 }: SdgError, startedAt: number, now: number): void {
    if (startedAt >= this.#troubledAt) this.#strikes++;
    this.#troubledAt = now;
    const ms = Math.max(retryAfterMs, FIRST_PROBE_MS * 2 ** (this.#strikes - 1));
    this.#troubledUntil = now + Math.min(LONGEST_PROBE_MS, ms);
  }

  /** Books a failure. Returns whether the endpoint went down by it. */
  failed(error: SdgError, startedAt: number, now: number): boolean {
    // What we cancel ourselves says nothing about the server.
    if (!error.isRetryable || error.code === 'interrupted') return false;
    this.#strike(error, startedAt, now);
    if (error.status === 429) {
      if (this.#rejectedAt < 0) this.#rejectedLimit = this.limit.value;
      // The first are answered by a lower limit. If calls begun after them meet another all the same, it is the rate that is at its end.
      const cannotTakeLess = this.limit.phase === undefined || this.limit.value === 1 || this.limit.value < this.#rejectedLimit;
      if (error.retryAfterMs !== undefined && this.#rejectedAt >= 0 && startedAt > this.#rejectedAt && cannotTakeLess) {
        this.pausedUntil = Math.max(this.pausedUntil, now + error.retryAfterMs);
      }
      this.#rejectedAt = now;
      return false;
    }
    if (this.down) return false;
    this.#failures++;
    // Of connections that never came about one is enough.
    if (!isUnconnected(error) && this.#failures < FAILURES) return false;
    this.down = true;
    this.#falls++;
    this.#failures = 0;
    return true;
  }

  /**
   * Probes a server that is down, ever more rarely, until it answers and is up again; false: stopped before. Tells of every probe that
   * failed.
   */
  async recovered(stop: AbortSignal, onFailure: (error: unknown) => void): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await wait(Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** (attempt + this.#falls - 1)), [stop]);
        await this.server.probe(stop);
        this.down = false;
        this.#troubledUntil = -Infinity;
        return true;
      } catch (error) {
        if (stop.aborted) return false;
        onFailure(error);
      }
    }
  }

  /** Lets the limit know how the server says it stands, as long as it does; tells of every look. The timers keep no process alive. */
  async listen(stop: AbortSignal, onLook: () => void): Promise<void> {
    if (!this.server.load || !this.limit.heard) return;
    let pause = LOOK_MS;
    for (let misses = 0; misses < MISSES && !stop.aborted;) {
      if (this.inFlight > 0 && !this.down) {
        const before = this.limit.value;
        try {
          const load = await this.server.load(stop);
          if (!load) break;
          misses = 0;
          this.limit.heard(load, this.inFlight);
          onLook();
          const isFinal = load.slots !== undefined || load.most !== undefined;
          pause = isFinal ? FINAL_LOOK_MS : this.limit.value === before ? Math.min(LONGEST_LOOK_MS, 1.5 * pause) : LOOK_MS;
        } catch {
          misses++;
        }
      }
      await sleep(pause, undefined, { ref: false, signal: stop }).catch(() => undefined);
    }
    this.limit.heard(undefined, this.inFlight);
    onLook();
  }

  static outcomeOf(error: SdgError | undefined): CallOutcome['kind'] {
    if (!error) return 'ok';
    const { code, status } = error;
    if (status === 429 || status === 503) return 'turned away';
    return code === 'teacher-timeout' || code === 'teacher-unreachable' ? 'failed' : 'other';
  }
}
