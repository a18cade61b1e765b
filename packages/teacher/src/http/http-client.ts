import { performance } from 'node:perf_hooks';
import { SdgError } from '@sdg/core';
import type { Dispatcher } from 'undici';
import { onAbort } from '../on-abort.js';
import { LONGEST_TIMER } from '../wait.js';
import { authorizationOf, baseUrl, headersOf, shownUrl } from './address.js';
import { connectionError, isBrokenOff, speaksTls, speaksTlsError } from './connection-error.js';
import { connectionsTo } from './connections.js';
import type { Env, TlsOptions } from './tls-options.js';
import { decodeBody } from './decode-body.js';
import { Stop } from './exchange.js';
import { follow, targetOf, type Target } from './follow.js';
import type { Headers } from './rate-limit-headers.js';
import { secretsOf } from './secrets.js';
import { statusError } from './status-error.js';

export interface HttpClientOptions {
  /** Base URL, such as `http://localhost:8000/v1`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Most milliseconds from sending to the last byte. Default two hours: long generations are legal. */
  readonly timeoutMs?: number | undefined;
  /** Most bytes of a reply. Default 64 MiB. */
  readonly maxReplyBytes?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Sent with every request: `api-key` of Azure, say. Their values are secrets; `Authorization` takes the place of the key's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE are looked up. Default: of the process. */
  readonly env?: Env | undefined;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** As the server sent it, secrets and all: what is said of it to people goes through `scrub`. */
  readonly body: string;
  /** Milliseconds from sending to the last byte. */
  readonly serviceMs: number;
}

const TWO_HOURS = 7_200_000;
/** Milliseconds for a question that needs no generation. */
export const PROBE_MS = 15_000;

/** One server over HTTP: JSON out, text in, bounded in time and size, errors that say what to do, secrets kept. */
export class HttpClient {
  readonly name: string;
  readonly #base: URL;
  readonly #agent: Dispatcher;
  readonly #targets = new Map<string, Target>();
  readonly #timeoutMs: number;
  readonly #maxReplyBytes: number;
  /** What goes to this server alone, never where it redirects to. */
  readonly #headers: Readonly<Record<string, string>>;
  readonly #secrets: readonly string[];
  /** What is said of the way to the server, where there is a proxy. */
  readonly #via: string;
  #hasAnswered = false;

  constructor({
    url,
    apiKey,
    timeoutMs = TWO_HOURS,
    maxReplyBytes = 64 * 2 ** 20,
    tls = {},
    headers: given = {},
    env = process.env,
  }: HttpClientOptions) {
    this.#base = baseUrl(url);
    this.name = shownUrl(this.#base);
    this.#timeoutMs = timeoutMs;
    this.#maxReplyBytes = maxReplyBytes;
    const headers = headersOf(given);
    const authorization = authorizationOf(this.#base, apiKey);
    this.#headers = { ...(authorization !== undefined && { authorization }), ...headers };
    const { agent, proxy } = connectionsTo(this.#base, tls, env);
    this.#agent = agent;
    this.#via = proxy === undefined ? '' : `, through the proxy ${new URL(proxy).origin}`;
    this.#secrets = secretsOf({ url: this.#base, apiKey, headers, proxy });
    this.#base.username = this.#base.password = '';
  }

  /** @param timeoutMs default: the time that a generation may take */
  post(path: string, body: unknown, signal?: AbortSignal, timeoutMs = this.#timeoutMs): Promise<HttpReply> {
    return this.#send('POST', path, JSON.stringify(body), signal, timeoutMs);
  }

  get(path: string, signal?: AbortSignal, timeoutMs = PROBE_MS): Promise<HttpReply> {
    return this.#send('GET', path, undefined, signal, timeoutMs);
  }

  /**
   * The text with every secret of this client blotted out, for messages: servers repeat keys in their errors. Not for
   * what a model said.
   */
  scrub(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
  }

  /** What a reply says whose status is none of success. */
  error({ status, body, headers }: HttpReply, path: string): SdgError {
    return statusError({ status, body: this.scrub(body), server: this.name, path, headers });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
    timeoutMs: number,
  ): Promise<HttpReply> {
    const stop = new Stop();
    const begun = performance.now();
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        stop.stop();
      },
      Math.min(timeoutMs, LONGEST_TIMER),
    );
    const unfollow = signal && onAbort(signal, () => stop.stop());
    try {
      // The socket of a call that has just ended is free in the next turn only; sooner undici opens another one.
      await new Promise((resolve) => setImmediate(resolve));
      const how = { maxBytes: this.#maxReplyBytes, server: this.name, stop };
      const { status, headers, bytes } = await follow(this.#agent, { method, to: this.#targetOf(path), body, own: this.#headers }, how);
      this.#hasAnswered = true;
      let text: string;
      try {
        const decoded = decodeBody(bytes, { ...how, headers });
        text = typeof decoded === 'string' ? decoded : await decoded;
      } catch (error) {
        // What a status says holds whether or not its words can be read.
        if (status >= 200 && status < 300) throw error;
        text = error instanceof SdgError ? error.what : '';
      }
      return { status, headers, body: text, serviceMs: performance.now() - begun };
    } catch (error) {
      if (late) {
        throw new SdgError('teacher-timeout', `no whole reply within ${timeoutMs / 1000} s (${this.name})`, {
          remedy: timeoutMs === PROBE_MS ? 'the server is asked again' : 'the call is made again; for long generations raise --timeout',
        });
      }
      if (signal?.aborted) throw new SdgError('interrupted', 'the call was given up', { cause: error });
      if (error instanceof SdgError) throw error;
      if (await this.#wantsTls(error)) throw speaksTlsError(this.name);
      throw connectionError(error, `${this.name}${this.#via}`);
    } finally {
      clearTimeout(timer);
      unfollow?.();
    }
  }

  /** Whether a server that never answered broke off since it was spoken to without TLS. */
  async #wantsTls(error: unknown): Promise<boolean> {
    const isPlain = this.#base.protocol === 'http:' && this.#via === '';
    return isPlain && !this.#hasAnswered && isBrokenOff(error) && speaksTls(this.#base);
  }

  /** Of what is asked of this server: few paths, each again and again. */
  #targetOf(path: string): Target {
    let target = this.#targets.get(path);
    if (!target) {
      const url = new URL(this.#base);
      url.pathname = url.pathname.replace(/\/$/, '') + path;
      this.#targets.set(path, (target = targetOf(url)));
    }
    return target;
  }
}
