import { SdgError, type Observer, type ReplyStore, type Teacher } from '@sdg/core';
import { CallCache } from './cache/call-cache.js';
import type { ChatTemplate } from './dialect/chat-template.js';
import type { TlsOptions } from './http/tls-options.js';
import type { HttpClientOptions } from './http/http-client.js';
import type { Api } from './http/request-body.js';
import type { Allowance } from './pool/allowance.js';
import type { Budget } from './pool/budget.js';
import { requestRate, tokenRate } from './pool/rate.js';
import type { RetryOptions } from './retry.js';

export interface TeacherOptions {
  /** Base URLs that share the load. */
  readonly teacher: readonly string[];
  /** Model of requests that name none. Default: the only one that the server serves. */
  readonly model?: string | undefined;
  /** Family of the chat template. Default: by the model's name. */
  readonly family?: string | undefined;
  /** The model's own chat template; see `tokenizerTemplate`. */
  readonly template?: ChatTemplate | undefined;
  /** Default `auto`: completions where the family is known and the server takes prompts as they are, else chat. */
  readonly api?: 'auto' | Api | undefined;
  readonly apiKey?: string | undefined;
  /** Headers of every request: `api-key` for Azure, say. */
  readonly headers?: HttpClientOptions['headers'];
  /** Where the variables for proxies and certificates are looked up. Default: of the process. */
  readonly env?: HttpClientOptions['env'];
  /** Python regular expression of what else is thinking in a reply and no answer, or `off`; see `splitterOf`. */
  readonly thinking?: string | undefined;
  /** Calls in flight at once at all servers together, or `auto` (default). */
  readonly concurrency?: 'auto' | number | undefined;
  /** Upper bound for `auto`. */
  readonly maxConcurrency?: number | undefined;
  /** Requests and tokens a minute at most. */
  readonly rpm?: number | undefined;
  readonly tpm?: number | undefined;
  /** What the run may use at most, shared by all teachers that are given it; what the cache answers costs nothing. */
  readonly budget?: Budget | undefined;
  /** What else a call needs before it may start. */
  readonly allowances?: readonly Allowance[] | undefined;
  /** Folder of the call cache. Absent: nothing is kept. */
  readonly cacheDir?: string | undefined;
  /** Where replies are kept in place of a folder, shared with other machines, say. Closed with the teacher. */
  readonly store?: ReplyStore | undefined;
  /** Answer from the cache alone. */
  readonly replay?: boolean | undefined;
  /** Ask again where the kept reply was cut off by its length. */
  readonly redoTruncated?: boolean | undefined;
  /** Milliseconds for one call. Default two hours. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds without any answer after which the run ends. Default ten minutes. */
  readonly giveUpAfterMs?: number | undefined;
  readonly maxReplyBytes?: number | undefined;
  /** Pauses between tries; see `RetryOptions`. */
  readonly retry?: Pick<RetryOptions, 'maxFaults' | 'baseMs' | 'maxMs'> | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** Told of every try at a server, and what a user should know: which API is used, a server that went away or is back. */
  readonly observer?: Observer | undefined;
  /**
   * Called once when the teacher cannot go on: wrong key, gone for too long, budget used up. Drain the run in it and
   * end with the error's exit code: calls in flight end well, all others fail with `interrupted`. Absent: the error is
   * thrown to whoever calls, which ends the run there and then.
   */
  readonly onStop?: ((error: SdgError) => void) | undefined;
}

/** Milliseconds without any answer after which a run ends, where nobody says. */
export const TEN_MINUTES = 600_000;

/** What else than a free server a call needs by these options. */
export function allowancesOf({ rpm, tpm, budget, allowances: further = [] }: Omit<TeacherOptions, 'teacher'>): Allowance[] {
  const allowances: Allowance[] = budget ? [...further, budget] : [...further];
  if (rpm !== undefined && rpm > 0) allowances.push(requestRate(rpm));
  if (tpm !== undefined && tpm > 0) allowances.push(tokenRate(tpm));
  return allowances;
}

/** Where replies are kept; undefined: nowhere. @throws SdgError `usage` for a replay from nowhere */
export function storeOf({ store, cacheDir, replay }: Omit<TeacherOptions, 'teacher'>): ReplyStore | undefined {
  if (replay && !store && cacheDir === undefined) {
    throw new SdgError('usage', 'a replay needs the call cache', { remedy: 'pass --cache DIR' });
  }
  return store ?? (cacheDir === undefined ? undefined : CallCache.open(cacheDir));
}

/** A teacher that closes what it is made of. */
export const closing = (teacher: Teacher, parts: readonly ({ close?(): unknown } | undefined)[]): Teacher => ({
  ...teacher,
  async close() {
    for (const part of parts) await part?.close?.();
  },
});
