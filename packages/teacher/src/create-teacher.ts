import { performance } from 'node:perf_hooks';
import { SdgError, type Teacher, type TeacherProvider } from '@sdg/core';
import { withDialect } from './dialect/with-dialect.js';
import { httpTeacher, type HttpTeacher } from './http/http-teacher.js';
import { parameterLearner } from './parameter-learner.js';
import { outputs } from './outputs/outputs.js';
import { AdaptiveLimit } from './pool/adaptive-limit.js';
import { Health } from './pool/health.js';
import { fixedLimit } from './pool/fixed-limit.js';
import { Pool, type PoolOptions } from './pool/pool.js';
import { ServerMemory } from './pool/server-memory.js';
import { splitterOf } from './reply/split-thinking.js';
import { retry } from './retry.js';
import { stopAt } from './stop-at.js';
import { stopFutile } from './stop-futile.js';
import { tellFaults } from './tell-faults.js';
import { allowancesOf, closing, storeOf, TEN_MINUTES, type TeacherOptions } from './teacher-options.js';
import { watchServers } from './watch-servers.js';

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
    // Not for longer than the run waits: with OpenAI and Groq a day's requests are all there again then, and some of them soon.
    const onExhausted = (ms: number): void => void (ms <= giveUpAfterMs && pool.pause(ms, server.name));
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
  const { api = 'auto', replay, redoTruncated } = options;
  const store = storeOf(options);
  const told = onNotice ? tellFaults(pool, onNotice) : pool;
  const filled = outputs(stopFutile(retry(told, { ...options.retry, health, seed })), { store, replay, redoTruncated, split, onNotice });
  const whole = withDialect(filled, { ...options, api, servers, health, notes: store });
  return closing(stopAt(whole, options.onStop), [watched, whole, store]);
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
