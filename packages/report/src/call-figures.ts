import type { CallRecord } from '@sdg/core';
import type { CallFigures, Timeline } from './run-data.js';

/** Bins of a timeline at most. */
const BINS = 400;
/** Relative width of a class of durations: percentiles are within 2 %. */
const GROWTH = 1.02;

/** Durations as a histogram of classes that grow: bounded memory, percentiles within 2 %. */
export class Durations {
  readonly #classes = new Map<number, number>();
  count = 0;
  most = 0;

  add(ms: number): void {
    const at = Math.round(Math.log(Math.max(ms, 0.01)) / Math.log(GROWTH));
    this.#classes.set(at, (this.#classes.get(at) ?? 0) + 1);
    this.count++;
    if (ms > this.most) this.most = ms;
  }

  merge(other: Durations): void {
    for (const [at, n] of other.#classes) this.#classes.set(at, (this.#classes.get(at) ?? 0) + n);
    this.count += other.count;
    this.most = Math.max(this.most, other.most);
  }

  percentile(share: number): number {
    let left = share * this.count;
    for (const [at, n] of [...this.#classes].sort(([a], [b]) => a - b)) {
      left -= n;
      if (left <= 0) return Math.min(this.most, GROWTH ** at);
    }
    return 0;
  }
}

interface Bin {
  busyMs: number;
  limit: number | undefined;
  answered: number;
  failed: number;
  durations: Durations;
}

const emptyBin = (): Bin => ({ busyMs: 0, limit: undefined, answered: 0, failed: 0, durations: new Durations() });

/** Calls of a run as they are read, in any order: the bins widen as the run turns out to be longer. */
export class CallTally {
  readonly #latency = new Durations();
  readonly #queued = new Durations();
  readonly #faults = new Map<string, number>();
  readonly #servers = new Map<string, { tries: number; failed: number }>();
  readonly #bins = new Map<number, Bin>();
  /** Moments between which calls were under way, milliseconds since 1970. */
  #first = Infinity;
  #last = -Infinity;
  #binMs = 100;
  #tries = 0;

  add({ at, queuedMs, serviceMs, outcome, limit, server }: CallRecord): void {
    this.#tries++;
    const isOk = outcome === 'ok';
    this.#queued.add(queuedMs);
    if (isOk) this.#latency.add(serviceMs);
    else this.#faults.set(outcome, (this.#faults.get(outcome) ?? 0) + 1);
    const seen = this.#servers.get(server) ?? { tries: 0, failed: 0 };
    this.#servers.set(server, { tries: seen.tries + 1, failed: seen.failed + Number(!isOk) });
    const last = this.#bin(at + serviceMs);
    last.limit = limit;
    if (isOk) {
      last.answered++;
      last.durations.add(serviceMs);
    } else last.failed++;
    for (let begin = at; begin < at + serviceMs;) {
      const end = Math.min(at + serviceMs, (Math.floor(begin / this.#binMs) + 1) * this.#binMs);
      this.#bin(begin).busyMs += end - begin;
      begin = end;
    }
  }

  #bin(ms: number): Bin {
    this.#first = Math.min(this.#first, ms);
    this.#last = Math.max(this.#last, ms);
    while (this.#last - this.#first > BINS * this.#binMs) this.#widen();
    const key = Math.floor(ms / this.#binMs);
    let bin = this.#bins.get(key);
    if (!bin) this.#bins.set(key, (bin = emptyBin()));
    return bin;
  }

  /** Two bins become one. */
  #widen(): void {
    const old = [...this.#bins];
    this.#bins.clear();
    this.#binMs *= 2;
    for (const [key, bin] of old) {
      const half = Math.floor(key / 2);
      const into = this.#bins.get(half);
      if (!into) this.#bins.set(half, bin);
      else {
        into.busyMs += bin.busyMs;
        into.limit = bin.limit ?? into.limit;
        into.answered += bin.answered;
        into.failed += bin.failed;
        into.durations.merge(bin.durations);
      }
    }
  }

  get figures(): CallFigures | undefined {
    if (this.#tries === 0) return undefined;
    return {
      tries: this.#tries,
      failed: [...this.#faults.values()].reduce((sum, n) => sum + n, 0),
      faults: Object.fromEntries(this.#faults),
      latency: {
        p50: this.#latency.percentile(0.5),
        p90: this.#latency.percentile(0.9),
        p99: this.#latency.percentile(0.99),
        most: this.#latency.most,
      },
      queued: { p50: this.#queued.percentile(0.5), p99: this.#queued.percentile(0.99) },
      timeline: this.#timeline(),
      byServer: Object.fromEntries(this.#servers),
    };
  }

  #timeline(): Timeline {
    const keys = [...this.#bins.keys()].sort((a, b) => a - b);
    const [first, last] = [keys[0]!, keys.at(-1)!];
    const bins = Array.from({ length: last - first + 1 }, (_, i) => this.#bins.get(first + i) ?? emptyBin());
    const seconds = this.#binMs / 1000;
    const rounded = (value: number): number => Math.round(value * 100) / 100;
    return {
      from: first * this.#binMs,
      binSeconds: seconds,
      inFlight: bins.map(({ busyMs }) => rounded(busyMs / this.#binMs)),
      limit: bins.map(({ limit }) => limit ?? null),
      answered: bins.map(({ answered }) => rounded(answered / seconds)),
      failed: bins.map(({ failed }) => rounded(failed / seconds)),
      p50: bins.map(({ durations }) => (durations.count === 0 ? null : Math.round(durations.percentile(0.5)))),
      p99: bins.map(({ durations }) => (durations.count === 0 ? null : Math.round(durations.percentile(0.99)))),
    };
  }
}
