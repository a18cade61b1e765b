import { sumOf } from '@sdg/values';
import type { Reply, Teacher } from '@sdg/core';
import { quantile } from './spread.js';

/** One answered call. Times in milliseconds on the clock of `performance.now()`. */
export interface MeteredCall {
  readonly startMs: number;
  readonly endMs: number;
  readonly completionTokens: number;
}

/** A teacher, and what was seen of its calls. */
export interface Metered {
  readonly teacher: Teacher;
  readonly calls: readonly MeteredCall[];
}

/** Notes when each call began to be served and when it ended; calls answered by a cache are not noted. */
export function metered(inner: Teacher): Metered {
  const calls: MeteredCall[] = [];
  const note = (reply: Reply, askedMs: number): void => {
    if (reply.cached) return;
    const endMs = performance.now();
    const startMs = reply.timing ? endMs - reply.timing.serviceMs : askedMs;
    calls.push({ startMs, endMs, completionTokens: reply.usage.completionTokens });
  };
  const teacher: Teacher = {
    name: inner.name,
    ...(inner.state && { state: () => inner.state!() }),
    ...(inner.onLimit && { onLimit: (listener) => inner.onLimit!(listener) }),
    ...(inner.close && { close: () => inner.close!() }),
    async complete(request, options) {
      const askedMs = performance.now();
      const reply = await inner.complete(request, options);
      note(reply, askedMs);
      return reply;
    },
  };
  return { teacher, calls };
}

/** What a list of calls amounts to. */
export interface Traffic {
  readonly calls: number;
  /** From the first start to the last end. */
  readonly wallMs: number;
  readonly callsPerSecond: number;
  readonly tokensPerSecond: number;
  readonly latencyP50Ms: number;
  readonly latencyP95Ms: number;
  /** Mean number of calls in flight. */
  readonly meanInFlight: number;
  /** From the last start to the last end: the time in which the server runs dry. */
  readonly tailMs: number;
}

/** Sums up the calls from the `skip`-th end on; rates count only the time in which new calls were still begun. */
export function trafficOf(calls: readonly MeteredCall[], skip = 0): Traffic {
  const ended = [...calls].sort((a, b) => a.endMs - b.endMs);
  const fromMs = skip === 0 ? Math.min(...calls.map(({ startMs }) => startMs)) : (ended[skip - 1]?.endMs ?? NaN);
  const lastStartMs = Math.max(...calls.map(({ startMs }) => startMs));
  const lastEndMs = ended.at(-1)?.endMs ?? NaN;
  const counted = ended.slice(skip);
  const full = counted.filter(({ endMs }) => endMs <= lastStartMs);
  const seconds = (lastStartMs - fromMs) / 1000;
  const latencies = counted.map(({ startMs, endMs }) => endMs - startMs);
  return {
    calls: counted.length,
    wallMs: lastEndMs - fromMs,
    callsPerSecond: full.length / seconds,
    tokensPerSecond: sumOf(full, ({ completionTokens }) => completionTokens) / seconds,
    latencyP50Ms: quantile(latencies, 0.5),
    latencyP95Ms: quantile(latencies, 0.95),
    meanInFlight: sumOf(calls, ({ startMs, endMs }) => Math.max(0, endMs - Math.max(startMs, fromMs))) / (lastEndMs - fromMs),
    tailMs: lastEndMs - lastStartMs,
  };
}
