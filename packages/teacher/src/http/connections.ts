import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { SdgError } from '@sdg/core';
import { Agent, buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { withoutContinue } from './without-continue.js';
import type { Env, TlsOptions } from './tls-options.js';

/** The proxy for a URL, by the variables that every other HTTP client reads, in either case. */
function proxyOf({ protocol }: URL, env: Env): string | undefined {
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

/** Whether an address is in a network (`10.0.0.0/8`). */
function isInNetwork(address: string, network: string): boolean {
  const [, base = '', bits = ''] = /^(.+)\/(\d+)$/.exec(network) ?? [];
  const family = isIP(base);
  if (family === 0 || family !== isIP(address) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(base, Number(bits), type);
  return list.check(address, type);
}

/** Whether NO_PROXY names a host: by itself, with its port, by a domain or a network that it is in, or all by an asterisk. */
function isDirect({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const at = port || (protocol === 'https:' ? '443' : '80');
  const host = hostname.replace(/^\[|\]$/g, '');
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      // Of an address with colons brackets show where its port begins.
      const [, name = '', only = at] = isIP(entry) === 6 ? [entry, entry] : /^\[?(.+?)\]?(?::(\d+))?$/.exec(entry)!;
      const domain = name.replace(/^\*?\./, '');
      return only === at && (name === '*' || host === domain || host.endsWith(`.${domain}`) || isInNetwork(host, name));
    });
}

/** Certificate authorities of the user's system, beside those that Node knows. */
function authorities({ protocol }: URL, env: Env): string | undefined {
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

/** The client's own time limit is the only one: undici would end a generation after five minutes. */
export const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

/** What opens connections to a server, by itself or through a proxy. */
export interface Connections {
  readonly agent: Dispatcher;
  /** The proxy that stands before the server. */
  readonly proxy: string | undefined;
}

/** Connections to the server of a URL, through the proxy that the variables name for it; also to whatever it redirects to. */
export function connectionsTo(url: URL, { insecure, ca, ...certificates }: TlsOptions, env: Env): Connections {
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  const proxy = isDirect(url, noProxy) ? undefined : proxyOf(url, env);
  const trusted = [ca, authorities(url, env)].filter((pem) => pem !== undefined);
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
  if (proxy === undefined) return { proxy, agent: new Agent({ ...common, factory }) };
  const both = { httpProxy: proxy, httpsProxy: proxy, noProxy };
  const through = { factory, proxyTunnel: false, connect, requestTls: connect, proxyTls: connect };
  return { proxy, agent: new EnvHttpProxyAgent({ ...common, ...both, ...through }) };
}
