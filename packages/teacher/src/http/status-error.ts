import { SdgError } from '@sdg/core';

const LONGEST = 400;

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** The server's own words from an error body: OpenAI, vLLM, FastAPI, llama.cpp and plain text, on one line. */
export function serverWords(body: string): string {
  let words: unknown = body;
  try {
    const parsed: unknown = JSON.parse(body);
    const error = at(parsed, 'error');
    words = at(error, 'message') ?? (typeof error === 'string' ? error : undefined) ?? at(parsed, 'message') ?? at(parsed, 'detail') ?? body;
  } catch {
    if (/<html|<!doctype/i.test(body)) words = /<title>(.*?)<\/title>/is.exec(body)?.[1] ?? 'an HTML page';
  }
  const line = (typeof words === 'string' ? words : JSON.stringify(words)).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A quota that is used up is told as 429 and never comes back by waiting. */
const QUOTA = /insufficient_quota|billing_hard_limit|credit balance is too low/i;

export interface StatusErrorFacts {
  readonly status: number;
  readonly body: string;
  /** The server's name in messages, free of secrets. */
  readonly server: string;
  readonly path: string;
  readonly retryAfterMs?: number | undefined;
}

/** The error for an HTTP status other than 2xx, with what to do about it. */
export function statusError({ status, body, server, path, retryAfterMs }: StatusErrorFacts): SdgError {
  const words = serverWords(body);
  const said = words ? `: ${words}` : '';
  const options = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 429 && QUOTA.test(body)) {
    return new SdgError('teacher-auth', `the quota of the API key is used up (${server})${said}`, {
      ...options,
      remedy: 'add credit to the account, then run the same command again: it resumes',
    });
  }
  if (status === 401 || status === 403 || status === 402) {
    const what = status === 401 ? 'the teacher does not accept the API key' : status === 403 ? 'the API key is not allowed to do this' : 'the teacher asks for payment';
    return new SdgError('teacher-auth', `${what} (${server}, HTTP ${status})${said}`, {
      ...options,
      remedy: 'set SDG_API_KEY (or OPENAI_API_KEY) to a key for this server, or pass --api-key-file',
    });
  }
  if (status === 404 || status === 405 || status === 410) {
    return new SdgError('teacher-not-found', `the teacher has no such model or path (${server}${path}, HTTP ${status})${said}`, {
      ...options,
      remedy: 'check --model, and that --teacher is the base URL, most often ending in /v1',
    });
  }
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    const what = status === 429 ? 'the teacher asks for fewer calls' : 'the teacher cannot answer now';
    return new SdgError('teacher-overloaded', `${what} (${server}, HTTP ${status})${said}`, {
      ...options,
      remedy: status === 429 ? 'the call is made again; to call less from the start pass --rpm or --max-concurrency' : 'the call is made again; if it goes on, look into the log of the server',
    });
  }
  if (status >= 300 && status < 400) {
    return new SdgError('teacher-not-found', `the teacher redirects to nowhere (${server}${path}, HTTP ${status})`, {
      ...options,
      remedy: 'give --teacher the address it redirects to',
    });
  }
  return new SdgError('teacher-refused', `the teacher refused the request (HTTP ${status})${said}`, options);
}
