import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { SdgError } from '@sdg/core';
import { Agent, buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { onAbort } from '../on-abort.js';
import { LONGEST_TIMER } from '../wait.js';
import { connectionError, isBrokenOff, speaksTls, speaksTlsError } from './connection-error.js';
import { decodeBody } from './decode-body.js';
import { exchange, Stop, type RawReply } from './exchange.js';
import { type Headers } from './rate-limit-headers.js';
import { basicOf, secretsOf } from './secrets.js';
import { withoutContinue } from './without-continue.js';

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
  /** Sent with every request: `api-key` of Azure, say. Their values are secrets; `Authorization` takes the place of the key's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE are looked up. Default: of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
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
const REDIRECTS = 3;
/** What HTTP has no place for in a header. */
const UNSENDABLE = /[^\x20-\x7e]/;
const REDIRECT = new Set([301, 302, 307, 308]);

/** Paths of one API that are pasted in place of the base URL. */
const ENDPOINT = /\/(?:(?:chat\/)?completions|models|responses|messages|embeddings)$/;

/**
 * The base URL without a slash at its end, nor the path of one API (`/v1/chat/completions`); `/v1` where no path is given, since every
 * such server has it there.
 */
function baseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Not even then may user and password be shown.
    throw new SdgError('usage', `${/[@?]/.test(text) ? 'what --teacher names' : `"${text}"`} is not a URL`, {
      remedy: 'give --teacher as http://host:port/v1, or offline',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SdgError('usage', `the teacher's URL begins with ${url.protocol}`, { remedy: 'use http:// or https://' });
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.replace(ENDPOINT, '') || (path === '' ? '/v1' : '/');
  return url;
}

/** Scheme, host and path: what may be shown. User, password and query may hold secrets. */
const shownUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/** The proxy for a URL, by the variables that every other HTTP client reads, in either case. */
function proxyOf({ protocol }: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const names =
    protocol === 'https:'
      ? ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
      : ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
  const name = names.find((one) => env[one]);
  if (name === undefined) return undefined;
  const uri = env[name]!.includes('://') ? env[name]! : `http://${env[name]!}`;
  if (URL.canParse(uri) && /^(https?|socks5?):$/.test(new URL(uri).protocol)) return uri;
  throw new SdgError('usage', `${name} is not the URL of a proxy`, { remedy: 'write http://host:port' });
}

/** Whether NO_PROXY names a host: by itself, with its port, by a domain that it is in, or all by an asterisk. */
function isDirect({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const at = port || (protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      const [, name = '', only = at] = /^(.+?)(?::(\d+))?$/.exec(entry)!;
      const domain = name.replace(/^\*?\./, '');
      return only === at && (name === '*' || hostname === domain || hostname.endsWith(`.${domain}`));
    });
}

/** Certificate authorities of the user's system, beside those that Node knows. */
function authorities({ protocol }: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const path = env['SSL_CERT_FILE'];
  if (!path || protocol !== 'https:') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SdgError('config', `SSL_CERT_FILE: cannot read ${path}: ${(error as Error).message.split(',')[0]}`, {
      remedy: 'name a file of certificates, PEM, or unset the variable',
    });
  }
}

/** Headers in lower case. @throws SdgError `usage` for what HTTP cannot send */
function headersOf(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
        throw new SdgError('usage', `"${name}" is not the name of a header`, { remedy: 'write NAME: VALUE' });
      }
      if (UNSENDABLE.test(value)) {
        throw new SdgError('usage', `the header ${name} has a character in it that no header can have`, {
          remedy: 'look for a line break, or a typographic quote',
        });
      }
      return [name.toLowerCase(), value];
    }),
  );
}

/** The client's own time limit is the only one: undici would end a generation after five minutes. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

/** What opens connections: to the server, or to a proxy for all hosts but those of NO_PROXY. */
function agentOf(
  { insecure, ca, ...certificates }: TlsOptions,
  found: string | undefined,
  proxy: string | undefined,
  noProxy: string,
): Dispatcher {
  const trusted = [ca, found].filter((pem) => pem !== undefined);
  const connect = {
    timeout: 30_000,
    ...certificates,
    // Loaded where it is needed: most teachers speak plain HTTP.
    ...(trusted.length > 0 && { ca: [...process.getBuiltinModule('node:tls').rootCertificates, ...trusted] }),
    ...(insecure && { rejectUnauthorized: false }),
  };
  // Gateways add a header for each limit and each hop: more than undici's 16 KiB.
  const common = { ...NO_TIMEOUTS, pipelining: 1, maxHeaderSize: 2 ** 17 };
  // Behind a proxy undici makes connections by itself, to it or through it, with options of its own.
  const factory = (origin: string | URL, { connect: opened, ...options }: Pool.Options): Pool =>
    new Pool(origin, {
      ...options,
      ...common,
      connect: withoutContinue(typeof opened === 'function' ? (opened as buildConnector.connector) : buildConnector(connect)),
    });
  if (proxy === undefined) return new Agent({ ...common, factory });
  const both = { httpProxy: proxy, httpsProxy: proxy, noProxy };
  return new EnvHttpProxyAgent({ ...common, ...both, factory, proxyTunnel: false, connect, requestTls: connect, proxyTls: connect });
}

/** Where a request goes, in the parts that undici takes. */
interface Target {
  readonly url: URL;
  readonly origin: string;
  readonly path: string;
}

const targetOf = (url: URL): Target => ({ url, origin: url.origin, path: `${url.pathname}${url.search}` });

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
    headers: given,
    env = process.env,
  }: HttpClientOptions) {
    if (apiKey !== undefined && UNSENDABLE.test(apiKey)) {
      throw new SdgError('usage', 'the API key has a character in it that no key can have: a line break, say, or a typographic quote', {
        remedy: 'look into the variable or file that it comes from',
      });
    }
    this.#base = baseUrl(url);
    this.name = shownUrl(this.#base);
    this.#timeoutMs = timeoutMs;
    this.#maxReplyBytes = maxReplyBytes;
    const basic = basicOf(this.#base);
    const authorization = apiKey !== undefined ? `Bearer ${apiKey}` : basic === undefined ? undefined : `Basic ${basic}`;
    const headers = headersOf(given);
    this.#headers = { ...(authorization !== undefined && { authorization }), ...headers };
    const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
    const proxy = isDirect(this.#base, noProxy) ? undefined : proxyOf(this.#base, env);
    this.#via = proxy === undefined ? '' : `, through the proxy ${new URL(proxy).origin}`;
    this.#secrets = secretsOf({ url: this.#base, apiKey, headers, proxy });
    this.#base.username = this.#base.password = '';
    this.#agent = agentOf(tls, authorities(this.#base, env), proxy, noProxy);
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
      const { status, headers, bytes } = await this.#follow(method, path, body, stop);
      this.#hasAnswered = true;
      const one = (name: string): string | undefined => headers[name]?.toString() || undefined;
      const facts = {
        contentEncoding: one('content-encoding'),
        contentType: one('content-type'),
        maxBytes: this.#maxReplyBytes,
        server: this.name,
      };
      let text: string;
      try {
        const decoded = decodeBody(bytes, facts);
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

  /** Follows redirects, and leaves the key and all headers behind where one leads to another host. */
  async #follow(method: 'GET' | 'POST', path: string, body: string | undefined, stop: Stop): Promise<RawReply> {
    let at = this.#targetOf(path);
    let own = this.#headers;
    for (let hop = 0; ; hop++) {
      const { url, origin, path } = at;
      const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...own };
      const options = { origin, path, method, headers, ...NO_TIMEOUTS, ...(body !== undefined && { body }) };
      const reply = await exchange(this.#agent, options, { maxBytes: this.#maxReplyBytes, server: this.name, stop });
      const location = reply.headers['location'];
      if (!REDIRECT.has(reply.status) || typeof location !== 'string') return reply;
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (hop >= REDIRECTS) {
        const last = next ? ` (HTTP ${reply.status}, at last to ${shownUrl(next)})` : '';
        throw new SdgError('teacher-not-found', `the teacher redirects again and again${last} (${this.name})`, {
          status: reply.status,
          remedy: 'give --teacher the address of the API itself: most often a login page or a proxy stands before it',
        });
      }
      if (!next || !/^https?:$/.test(next.protocol)) {
        throw new SdgError('teacher-not-found', `the teacher redirects to what is no address of HTTP (${this.name})`, {
          remedy: 'give --teacher the address it means',
        });
      }
      const upgrade = next.protocol === 'https:' && next.hostname === url.hostname;
      if (next.origin !== url.origin && !upgrade) own = {};
      at = targetOf(next);
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
