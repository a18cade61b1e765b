import { Random, SdgError, type CallOptions, type Reply, type Teacher, type TeacherRequest } from '@sdg/core';
import { isUnconnected } from './http/connection-error.js';
import type { Health } from './pool/health.js';
import { wait } from './wait.js';

export interface RetryOptions {
  readonly health: Health;
  /** Faults of one request, while others are answered, after which its sample is rejected. Default 10; 2 where the model is to blame. */
  readonly maxFaults?: number;
  /** Milliseconds before the first retry, about; doubles each time. Default 500. */
  readonly baseMs?: number;
  /** Longest milliseconds between two tries, unless the server asks for more. Default 30,000. */
  readonly maxMs?: number;
  readonly seed?: number;
}

/** Retries go ahead of their equals: they have waited longest. */
const AHEAD = 0.5;

/** Milliseconds between two looks, while a retry waits, at whether waiting has a point. */
const SLICE = 5000;

/** Faults of one request after which it is found out whether the teacher answers any other. */
const SUSPICIOUS = 2;
/** Milliseconds that the answer to that may take. */
const LEAST_MS = 60_000;

/** Faults after which a request is given up for which the model writes what the server cannot use. */
const HICCUPS = 2;
const isHiccup = ({ code, status }: SdgError): boolean => code === 'teacher-reply' && status === 400;

/** Whether a failure may be the request's own fault; being turned away or not let in is not. */
export const mayBeItsOwn = (error: SdgError): boolean => error.status !== 429 && error.status !== 503 && !isUnconnected(error);

/** Whether a failure is one that may pass. */
const isWorthRetrying = (error: unknown): error is SdgError =>
  error instanceof SdgError && error.isRetryable && error.code !== 'interrupted';

/** A call once more: ahead of its equals, in the tail of a run too. */
const ahead = ({ priority = 0, tail, ...options }: CallOptions): CallOptions => ({
  ...options,
  priority: priority + AHEAD,
  ...(tail && { tail: { ...tail, priority: tail.priority + AHEAD } }),
});

/** The least that a teacher can be asked, by the same API and for the same model. */
const leastRequest = ({ model, prompt }: TeacherRequest): TeacherRequest => ({
  ...(prompt === undefined ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' }),
  ...(model !== undefined && { model }),
  parameters: { max_tokens: 1 },
});

/**
 * Makes calls again that failed for a passing reason, after an exponentially growing, fully jittered pause (M. Brooker,
 * "Exponential Backoff and Jitter", AWS 2015) or what the server asks for. The pause is spent outside of any slot.
 *
 * A request that fails time and again while others are answered is given up as `teacher-refused`, which rejects its
 * sample. Where there are no others, at the end of a run say, the teacher is asked for one token for a word: a model
 * that has died behind a proxy that has not answers neither. While nothing is answered at all it is the teacher's fault,
 * and `health` says when to end.
 */
export function retry(inner: Teacher, { health, maxFaults = 10, baseMs = 500, maxMs = 30_000, seed = 0 }: RetryOptions): Teacher {
  const random = new Random('retry', seed);
  let trying: Promise<unknown> | undefined;
  /** Lets `health` know whether the teacher answers anything; one call for all that want to know. */
  const tryLeast = (request: TeacherRequest, { signal, draining, priority = 0 }: CallOptions): Promise<unknown> => {
    const late = AbortSignal.timeout(LEAST_MS);
    const options = { priority, signal: signal ? AbortSignal.any([signal, late]) : late, ...(draining && { draining }) };
    return (trying ??= inner
      .complete(leastRequest(request), options)
      .catch(() => undefined)
      .finally(() => (trying = undefined)));
  };
  /** Waits before the next try: a jittered, growing time, or what the server asked for. */
  const pause = async (error: SdgError, attempt: number, { signal, draining }: CallOptions): Promise<void> => {
    const jittered = random.float() * Math.min(maxMs, baseMs * 2 ** attempt);
    const asked = error.retryAfterMs === undefined ? 0 : error.retryAfterMs + random.float() * baseMs;
    // In slices: when all becomes hopeless meanwhile, a server that asked for an hour need not be waited for.
    for (let left = Math.max(asked, jittered); left > 0 && !health.hopeless; left -= SLICE) {
      await wait(Math.min(left, SLICE), [signal, draining]);
    }
  };
  return {
    ...bound(inner),
    async complete(request: TeacherRequest, options: CallOptions = {}): Promise<Reply> {
      let faults = 0;
      let successes = health.successes;
      for (let attempt = 0; ; attempt++) {
        try {
          return await inner.complete(request, attempt === 0 ? options : ahead(options));
        } catch (error) {
          if (!isWorthRetrying(error) || health.hopeless) throw error;
          if (mayBeItsOwn(error)) {
            if (health.successes === successes && attempt + 1 >= SUSPICIOUS) await tryLeast(request, ahead(options));
            if (health.successes > successes && ++faults >= (isHiccup(error) ? HICCUPS : maxFaults)) throw exhausted(error, faults);
            successes = health.successes;
          }
          await pause(error, attempt, options);
        }
      }
    },
  };
}

function exhausted(error: SdgError, faults: number): SdgError {
  return new SdgError('teacher-refused', `the call failed ${faults} times while others were answered, at last: ${error.what}`, {
    cause: error,
    ...(error.status !== undefined && { status: error.status }),
  });
}

/** The parts of a teacher that a wrapper leaves as they are. */
export function bound(inner: Teacher): Teacher {
  return {
    name: inner.name,
    complete: inner.complete.bind(inner),
    ...(inner.state && { state: inner.state.bind(inner) }),
    ...(inner.onLimit && { onLimit: inner.onLimit.bind(inner) }),
    ...(inner.close && { close: inner.close.bind(inner) }),
  };
}
