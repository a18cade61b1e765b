import { type CallRecord, sumOf } from '@sdg/core';
import type { CallFigures, Timeline } from './run-data.js';

/** Bins of a timeline at most. */
const BINS = 400;
/** Relative width of a class of durations: percentiles are within 2 %. */
const GROWTH = 1.02;

/** Durations as a histogram of classes that grow: bounded memory, percentiles within 2 %. */
class Durations {
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

/** What a run noted of itself at a moment: see `pulse.jsonl`. */
export interface Pulse {
  readonly at: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly limit: number;
  readonly answered: number;
  readonly silent?: number;
}

interface Bin {
  busyMs: number;
  limit: number | undefined;
  answered: number;
  failed: number;
  durations: Durations;
  /** Of pulses: how many, sums and peaks. */
  pulses: number;
  inFlight: number;
  queued: number;
  silent: number;
  /** Answers and milliseconds from the pulse before to the last in the bin. */
  told: number;
  toldMs: number;
}

const emptyBin = (): Bin => ({
  ...{ busyMs: 0, limit: undefined, answered: 0, failed: 0, durations: new Durations() },
  ...{ pulses: 0, inFlight: 0, queued: 0, silent: 0, told: 0, toldMs: 0 },
});

/** Adds a later bin to an earlier. */
function mergeBins(into: Bin, other: Bin): void {
  into.limit = other.limit ?? into.limit;
  for (const name of ['busyMs', 'answered', 'failed', 'pulses', 'inFlight', 'told', 'toldMs'] as const) into[name] += other[name];
  for (const name of ['queued', 'silent'] as const) into[name] = Math.max(into[name], other[name]);
  into.durations.merge(other.durations);
}

interface Counted {
  tries: number;
  failed: number;
  ms: number;
}

/** The entry of a key, made where there is none. */
function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let found = map.get(key);
  if (!found) map.set(key, (found = make()));
  return found;
}
const counted = (): Counted => ({ tries: 0, failed: 0, ms: 0 });

/** Calls of a run as they are read, in any order: the bins widen as the run turns out to be longer. */
export class CallTally {
  readonly #latency = new Durations();
  readonly #queued = new Durations();
  readonly #faults = new Map<string, number>();
  readonly #servers = new Map<string, Counted>();
  readonly #blocks = new Map<string, Map<string, Counted>>();
  readonly #bins = new Map<number, Bin>();
  /** Moments between which calls were under way, milliseconds since 1970. */
  #first = Infinity;
  #last = -Infinity;
  #binMs = 100;
  #tries = 0;
  #pulse: Pulse | undefined;

  /** Pulses come in the order of time; one that has answered less than the one before began anew. */
  addPulse(pulse: Pulse): void {
    const { at, inFlight, queued, limit, answered, silent = 0 } = pulse;
    const before = this.#pulse;
    const bin = this.#bin(at);
    bin.pulses++;
    bin.inFlight += inFlight;
    bin.limit ??= limit;
    bin.queued = Math.max(bin.queued, queued);
    bin.silent = Math.max(bin.silent, silent);
    if (before && answered >= before.answered && at > before.at) {
      bin.told += answered - before.answered;
      bin.toldMs += at - before.at;
    }
    this.#pulse = pulse;
  }

  /** A try at a server; `worker` says that it was made on another machine, whose limit is not that of the run. */
  add({
    at,
    queuedMs,
    serviceMs,
    outcome,
    limit,
    server,
    block = '',
    model = '',
    worker,
  }: CallRecord & { readonly worker?: string }): void {
    this.#tries++;
    const isOk = outcome === 'ok';
    this.#queued.add(queuedMs);
    if (isOk) this.#latency.add(serviceMs);
    else this.#faults.set(outcome, (this.#faults.get(outcome) ?? 0) + 1);
    const models = entryOf(this.#blocks, block, () => new Map<string, Counted>());
    for (const seen of [entryOf(this.#servers, server, counted), entryOf(models, model, counted)]) {
      seen.tries++;
      seen.failed += Number(!isOk);
      seen.ms += serviceMs;
    }
    const last = this.#bin(at + serviceMs);
    if (worker === undefined) last.limit = limit;
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
    return entryOf(this.#bins, Math.floor(ms / this.#binMs), emptyBin);
  }

  /** Two bins become one. */
  #widen(): void {
    const old = [...this.#bins].sort(([a], [b]) => a - b);
    this.#bins.clear();
    this.#binMs *= 2;
    for (const [key, bin] of old) {
      const half = Math.floor(key / 2);
      const into = this.#bins.get(half);
      if (!into) this.#bins.set(half, bin);
      else mergeBins(into, bin);
    }
  }

  get figures(): CallFigures | undefined {
    if (this.#tries === 0 && this.#pulse === undefined) return undefined;
    while (this.#isSparse) this.#widen();
    return {
      tries: this.#tries,
      failed: sumOf(this.#faults.values()),
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
      byBlock: Object.fromEntries([...this.#blocks].map(([block, models]) => [block, Object.fromEntries(models)])),
    };
  }

  /** Whether pulses alone are to be shown, and come less often than bins. */
  get #isSparse(): boolean {
    return this.#tries === 0 && (this.#last - this.#first) / this.#binMs > 4 * this.#bins.size;
  }

  #timeline(): Timeline {
    const hasTries = this.#tries > 0;
    const keys = [...this.#bins.keys()].sort((a, b) => a - b);
    const [first, last] = [keys[0]!, keys.at(-1)!];
    const bins = Array.from({ length: last - first + 1 }, (_, i) => this.#bins.get(first + i) ?? emptyBin());
    const seconds = this.#binMs / 1000;
    const rounded = (value: number): number => Math.round(value * 100) / 100;
    return {
      from: first * this.#binMs,
      binSeconds: seconds,
      inFlight: bins.map(({ busyMs, pulses, inFlight }) =>
        hasTries ? rounded(busyMs / this.#binMs) : pulses === 0 ? null : rounded(inFlight / pulses),
      ),
      limit: bins.map(({ limit }) => limit ?? null),
      answered: bins.map(({ answered, told, toldMs }) =>
        hasTries ? rounded(answered / seconds) : toldMs === 0 ? null : rounded((told * 1000) / toldMs),
      ),
      queued: bins.map(({ pulses, queued }) => (pulses === 0 ? null : queued)),
      silent: bins.map(({ pulses, silent }) => (pulses === 0 ? null : silent)),
      failed: bins.map(({ failed }) => rounded(failed / seconds)),
      p50: bins.map(({ durations }) => (durations.count === 0 ? null : Math.round(durations.percentile(0.5)))),
      p99: bins.map(({ durations }) => (durations.count === 0 ? null : Math.round(durations.percentile(0.99)))),
    };
  }
}
