import { SdgError } from '@sdg/core';
import type { Dispatcher } from 'undici';
import { shownUrl } from './address.js';
import { NO_TIMEOUTS } from './connections.js';
import { exchange, type ExchangeOptions, type RawReply } from './exchange.js';

/** Where a request goes, in the parts that undici takes. */
export interface Target {
  readonly url: URL;
  readonly origin: string;
  readonly path: string;
}

export const targetOf = (url: URL): Target => ({ url, origin: url.origin, path: `${url.pathname}${url.search}` });

interface Request {
  readonly method: 'GET' | 'POST';
  readonly to: Target;
  /** JSON. */
  readonly body: string | undefined;
  /** What goes to this server alone: the key and all headers that were given. */
  readonly own: Readonly<Record<string, string>>;
}

const REDIRECT = new Set([301, 302, 307, 308]);
const MOST_REDIRECTS = 3;

const lost = (code: 'teacher-auth' | 'teacher-not-found', what: string, remedy: string, status: number): SdgError =>
  new SdgError(code, `the teacher redirects ${what}`, { status, remedy });

/** Where a reply redirects to; undefined: nowhere. @throws SdgError where that leads nowhere */
function nextOf({ status, headers: { location } }: RawReply, url: URL, hop: number, server: string): URL | undefined {
  if (!REDIRECT.has(status) || typeof location !== 'string') return undefined;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (hop >= MOST_REDIRECTS) {
    const last = next ? ` (HTTP ${status}, at last to ${shownUrl(next)})` : '';
    const remedy = 'give --teacher the address of the API itself: most often a login page or a proxy stands before it';
    throw lost('teacher-not-found', `again and again${last} (${server})`, remedy, status);
  }
  if (next && /^https?:$/.test(next.protocol)) return next;
  throw lost('teacher-not-found', `to what is no address of HTTP (${server})`, 'give --teacher the address it means', status);
}

/** Sends a request, and once more where it is redirected: without what is the server's own where that leads to another host. */
export async function follow(agent: Dispatcher, { method, to, body, own: given }: Request, how: ExchangeOptions): Promise<RawReply> {
  let own = given;
  let at = to;
  for (let hop = 0; ; hop++) {
    const { url, origin, path } = at;
    const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...own };
    const options = { origin, path, method, headers, ...NO_TIMEOUTS, ...(body !== undefined && { body }) };
    const reply = await exchange(agent, options, how);
    const { status } = reply;
    if (own !== given && (status === 401 || status === 403)) {
      const what = `to another host, which gets no key: ${shownUrl(url)} (HTTP ${status}, ${how.server})`;
      throw lost('teacher-auth', what, 'give --teacher that address, if it shall have the key', status);
    }
    const next = nextOf(reply, url, hop, how.server);
    if (!next) return reply;
    const upgrade = next.protocol === 'https:' && next.hostname === url.hostname;
    if (next.origin !== url.origin && !upgrade) own = {};
    at = targetOf(next);
  }
}
