import { performance } from 'node:perf_hooks';
import { SdgError, type CallOptions, type Reply, type Teacher, type TeacherRequest } from '@sdg/core';
import { type ChatTemplate } from './dialect/chat-template.js';
import { chooseApi, translate, type Spoken } from './dialect/dialect.js';
import type { Api } from './http/request-body.js';
import type { TlsOptions } from './http/http-client.js';
import { httpTeacher, type HttpTeacher } from './http/http-teacher.js';
import { offlineTeacher } from './offline/index.js';
import { outputs } from './outputs.js';
import { Health } from './pool/health.js';
import { fixedLimit } from './pool/limit.js';
import { Pool } from './pool/pool.js';
import { bound, retry } from './retry.js';
import { stopAt } from './stop-at.js';

export interface TeacherOptions {
  /** Base URLs that share the load, or `offline`. */
  readonly teacher: 'offline' | readonly string[];
  /** Model of requests that name none. Default: the first that the server serves. */
  readonly model?: string | undefined;
  /** Family of the chat template. Default: by the model's name. */
  readonly family?: string | undefined;
  /** The model's own chat template; see `tokenizerTemplate`. */
  readonly template?: ChatTemplate | undefined;
  /** Default `auto`: completions where the family is known and the server has them, else chat. */
  readonly api?: 'auto' | Api | undefined;
  readonly apiKey?: string | undefined;
  /** Calls in flight at once at all servers together, or `auto` (default). */
  readonly concurrency?: 'auto' | number | undefined;
  /** Upper bound for `auto`. */
  readonly maxConcurrency?: number | undefined;
  /** Requests and tokens a minute at most. */
  readonly rpm?: number | undefined;
  readonly tpm?: number | undefined;
  /** Folder of the call cache. Absent: nothing is kept. */
  readonly cacheDir?: string | undefined;
  /** Answer from the cache alone. */
  readonly replay?: boolean | undefined;
  /** Ask again where the kept reply was cut off by its length. */
  readonly redoTruncated?: boolean | undefined;
  /** Milliseconds for one call. Default two hours. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds without any answer after which the run ends. Default ten minutes. */
  readonly giveUpAfterMs?: number | undefined;
  readonly maxReplyBytes?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** What a user should know: which API is used, a server that went away or is back. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /**
   * Called once when the teacher cannot go on: wrong key, gone for too long, budget used up. Drain the run in it and
   * end with the error's exit code: calls in flight end well, all others fail with `interrupted`. Absent: the error is
   * thrown to whoever calls, which ends the run there and then.
   */
  readonly onStop?: ((error: SdgError) => void) | undefined;
}

const TEN_MINUTES = 600_000;

/**
 * The teacher that a command asks: `dialect ∘ outputs and cache ∘ retry ∘ queue and limits ∘ HTTP`, or the offline one.
 *
 * @throws SdgError `usage` for a URL that is none
 */
export async function createTeacher(options: TeacherOptions): Promise<Teacher> {
  const { teacher, model, concurrency = 'auto', seed = 42, onNotice } = options;
  if (teacher === 'offline') {
    return offlineTeacher({ seed, ...(concurrency !== 'auto' && { concurrency }), ...(model !== undefined && { model }) });
  }
  if (teacher.length === 0) throw new SdgError('usage', 'no teacher is named', { remedy: 'pass --teacher URL, or offline' });
  const health = new Health({ giveUpAfterMs: options.giveUpAfterMs ?? TEN_MINUTES, now: () => performance.now() });
  const servers: HttpTeacher[] = teacher.map((url) => {
    const server: HttpTeacher = httpTeacher({ ...options, url, onExhausted: (ms) => pool.pause(ms, server.name) });
    return server;
  });
  const slots = concurrency === 'auto' ? 8 : concurrency;
  const pool: Pool = new Pool({ servers, limit: () => fixedLimit(slots), maxConcurrency: slots, health, onNotice });
  const whole = dialect(outputs(retry(pool, { health, seed })), servers[0]!, options);
  return options.onStop ? stopAt(whole, options.onStop) : whole;
}

/** Asks the server once what it speaks, says so, and translates every request. */
function dialect(inner: Teacher, server: HttpTeacher, options: TeacherOptions): Teacher {
  const { api = 'auto', family, template, onNotice } = options;
  const said = new Set<string>();
  let spoken: Promise<Spoken> | undefined;
  const listen = async (): Promise<Spoken> => {
    const model = options.model ?? (await server.models())[0];
    if (model === undefined) {
      throw new SdgError('config', `${server.name} does not say which models it serves`, { remedy: 'pass --model or set SDG_MODEL' });
    }
    return { model, completions: api === 'completions' || (api === 'auto' && (await server.hasCompletions())) };
  };
  return {
    ...bound(inner),
    async complete(request: TeacherRequest, callOptions?: CallOptions): Promise<Reply> {
      const known = await (spoken ??= listen());
      const translated = translate(request, { api, family, template }, known);
      const model = translated.model!;
      if (request.prompt === undefined && !said.has(model)) {
        said.add(model);
        const choice = chooseApi(model, request.family, { api, family, template }, known);
        onNotice?.(`asking ${model} by the ${choice.api} API${choice.family === undefined ? '' : ` with the chat template of ${choice.family}`}`);
      }
      return inner.complete(translated, callOptions);
    },
  };
}
