import { type ErrorCode, SdgError } from '@sdg/core';
import { speaksTlsError } from './connection-error.js';
import { exhaustedForMs, retryAfterMs, type Headers } from './rate-limit-headers.js';
import { at, parsed, serverWords } from './server-words.js';
import { kindOf, type StatusKind } from './status-kind.js';

interface StatusErrorFacts {
  readonly status: number;
  /** Free of secrets. */
  readonly body: string;
  /** The server's name in messages, free of secrets. */
  readonly server: string;
  readonly path: string;
  readonly headers?: Headers;
}

/** Milliseconds that the body asks to wait: Hugging Face while it loads, Google, OpenAI and Groq in words. */
function waitInBody(body: string): number | undefined {
  const value = parsed(body);
  const loading = Number(at(value, 'estimated_time') ?? at(value, 'error', 'estimated_time') ?? NaN);
  if (loading >= 0) return loading * 1000;
  // OpenRouter repeats the headers of whom it asked.
  const headers = at(value, 'error', 'metadata', 'headers');
  const used = exhaustedForMs(Object.fromEntries(Object.entries(headers ?? {}).map(([name, one]) => [name.toLowerCase(), String(one)])));
  if (used > 0) return used;
  const [, seconds] = /"retryDelay"\s*:\s*"([\d.]+)s"/.exec(body) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const [, hours = '0', minutes = '0', rest = '0', unit = 's'] =
    /(?:(?:try again|retry) (?:in|after)|wait(?: for)?) (?=[\d.])(?:(\d+) ?h[a-z]*[, ]*)?(?:(\d+) ?m(?!s)[a-z]*[, ]*)?(?:([\d.]+) ?(ms|s))?/i.exec(
      body,
    ) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(rest) * (unit === 'ms' ? 1 : 1000);
  return ms > 0 ? ms : undefined;
}

const STOPPED = 'a filter of the server stopped the prompt';

/** The error where a filter stopped a prompt that came with status 200. */
export const stoppedByFilter = (reason: string): SdgError =>
  new SdgError('teacher-refused', `${STOPPED}: ${reason}`, { filterWords: reason });

/** What is told of a reply, as it stands in a message. */
interface Told {
  readonly status: number;
  readonly server: string;
  /** The server and the status; the same with the path. */
  readonly where: string;
  readonly place: string;
  /** A colon and the server's words; nothing where it says nothing. */
  readonly said: string;
}

/** What a reply of each kind comes to: code, words, and what to do about it. */
const ERRORS: Readonly<Record<Exclude<StatusKind, 'tls'>, (told: Told) => readonly [code: ErrorCode, what: string, remedy?: string]>> = {
  quota: ({ server, said }) => [
    'teacher-auth',
    `the quota of the API key is used up (${server})${said}`,
    'add credit to the account, then run the same command again: it resumes',
  ],
  rate: ({ where, said }) => [
    'teacher-overloaded',
    `the teacher asks for fewer calls (${where})${said}`,
    'the call is made again; to call less from the start pass --rpm or --max-concurrency',
  ],
  passing: ({ where, said }) => [
    'teacher-overloaded',
    `the teacher cannot answer now (${where})${said}`,
    'the call is made again; if it goes on, look into the log of the server',
  ],
  hiccup: ({ where, said }) => [
    'teacher-reply',
    `the server could not use what the model wrote (${where})${said}`,
    'the call is made again; if it goes on, ask for another form of answer',
  ],
  filtered: ({ status, said }) => ['teacher-refused', `${STOPPED} (HTTP ${status})${said}`],
  auth: ({ status, where, said }) =>
    status === 407
      ? [
          'teacher-auth',
          `the proxy asks for user and password (${where})${said}`,
          'write them into HTTP_PROXY or HTTPS_PROXY: http://user:password@host:port',
        ]
      : [
          'teacher-auth',
          `${AUTH[status] ?? 'the API key is not allowed to do this'} (${where})${said}`,
          'set SDG_API_KEY (or OPENAI_API_KEY) to a key for this server, or pass --api-key-file; servers that want another header get ' +
            'it by --header',
        ],
  never: ({ place, said }) => [
    'teacher-not-found',
    `the teacher has no such model or path (${place})${said}`,
    'check --model, and that --teacher is the base URL, most often ending in /v1',
  ],
  redirect: ({ status, place }) => [
    'teacher-not-found',
    `the teacher ${status >= 300 ? 'redirects without saying where' : 'does not answer'} (${place})`,
    'give --teacher the address it redirects to',
  ],
  'too-long': ({ status, said }) => [
    'teacher-refused',
    `the prompt is too long for the teacher (HTTP ${status})${said}`,
    'shorten what goes into the prompt (smaller chunks: sdg-read --chunk-tokens), lower max_tokens, or serve the model with a ' +
      'larger context',
  ],
  firewall: ({ status, said }) => [
    'teacher-refused',
    `a firewall before the teacher turned the prompt away (HTTP ${status})${said}`,
    'have it let these calls through, or name the address behind it in --teacher',
  ],
  refused: ({ status, said }) => ['teacher-refused', `the teacher refused the request (HTTP ${status})${said}`],
};

const NO_KEY = 'the teacher does not accept the API key';
const AUTH: Readonly<Record<number, string>> = { 400: NO_KEY, 401: NO_KEY, 402: 'the teacher asks for payment' };

/** To the limits a refusal for its rate is one, whatever its number, and no other is. */
const STATUS: Readonly<Partial<Record<StatusKind, number>>> = { rate: 429, 'too-long': 413 };

/** The error for an HTTP status other than 2xx, with what to do about it. */
export function statusError({ status, body, server, path, headers = {} }: StatusErrorFacts): SdgError {
  // OpenAI and Groq tell by their headers when all of a day is there again, and in words when the next call may be made.
  const pause = retryAfterMs(headers) ?? waitInBody(body) ?? (exhaustedForMs(headers) || undefined);
  const words = serverWords(body);
  const kind = kindOf(status, body, words);
  const [where, place] = [`${server}, HTTP ${status}`, `${server}${path}, HTTP ${status}`];
  if (kind === 'tls') return speaksTlsError(where);
  const [code, what, remedy] = ERRORS[kind]({ status, server, where, place, said: words ? `: ${words}` : '' });
  return new SdgError(code, what, {
    status: STATUS[kind] ?? status,
    ...(pause !== undefined && { retryAfterMs: pause }),
    ...(remedy !== undefined && { remedy }),
    ...(kind === 'filtered' && { filterWords: words }),
  });
}
