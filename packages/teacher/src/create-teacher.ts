import { performance } from 'node:perf_hooks';
import { SdgError, type Observer, type ReplyStore, type Teacher, type TeacherProvider } from '@sdg/core';
import { CallCache } from './cache/call-cache.js';
import { type ChatTemplate } from './dialect/chat-template.js';
import { withDialect } from './dialect/with-dialect.js';
import type { Api } from './http/request-body.js';
import type { TlsOptions } from './http/connections.js';
import type { HttpClientOptions } from './http/http-client.js';
import { httpTeacher, type HttpTeacher } from './http/http-teacher.js';
import { parameterLearner } from './parameter-learner.js';
import { outputs } from './outputs/outputs.js';
import { AdaptiveLimit } from './pool/adaptive-limit.js';
import type { Allowance } from './pool/allowance.js';
import type { Budget } from './pool/budget.js';
import { Health } from './pool/health.js';
import { fixedLimit } from './pool/fixed-limit.js';
import { Pool, type PoolOptions } from './pool/pool.js';
import { requestRate, tokenRate } from './pool/rate.js';
import { ServerMemory } from './pool/server-memory.js';
import { splitterOf } from './reply/split-thinking.js';
import { retry, type RetryOptions } from './retry.js';
import { stopFutile } from './stop-futile.js';
import { tellFaults } from './tell-faults.js';
import { watchServers } from './watch-servers.js';
import { stopAt } from './stop-at.js';

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

/** How many calls go out at once, at one server and at all; what earlier runs found of a server is remembered. */
function limitsOf(options: TeacherOptions): Pick<PoolOptions, 'limit' | 'maxConcurrency' | 'onFound'> {
  const { concurrency = 'auto', maxConcurrency: max, cacheDir, model } = options;
  const memory = cacheDir === undefined ? undefined : new ServerMemory(cacheDir, model);
  return {
    limit: ({ name }) => (concurrency === 'auto' ? new AdaptiveLimit({ max, known: memory?.recall(name) }) : fixedLimit(concurrency)),
    onFound: (found, isLast) => memory?.keep(found, isLast),
    maxConcurrency: concurrency === 'auto' ? max : Math.min(concurrency, max ?? Infinity),
  };
}

/** What else than a free server a call needs by these options. */
export function allowancesOf({ rpm, tpm, budget, allowances: further = [] }: Omit<TeacherOptions, 'teacher'>): Allowance[] {
  const allowances: Allowance[] = budget ? [...further, budget] : [...further];
  if (rpm !== undefined && rpm > 0) allowances.push(requestRate(rpm));
  if (tpm !== undefined && tpm > 0) allowances.push(tokenRate(tpm));
  return allowances;
}

/**
 * The teacher that a command asks: `dialect ∘ outputs and cache ∘ retry ∘ queue and limits ∘ HTTP`.
 * One in this process gets the like by `aroundTeacher`.
 *
 * @throws SdgError `usage` for a URL that is none
 */
export async function createTeacher(options: TeacherOptions): Promise<Teacher> {
  const { teacher: where, seed = 42, observer } = options;
  if (where.length === 0) throw new SdgError('usage', 'no teacher is named', { remedy: 'pass --teacher URL, or offline' });
  const split = splitterOf(options.thinking);
  const { giveUpAfterMs = TEN_MINUTES } = options;
  const onNotice = observer?.notice && ((text: string): void => observer.notice?.(text));
  const health = new Health({ giveUpAfterMs, now: () => performance.now() });
  const each: HttpTeacher[] = where.map((url) => {
    const onExhausted = (ms: number): void => {
      if (watched.mayPause(server.name, ms)) pool.pause(ms, server.name);
    };
    const { apiKey, headers, env, timeoutMs, maxReplyBytes, tls } = options;
    const server: HttpTeacher = httpTeacher({
      ...{ url, apiKey, headers, env, timeoutMs, maxReplyBytes, tls },
      onExhausted,
      onRemaining: (requests) => pool.remaining(requests, server.name),
    });
    return server;
  });
  const watched = watchServers(each, { giveUpAfterMs, onNotice });
  const servers = watched.servers.map(parameterLearner(onNotice));
  const pool: Pool = new Pool({
    servers,
    ...limitsOf(options),
    health,
    allowances: allowancesOf(options),
    observer,
  });
  const { api = 'auto', cacheDir, replay, redoTruncated, onStop } = options;
  if (replay && cacheDir === undefined && options.store === undefined) {
    throw new SdgError('usage', 'a replay needs the call cache', { remedy: 'pass --cache DIR' });
  }
  const store = options.store ?? (cacheDir === undefined ? undefined : CallCache.open(cacheDir));
  const told = onNotice ? tellFaults(pool, onNotice) : pool;
  const filled = outputs(stopFutile(retry(told, { ...options.retry, health, seed })), { store, replay, redoTruncated, split, onNotice });
  const whole = withDialect(filled, { ...options, api, servers, health, notes: store });
  const teacher = onStop ? stopAt(whole, onStop) : whole;
  return {
    ...teacher,
    async close() {
      watched.close();
      await teacher.close?.();
      await store?.close();
    },
  };
}

/**
 * Opens servers by their base URLs, with commas between several that share the load.
 *
 * @throws SdgError `usage` for what is no URL
 */
export const httpProvider: TeacherProvider = {
  schemes: ['http', 'https'],
  open: (address, options: Omit<TeacherOptions, 'teacher'>) => createTeacher({ ...options, teacher: urlsOf(address) }),
};

function urlsOf(address: string): readonly string[] {
  const urls = address
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean);
  for (const url of urls) {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) continue;
    // Not even then may user, password and query be shown; a comma in a password splits it.
    const what = /[@?]/.test(address) ? '--teacher names what' : `--teacher "${url}"`;
    throw new SdgError('usage', `${what} is no URL`, {
      remedy: 'give the base URL of the API, such as http://localhost:8000/v1, or offline',
    });
  }
  return urls;
}
