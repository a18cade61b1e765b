import { estimateTokens, refuseUnknown, SdgError, type CallOptions, type Reply, type Teacher, type TeacherRequest, NONE } from '@sdg/core';
import { HttpClient, PROBE_MS, type HttpClientOptions, type HttpReply } from './http-client.js';
import { parseBody } from './parse-body.js';
import { parseReply } from './parse-reply.js';
import { exhaustedForMs, remainingRequests } from './rate-limit-headers.js';
import type { ServerLoad } from '../pool/limit.js';
import { serverLoad } from '../pool/server-load.js';
import { apiOf, pathOf, requestBody } from './request-body.js';
import { listed, type ServedModel, servedModels } from './served-models.js';
import { serverWords } from './server-words.js';

export interface HttpTeacherOptions extends HttpClientOptions {
  /** Called when the server says that a budget of requests or tokens is used up for so many milliseconds. */
  readonly onExhausted?: (ms: number) => void;
  /** Called when the server says how many requests more it takes before a rate is used up. */
  readonly onRemaining?: (requests: number) => void;
}

const OPTIONS: Readonly<Record<keyof HttpTeacherOptions, true>> = {
  ...{ url: true, apiKey: true, timeoutMs: true, maxReplyBytes: true, tls: true, headers: true, env: true },
  ...{ onExhausted: true, onRemaining: true },
};

/** Milliseconds that a page about the server itself may take. */
const LOAD_MS = 5000;

/** Outputs that a filter stopped before they began, in its words. @throws any other error */
function filtered(error: unknown, request: TeacherRequest): Reply {
  const words = error instanceof SdgError ? error.filterWords : undefined;
  if (words === undefined) throw error;
  const choice = { text: '', finishReason: 'content_filter', refusal: words };
  return {
    choices: Array.from({ length: request.n ?? 1 }, () => choice),
    model: request.model ?? 'unknown',
    usage: { promptTokens: estimateTokens(request), completionTokens: 0, estimated: true },
  };
}

/** The members of an error; none where the body is no JSON. */
function failureIn(body: string): Readonly<Record<string, unknown>> {
  try {
    return (parseBody(body) as { readonly error?: Readonly<Record<string, unknown>> }).error ?? {};
  } catch {
    return {};
  }
}

/**
 * What a model wrote that the server, Groq say, did not pass as JSON; undefined where there is nothing of the kind. Where the block
 * checks the JSON itself it mends what can be mended, asks again and says what is wrong.
 */
function malformed({ status, body }: HttpReply, request: TeacherRequest): Reply | undefined {
  if (status !== 400 || request.contract?.schema === undefined || !body.includes('json_validate_failed')) return undefined;
  const { failed_generation: text, message } = failureIn(body);
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const finishReason = /max (?:completion )?tokens reached/i.test(String(message)) ? 'length' : 'stop';
  return {
    choices: [{ text, finishReason }],
    model: request.model ?? 'unknown',
    usage: { promptTokens: estimateTokens(request), completionTokens: estimateTokens(text), estimated: true },
  };
}

/** One server, called as it is asked to be: no queue, no retries, no cache. */
export interface HttpTeacher extends Teacher {
  /** The models that the server serves; none where it does not say. */
  models(signal?: AbortSignal): Promise<readonly ServedModel[]>;
  /** Whether the server has the completions API. Nothing is generated. Fails, retryable, where the server is too busy to say. */
  hasCompletions(signal?: AbortSignal): Promise<boolean>;
  /** Whether the server has the chat API; only what says by its status that there is no such path has not. Nothing is generated. */
  hasChat(signal?: AbortSignal): Promise<boolean>;
  /** Fails while the server cannot be reached or says that it is not ready. */
  probe(signal?: AbortSignal): Promise<void>;
  /** How the server says it stands; undefined where it does not say. Fails where it cannot be reached. */
  load?(signal?: AbortSignal): Promise<ServerLoad | undefined>;
}

/**
 * A client of an OpenAI-compatible server. A request with a `prompt` goes to `/completions`, one with `messages` to
 * `/chat/completions`. Wrap it: see `createTeacher`.
 *
 * @example const reply = await httpTeacher({ url: 'http://localhost:8000/v1' }).complete({ prompt: 'Hi', parameters: {} });
 * @throws SdgError `config` for an option that is not known
 */
export function httpTeacher(options: HttpTeacherOptions): HttpTeacher {
  refuseUnknown('httpTeacher', Object.keys(options), Object.keys(OPTIONS));
  const client = new HttpClient(options);
  const server = client.name;

  const check = (reply: HttpReply, path: string): void => {
    if (reply.status < 200 || reply.status >= 300) throw client.error(reply, path);
  };
  const models = async (signal?: AbortSignal): Promise<readonly ServedModel[]> => {
    const reply = await client.get('/models', signal);
    if (reply.status === 404 || reply.status === 405) return [];
    check(reply, '/models');
    if (/^\s*<(?:!doctype|html)/i.test(reply.body)) {
      throw new SdgError(
        'teacher-not-found',
        `a page of the web is in the place of the API: ${serverWords(client.scrub(reply.body))} (${server})`,
        {
          status: reply.status,
          remedy: 'check the address of --teacher: the base URL of an OpenAI-compatible API, most often ending in /v1',
        },
      );
    }
    return servedModels(reply.body);
  };
  /** Names what is served: the usual reason for a 404 is a wrong name. */
  const notFound = async (error: SdgError, model: string | undefined): Promise<SdgError> => {
    const served = (await models().catch((): readonly ServedModel[] => [])).map(({ id }) => id);
    if (served.length === 0 || model === undefined || served.includes(model)) return error;
    return new SdgError('teacher-not-found', `model "${model}" is not served by ${server}`, {
      status: error.status ?? 404,
      remedy: `pass --model with one of: ${listed(served)}`,
    });
  };

  return {
    name: server,
    models,
    async hasCompletions(signal) {
      const reply = await client.post('/completions', {}, signal, PROBE_MS);
      // One that is busy or not up yet has said nothing. A plain 500 is how some servers take a request without a prompt.
      if (reply.status >= 400 && reply.status !== 500) {
        const error = client.error(reply, '/completions');
        if (reply.status !== 501 && error.isRetryable) throw error;
      }
      return ![403, 404, 405, 410, 501].includes(reply.status);
    },
    async hasChat(signal) {
      const reply = await client.post('/chat/completions', {}, signal, PROBE_MS);
      // A 404 in words about a model comes from a path that is there.
      return !([404, 405, 501].includes(reply.status) && !/model/i.test(reply.body));
    },
    async probe(signal) {
      const reply = await client.get('/models', signal);
      if (reply.status === 429 || reply.status >= 500) check(reply, '/models');
    },
    // These pages are the server's own, not the API's: beside `/v1`.
    load: serverLoad((path, signal) => client.get(`/..${path}`, signal, LOAD_MS)),
    async complete(request: TeacherRequest, { signal }: CallOptions = {}): Promise<Reply> {
      const path = pathOf(apiOf(request));
      const reply = await client.post(path, requestBody(request), signal);
      const wait = exhaustedForMs(reply.headers);
      if (wait > 0) options.onExhausted?.(wait);
      const remaining = remainingRequests(reply.headers);
      if (remaining !== undefined) options.onRemaining?.(remaining);
      const wrote = malformed(reply, request);
      if (wrote) return wrote;
      try {
        check(reply, path);
      } catch (error) {
        const isUnknown = error instanceof SdgError && error.code === 'teacher-not-found' && (error.status === 404 || error.status === 400);
        if (isUnknown) throw await notFound(error, request.model);
        return filtered(error, request);
      }
      try {
        return {
          ...NONE,
          ...parseReply(reply.body, request, server, (text) => client.scrub(text)),
          timing: { queuedMs: 0, serviceMs: reply.serviceMs },
        };
      } catch (error) {
        return filtered(error, request);
      }
    },
    close: () => client.close(),
  };
}
