import { isUtf8 } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { SdgError } from '@sdg/core';
import { Agent, request, type Dispatcher } from 'undici';
import { onAbort } from '../on-abort.js';
import { LONGEST_TIMER } from '../wait.js';
import { connectionError } from './connection-error.js';
import { type Headers } from './rate-limit-headers.js';

export interface TlsOptions {
  /** Certificate authorities to trust beside the system's, PEM. */
  readonly ca?: string;
  /** Client certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** Do not check the server's certificate. */
  readonly insecure?: boolean;
}

export interface HttpClientOptions {
  /** Base URL, such as `http://localhost:8000/v1`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Most milliseconds from sending to the last byte. Default two hours: long generations are legal. */
  readonly timeoutMs?: number | undefined;
  /** Most bytes of a reply. Default 64 MiB. */
  readonly maxReplyBytes?: number | undefined;
  readonly tls?: TlsOptions | undefined;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Milliseconds from sending to the last byte. */
  readonly serviceMs: number;
}

const TWO_HOURS = 7_200_000;
const REDIRECTS = 3;
/** What HTTP has no place for in a header. */
const UNSENDABLE = /[^\x20-\x7e]/;
const REDIRECT = new Set([301, 302, 307, 308]);

/** The base URL without a slash at its end; `/v1` where no path is given, since every such server has it there. */
export function baseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Not even then may user and password be shown.
    throw new SdgError('usage', `${/[@?]/.test(text) ? 'what --teacher names' : `"${text}"`} is not a URL`, { remedy: 'give --teacher as http://host:port/v1, or offline' });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SdgError('usage', `the teacher's URL begins with ${url.protocol}`, { remedy: 'use http:// or https://' });
  }
  url.pathname = url.pathname.replace(/\/+$/, '') || '/v1';
  return url;
}

/** Scheme, host and path: what may be shown. User, password and query may hold secrets. */
export const shownUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/** A percent-encoded user or password; as it stands where a `%` in it encodes nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** One server over HTTP: JSON out, text in, bounded in time and size, errors that say what to do, secrets kept. */
export class HttpClient {
  readonly name: string;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #maxReplyBytes: number;
  readonly #authorization: string | undefined;
  readonly #secrets: readonly string[];

  constructor({ url, apiKey, timeoutMs = TWO_HOURS, maxReplyBytes = 64 * 2 ** 20, tls = {} }: HttpClientOptions) {
    if (apiKey !== undefined && UNSENDABLE.test(apiKey)) {
      throw new SdgError('usage', 'the API key has a character in it that no key can have: a line break, say, or a typographic quote', {
        remedy: 'look into the variable or file that it comes from',
      });
    }
    this.#base = baseUrl(url);
    this.name = shownUrl(this.#base);
    this.#timeoutMs = timeoutMs;
    this.#maxReplyBytes = maxReplyBytes;
    const { username, password } = this.#base;
    const user = [username, password].map(decoded).join(':');
    this.#authorization =
      apiKey !== undefined ? `Bearer ${apiKey}` : username ? `Basic ${Buffer.from(user).toString('base64')}` : undefined;
    this.#secrets = [apiKey, password, decoded(password), username && Buffer.from(user).toString('base64')].filter((s): s is string => !!s && s.length > 3);
    this.#base.username = this.#base.password = '';
    const { insecure, ca, ...certificates } = tls;
    // The client's own time limit is the only one: undici would end a generation after five minutes.
    this.#agent = new Agent({
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      connect: { timeout: 30_000, ...certificates, ...(ca !== undefined && { ca: [...rootCertificates, ca] }), ...(insecure && { rejectUnauthorized: false }) },
    });
  }

  post(path: string, body: unknown, signal?: AbortSignal): Promise<HttpReply> {
    return this.#send('POST', path, JSON.stringify(body), signal, this.#timeoutMs);
  }

  get(path: string, signal?: AbortSignal, timeoutMs = 15_000): Promise<HttpReply> {
    return this.#send('GET', path, undefined, signal, timeoutMs);
  }

  /** The text with every secret of this client blotted out: servers repeat keys in their errors. */
  scrub(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(method: 'GET' | 'POST', path: string, body: string | undefined, signal: AbortSignal | undefined, timeoutMs: number): Promise<HttpReply> {
    const abort = new AbortController();
    const begun = performance.now();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort.abort();
    }, Math.min(timeoutMs, LONGEST_TIMER));
    const unfollow = signal && onAbort(signal, () => abort.abort());
    try {
      // The socket of a call that has just ended is free in the next turn only; sooner undici opens another one.
      await setImmediate();
      const { status, headers, bytes } = await this.#follow(method, path, body, abort.signal);
      if (!isUtf8(bytes)) throw new SdgError('teacher-reply', `the reply is not valid UTF-8 (${this.name})`, { status });
      return { status, headers, body: this.scrub(bytes.toString('utf8')), serviceMs: performance.now() - begun };
    } catch (error) {
      if (late) {
        throw new SdgError('teacher-timeout', `no whole reply within ${timeoutMs / 1000} s (${this.name})`, {
          remedy: 'the call is made again; for long generations raise --timeout',
        });
      }
      if (signal?.aborted) throw new SdgError('interrupted', 'the call was given up', { cause: error });
      throw error instanceof SdgError ? error : connectionError(error, this.name);
    } finally {
      clearTimeout(timer);
      unfollow?.();
    }
  }

  /** Follows redirects, and leaves the key behind where one leads to another host. */
  async #follow(method: 'GET' | 'POST', path: string, body: string | undefined, signal: AbortSignal) {
    let url = new URL(this.#base);
    url.pathname += path;
    let authorization = this.#authorization;
    for (let hop = 0; ; hop++) {
      const response = await request(url, {
        method,
        dispatcher: this.#agent,
        signal,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(authorization !== undefined && { authorization }),
        },
        ...(body !== undefined && { body }),
      });
      const location = response.headers['location'];
      if (REDIRECT.has(response.statusCode) && typeof location === 'string' && hop < REDIRECTS) {
        await response.body.dump();
        const next = new URL(location, url);
        const upgrade = next.protocol === 'https:' && next.hostname === url.hostname;
        if (next.origin !== url.origin && !upgrade) authorization = undefined;
        url = next;
        continue;
      }
      return { status: response.statusCode, headers: response.headers, bytes: await this.#read(response) };
    }
  }

  async #read({ body, headers }: Dispatcher.ResponseData): Promise<Buffer> {
    const tooLong = (): SdgError =>
      new SdgError('teacher-reply', `the reply is longer than ${this.#maxReplyBytes} bytes (${this.name})`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop destroys the body and with it the connection.
      if (size > this.#maxReplyBytes || Number(headers['content-length'] ?? 0) > this.#maxReplyBytes) throw tooLong();
      chunks.push(chunk);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
  }
}
