import { type ErrorCode, SdgError } from '@sdg/core';
import { speaksTlsError } from './connection-error.js';
import { NO_SYSTEM } from '../system-turn.js';
import { exhaustedForMs } from './rate-limit-headers.js';

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

const isText = (candidate: unknown): candidate is string => typeof candidate === 'string' && candidate.trim() !== '';

/** Where servers put their words: OpenAI and most, OAuth, FastAPI, RFC 9457, Cohere, AWS, Baidu, MiniMax, Apigee, Cloudflare. */
function saidIn(value: unknown): string | undefined {
  const error = at(value, 'error');
  const base = at(value, 'base_resp', 'status_msg');
  const first = at(value, 'errors', '0', 'message');
  const fault = at(value, 'fault', 'faultstring');
  const members = ['message', 'detail', 'Message', 'error_message', 'error_msg', 'msg', 'title', 'description'].map((name) =>
    at(value, name),
  );
  const description = isText(error) ? at(value, 'error_description') : undefined;
  const said = [at(error, 'message'), description, at(error, 'detail'), error, first, fault, base, ...members].find(isText);
  return said ?? faultList(at(value, 'detail')) ?? faultList(at(value, 'message', 'detail')) ?? faultList(at(error, 'message', 'detail'));
}

/** A list of faults that stands in a text. */
function faultsIn(words: string): string | undefined {
  try {
    const all: unknown = JSON.parse(words);
    return Array.isArray(all) && all.every((fault) => at(fault, 'msg') !== undefined) ? faultList(all) : undefined;
  } catch {
    return undefined;
  }
}

/** The words within words: gateways hand on what a provider sent as text. */
function innermost(words: string): string {
  const inner = /^\s*[{[]/.test(words) ? (faultsIn(words) ?? saidIn(parsed(words))) : undefined;
  return inner === undefined || inner === words ? words : innermost(inner);
}

const PAGE = /<html|<!doctype|<head/i;

/** The server's own words from an error body: JSON of any form, plain text or a page, on one line. */
export function serverWords(body: string): string {
  const value = parsed(body);
  // OpenRouter puts the words of the provider beside its own "Provider returned error".
  const raw = at(value, 'error', 'metadata', 'raw');
  const page = PAGE.test(body) ? (/<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? 'an HTML page') : body;
  const words = value === undefined ? page : innermost(saidIn(value) ?? JSON.stringify(at(value, 'error') ?? value));
  const line = `${words}${isText(raw) ? `: ${innermost(raw)}` : ''}`.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A quota that is used up is told as 429 and never comes back by waiting. */
const QUOTA =
  /insufficient_(?:user_)?quota|exceeded_current_quota_error|billing_hard_limit|credit balance is too low|insufficient (?:balance|credits?)|balance is insufficient|overdue balance|arrearage|requires more credits|余额不足|额度不足/i;
/** What gateways answer with 400 or 403 although it passes. */
const BUSY = /ThrottlingException|Throttling\.|rate_limit_exceeded|too many requests|RESOURCE_EXHAUSTED|capacity[_ ]exceeded/i;
/** Statuses that may mean it; 498 is Groq's for a full tier. */
const MAY_BE_BUSY = new Set([400, 403, 498]);
/** A model that wrote what the server could not use, in the words of Groq: another draw may do. */
const HICCUP = /json_validate_failed|tool_use_failed|output_parse_failed/;
/** What some tell by 400 and OpenAI by 401 and 404. */
const BAD_KEY =
  /(?:incorrect|invalid) api key|api key not valid|API_KEY_INVALID|invalid_api_key|\b(?:security|access|auth\w*|api) token\b.{0,40}\b(?:expired|invalid)/i;
const NO_MODEL =
  /model_not_found|is not a valid model|model identifier is invalid|(?:the )?model ['"`]?[^\s'"`]+['"`]? (?:does not exist|(?:was |is )?not found|is not (?:served|available))|unknown model|invalid model name|\bmodel\b[^{]{0,60} (?:has been|was|is) (?:decommissioned|retired|removed|deprecated|discontinued|shut down)/i;
/** What gateways answer with 403 although it is about the one prompt; and with 400: OpenAI, Azure, DashScope, DeepSeek, Zhipu, MiniMax. */
const FLAGGED = /moderation|flagged|content[_ ](?:policy|filter|management)|safety/i;
const FILTERED =
  /"(?:content_filter|content_policy_violation|moderation_blocked|data_?inspection_?failed|ResponsibleAIPolicyViolation|sensitive)"|content management policy|usage polic(?:y|ies)|content exists risk|inappropriate content|不安全或敏感|审核不通过|(?:input|output) new_sensitive/i;
/**
 * A prompt that is too long, in the words of OpenAI, vLLM, SGLang, TGI, TensorRT-LLM, llama.cpp, Ollama, Anthropic, Google, Bedrock,
 * DashScope, Moonshot and Zhipu.
 */
const TOO_LONG =
  /context[_ ](?:length|window|size)|maximum (?:context|model|input|sequence) length|max_model_len|max_total_tokens|inputs?`? tokens? \+|(?:prompt|input|request).{0,40}\b(?:is|are) too (?:long|large)|too many (?:input )?tokens|exceeds? .{0,60}(?:tokens?|context)|must have less than \d+ tokens|takes at most \d+ tokens|(?:longer|larger|greater) than .{0,40}(?:context|tokens)|exceeded model token limit|max_seq_len|range of input length|expected maxLength|超长|超出.{0,10}长度/i;

/** A port of TLS that was spoken to in plain HTTP, in the words of nginx, Go, Apache and others. */
const TLS_PORT = /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i;
/** Pages of what stands before a server, about the one prompt that it takes for an attack: Cloudflare, AWS, F5, ModSecurity. */
const FIREWALL =
  /attention required|you have been blocked|request (?:was |has been )?(?:blocked|rejected)|requested url was rejected|mod_?security|application firewall/i;

/** A prompt that is too long, told as a fault of the server. */
const LONG_PROMPT = /(?:prompt|input|request)\b.{0,40}\b(?:is|are) too long|maximum (?:context|input|sequence) length/i;

/** The status that the words of an error are clear enough for, where the reply has another or none. */
export const statusSaid = (words: string): number | undefined =>
  [
    [402, QUOTA] as const,
    [401, BAD_KEY] as const,
    [401, /not authenticated|\bunauthori[sz]ed\b|authentication (?:failed|required)/i] as const,
    // LM Studio answers so with status 200.
    [404, /unexpected endpoint/i] as const,
    [429, /(?:rate limit|request limit reached|too many requests|ThrottlingException|RESOURCE_EXHAUSTED)/i] as const,
    [400, FILTERED] as const,
    [400, TOO_LONG] as const,
    [400, NO_SYSTEM] as const,
  ].find(([, pattern]) => pattern.test(words))?.[0];

interface StatusErrorFacts {
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
  // OpenRouter repeats the headers of whom it asked.
  const headers = at(value, 'error', 'metadata', 'headers');
  const used = exhaustedForMs(Object.fromEntries(Object.entries(headers ?? {}).map(([name, one]) => [name.toLowerCase(), String(one)])));
  if (used > 0) return used;
  const [, seconds] = /"retryDelay"\s*:\s*"([\d.]+)s"/.exec(body) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const [, hours = '0', minutes = '0', rest = '0', unit = 's'] =
    /(?:try again in|retry after) (?:(\d+) ?h[a-z]*[, ]*)?(?:(\d+) ?m(?!s)[a-z]*[, ]*)?(?:([\d.]+) ?(ms|s))?/i.exec(body) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(rest) * (unit === 'ms' ? 1 : 1000);
  return ms > 0 ? ms : undefined;
}

const PASSING = new Set([408, 409, 421, 423, 424, 425, 429, 449, 460, 499]);
/** The server will never do this, whoever asks. */
const NEVER = new Set([404, 405, 410, 501]);

/** What a status and its words come to. */
type Kind =
  'quota' | 'rate' | 'passing' | 'hiccup' | 'filtered' | 'auth' | 'never' | 'redirect' | 'too-long' | 'refused' | 'tls' | 'firewall';

/** Whether there is nothing left to pay with; a rate that is told in the same words passes. */
const isQuota = (status: number, body: string): boolean => [400, 402, 403, 429].includes(status) && QUOTA.test(body);
const isBadKey = (status: number, body: string, words: string): boolean =>
  status === 400 && (BAD_KEY.test(words) || /API_KEY_INVALID|invalid_api_key/.test(body));
const isFlagged = (status: number, body: string): boolean => status === 403 && FLAGGED.test(body);

const isNoModel = (status: number, body: string, words: string): boolean =>
  status === 400 && NO_MODEL.test(`${words} ${body.slice(0, LONGEST)}`);

/** What is told apart, the first that holds. */
const KINDS: readonly (readonly [kind: Kind, holds: (status: number, body: string, words: string) => boolean])[] = [
  ['tls', (status, body) => status === 400 && TLS_PORT.test(body)],
  ['firewall', (status, body) => (status === 403 || status === 406) && PAGE.test(body) && FIREWALL.test(body)],
  ['rate', (status, body) => MAY_BE_BUSY.has(status) && BUSY.test(body)],
  ['quota', isQuota],
  ['rate', (status) => status === 429],
  ['too-long', (status, _body, words) => status === 500 && LONG_PROMPT.test(words)],
  // As llama.cpp tells what a chat template does not take.
  ['refused', (status, _body, words) => status === 500 && NO_SYSTEM.test(words)],
  ['passing', (status) => PASSING.has(status) || (status >= 500 && !NEVER.has(status))],
  ['hiccup', (status, body) => status === 400 && HICCUP.test(body)],
  ['filtered', (status, body) => (status === 400 && FILTERED.test(body)) || isFlagged(status, body)],
  ['auth', (status, body, words) => isBadKey(status, body, words) || [401, 402, 403, 407].includes(status)],
  ['never', (status, body, words) => NEVER.has(status) || isNoModel(status, body, words)],
  ['redirect', (status) => status < 400],
  ['too-long', (status, _body, words) => status === 413 || TOO_LONG.test(words)],
];

const kindOf = (status: number, body: string, words: string): Kind =>
  KINDS.find(([, holds]) => holds(status, body, words))?.[0] ?? 'refused';

const STOPPED = 'a filter of the server stopped the prompt';

/** The error where a filter stopped a prompt that came with status 200. */
export const stoppedByFilter = (reason: string): SdgError =>
  new SdgError('teacher-refused', `${STOPPED}: ${reason}`, { filterWords: reason });

/** The error for an HTTP status other than 2xx, with what to do about it. */
export function statusError({ status, body, server, path, retryAfterMs = waitInBody(body) }: StatusErrorFacts): SdgError {
  const words = serverWords(body);
  const said = words ? `: ${words}` : '';
  const options = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const [where, place] = [`${server}, HTTP ${status}`, `${server}${path}, HTTP ${status}`];
  const error = (code: ErrorCode, what: string, remedy?: string): SdgError =>
    new SdgError(code, what, { ...options, ...(remedy !== undefined && { remedy }) });
  const kind = kindOf(status, body, words);
  if (kind === 'tls') return speaksTlsError(where);
  const onTheWay = wayError(kind, status, place, said);
  if (onTheWay) return onTheWay;
  switch (kind) {
    case 'quota':
      return error(
        'teacher-auth',
        `the quota of the API key is used up (${server})${said}`,
        'add credit to the account, then run the same command again: it resumes',
      );
    case 'rate':
      // To the limits a refusal for its rate is one, whatever its number.
      return new SdgError('teacher-overloaded', `the teacher asks for fewer calls (${where})${said}`, {
        ...options,
        status: 429,
        remedy: 'the call is made again; to call less from the start pass --rpm or --max-concurrency',
      });
    case 'passing':
      return error(
        'teacher-overloaded',
        `the teacher cannot answer now (${where})${said}`,
        'the call is made again; if it goes on, look into the log of the server',
      );
    case 'hiccup':
      return error(
        'teacher-reply',
        `the server could not use what the model wrote (${where})${said}`,
        'the call is made again; if it goes on, ask for another form of answer',
      );
    case 'filtered':
      return new SdgError('teacher-refused', `${STOPPED} (HTTP ${status})${said}`, { ...options, filterWords: words });
    case 'auth':
      return authError(status, where, said, options);
    case 'never':
      return error(
        'teacher-not-found',
        `the teacher has no such model or path (${place})${said}`,
        'check --model, and that --teacher is the base URL, most often ending in /v1',
      );
    case 'too-long':
      return error(
        'teacher-refused',
        `the prompt is too long for the teacher (HTTP ${status})${said}`,
        'shorten what goes into the prompt (smaller chunks: sdg-read --chunk-tokens), lower max_tokens, or serve the model with a ' +
          'larger context',
      );
    default:
      return error('teacher-refused', `the teacher refused the request (HTTP ${status})${said}`);
  }
}

/** The error where something between here and the server has answered; undefined where it was the server. */
function wayError(kind: Kind, status: number, place: string, said: string): SdgError | undefined {
  if (kind === 'redirect') {
    const what = status >= 300 ? 'redirects without saying where' : 'does not answer';
    return new SdgError('teacher-not-found', `the teacher ${what} (${place})`, {
      status,
      remedy: 'give --teacher the address it redirects to',
    });
  }
  if (kind !== 'firewall') return undefined;
  return new SdgError('teacher-refused', `a firewall before the teacher turned the prompt away (HTTP ${status})${said}`, {
    status,
    remedy: 'have it let these calls through, or name the address behind it in --teacher',
  });
}

function authError(status: number, where: string, said: string, options: { readonly status: number }): SdgError {
  if (status === 407) {
    return new SdgError('teacher-auth', `the proxy asks for user and password (${where})${said}`, {
      ...options,
      remedy: 'write them into HTTP_PROXY or HTTPS_PROXY: http://user:password@host:port',
    });
  }
  const what =
    { 400: 'the teacher does not accept the API key', 401: 'the teacher does not accept the API key', 402: 'the teacher asks for payment' }[
      status
    ] ?? 'the API key is not allowed to do this';
  return new SdgError('teacher-auth', `${what} (${where})${said}`, {
    ...options,
    remedy:
      'set SDG_API_KEY (or OPENAI_API_KEY) to a key for this server, or pass --api-key-file; servers that want another header get ' +
      'it by --header',
  });
}
