import { SdgError } from '@sdg/core';

const LONGEST = 400;

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value);

/** A body as JSON; undefined where it is none. Google wraps its errors into a list. */
function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}

/** The items of FastAPI's and Pydantic's lists of faults, with where each is. */
function faultList(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined;
  const faults = detail.map((fault: unknown) => {
    const place = at(fault, 'loc');
    return [Array.isArray(place) ? `${place.join('.')}: ` : '', at(fault, 'msg') ?? JSON.stringify(fault)].join('');
  });
  return faults.join('; ');
}

/** The server's own words from an error body: OpenAI, vLLM, FastAPI, llama.cpp, Google, OpenRouter, plain text or a page, on one line. */
export function serverWords(body: string): string {
  const value = parsed(body);
  const error = at(value, 'error');
  const isText = (candidate: unknown): candidate is string => typeof candidate === 'string' && candidate !== '';
  // OpenRouter puts the words of the provider beside its own "Provider returned error".
  const raw = at(error, 'metadata', 'raw');
  const words =
    value === undefined
      ? /<html|<!doctype|<head/i.test(body)
        ? (/<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? 'an HTML page')
        : body
      : ([at(error, 'message'), error, at(value, 'message'), at(value, 'detail'), at(value, 'error_message'), at(value, 'msg')].find(isText) ??
        faultList(at(value, 'detail')) ??
        JSON.stringify(error ?? value));
  const line = `${words}${isText(raw) ? `: ${raw}` : ''}`.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A quota that is used up is told as 429 and never comes back by waiting. */
const QUOTA = /insufficient_quota|billing_hard_limit|credit balance is too low|insufficient (?:balance|credits?)/i;
/** What gateways answer with 400 or 403 although it passes. */
const BUSY = /ThrottlingException|Throttling\.|rate_limit_exceeded|too many requests|RESOURCE_EXHAUSTED/i;
/** What gateways answer with 403 although it is about the one prompt. */
const FLAGGED = /moderation|flagged|content[_ ](?:policy|filter|management)|safety/i;
/** A prompt that is too long, in the words of OpenAI, vLLM, SGLang, TGI, llama.cpp, Ollama, Anthropic and Google. */
const TOO_LONG =
  /context[_ ](?:length|window|size)|maximum (?:context|model|input|sequence) length|max_model_len|max_total_tokens|inputs?`? tokens? \+|(?:prompt|input|request).{0,40}\b(?:is|are) too (?:long|large)|too many (?:input )?tokens|exceeds? .{0,60}(?:tokens?|context)|must have less than \d+ tokens|takes at most \d+ tokens|(?:longer|larger|greater) than .{0,40}(?:context|tokens)/i;

export interface StatusErrorFacts {
  readonly status: number;
  /** Free of secrets. */
  readonly body: string;
  /** The server's name in messages, free of secrets. */
  readonly server: string;
  readonly path: string;
  readonly retryAfterMs?: number | undefined;
}

/** Milliseconds that the body asks to wait, where no header does: Hugging Face while it loads, Google, OpenAI and Groq in words. */
function waitInBody(body: string): number | undefined {
  const value = parsed(body);
  const loading = Number(at(value, 'estimated_time') ?? at(value, 'error', 'estimated_time') ?? NaN);
  if (loading >= 0) return loading * 1000;
  const [, seconds] = /"retryDelay"\s*:\s*"([\d.]+)s"/.exec(body) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const [, hours = '0', minutes = '0', rest = '0', unit = 's'] = /try again in (?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)(ms|s))?/i.exec(body) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(rest) * (unit === 'ms' ? 1 : 1000);
  return ms > 0 ? ms : undefined;
}

const PASSING = new Set([408, 409, 421, 423, 424, 425, 429, 449, 460, 499]);
/** The server will never do this, whoever asks. */
const NEVER = new Set([404, 405, 410, 501]);

/** The error for an HTTP status other than 2xx, with what to do about it. */
export function statusError({ status, body, server, path, retryAfterMs = waitInBody(body) }: StatusErrorFacts): SdgError {
  const words = serverWords(body);
  const said = words ? `: ${words}` : '';
  const options = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const isBusy = (status === 400 || status === 403) && BUSY.test(body);
  if (!isBusy && (status === 429 || status === 402) && QUOTA.test(body)) {
    return new SdgError('teacher-auth', `the quota of the API key is used up (${server})${said}`, {
      ...options,
      remedy: 'add credit to the account, then run the same command again: it resumes',
    });
  }
  if (isBusy || PASSING.has(status) || (status >= 500 && !NEVER.has(status))) {
    const isRate = isBusy || status === 429;
    const what = isRate ? 'the teacher asks for fewer calls' : 'the teacher cannot answer now';
    return new SdgError('teacher-overloaded', `${what} (${server}, HTTP ${status})${said}`, {
      ...options,
      // To the limits a refusal for its rate is one, whatever its number.
      ...(isRate && { status: 429 }),
      remedy: isRate ? 'the call is made again; to call less from the start pass --rpm or --max-concurrency' : 'the call is made again; if it goes on, look into the log of the server',
    });
  }
  if ([401, 402, 403, 407].includes(status) && !(status === 403 && FLAGGED.test(body))) return authError(status, `${server}, HTTP ${status}`, said, options);
  if (NEVER.has(status)) {
    return new SdgError('teacher-not-found', `the teacher has no such model or path (${server}${path}, HTTP ${status})${said}`, {
      ...options,
      remedy: 'check --model, and that --teacher is the base URL, most often ending in /v1',
    });
  }
  if (status < 400) {
    return new SdgError('teacher-not-found', `the teacher ${status >= 300 ? 'redirects to nowhere' : 'does not answer'} (${server}${path}, HTTP ${status})`, {
      ...options,
      remedy: 'give --teacher the address it redirects to',
    });
  }
  if (status === 413 || TOO_LONG.test(words)) {
    return new SdgError('teacher-refused', `the prompt is too long for the teacher (HTTP ${status})${said}`, {
      ...options,
      remedy: 'shorten what goes into the prompt (smaller chunks: sdg-read --chunk-tokens), lower max_tokens, or serve the model with a larger context',
    });
  }
  return new SdgError('teacher-refused', `the teacher refused the request (HTTP ${status})${said}`, options);
}

function authError(status: number, where: string, said: string, options: { readonly status: number }): SdgError {
  if (status === 407) {
    return new SdgError('teacher-auth', `the proxy asks for user and password (${where})${said}`, { ...options, remedy: 'write them into HTTP_PROXY or HTTPS_PROXY: http://user:password@host:port' });
  }
  const what = { 401: 'the teacher does not accept the API key', 402: 'the teacher asks for payment' }[status] ?? 'the API key is not allowed to do this';
  return new SdgError('teacher-auth', `${what} (${where})${said}`, {
    ...options,
    remedy: 'set SDG_API_KEY (or OPENAI_API_KEY) to a key for this server, or pass --api-key-file; servers that want another header get it by --header',
  });
}
