import { readFileSync } from 'node:fs';
import { credsAuthenticator, nkeyAuthenticator, type Authenticator, type NodeConnectionOptions } from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';

/** How NATS is reached, and what of it is ours. */
export interface NatsOptions {
  /** Credentials file (JWT and seed), and file with an nkey seed. */
  readonly creds?: string | undefined;
  readonly nkey?: string | undefined;
  /** PEM files: authority of the server's certificate, own certificate and key. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Begins the names of all streams, buckets and subjects. Default `sdg`. */
  readonly prefix?: string | undefined;
  /** Copies that a cluster of servers keeps of everything: 1, 3 or 5. Default 1. */
  readonly replicas?: number | undefined;
  /** Seconds after which a worker that says nothing is taken for dead. Default 10; whoever comes first to a server decides. */
  readonly patience?: number | undefined;
  /** Megabytes that the answers of one run may take at the server. Default: as many as it has. */
  readonly megabytes?: number | undefined;
  /** Days after which the server forgets what nobody has removed: work, answers, shared replies. Default 30; 0: never. */
  readonly days?: number | undefined;
  /** Name of the connection, as the server lists it. */
  readonly name?: string | undefined;
  /** Told what a person should know: contact lost and found, a server that is full. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Seconds until the first contact must have been made. */
const FIRST_CONTACT = 10;

/** Milliseconds between looks whether a server is still there; it may miss two. */
const PING = 5000;

/** Milliseconds from one try to reach a server to the next. */
const REDIAL = 500;

/** An address as it may be shown: without user and password. */
export const shown = (address: string): string => address.replaceAll(/\/\/[^/,]*@/g, '//');

/**
 * When a server is dialled again, by a clock that nobody sets: the library goes by that of the day, and where it was set back
 * by an hour it would not come back for an hour.
 */
function dialling(): Pick<NodeConnectionOptions, 'reconnectDelayHandler' | 'reconnectToServer'> {
  const dialled = new Map<string, number>();
  return {
    reconnectDelayHandler: () => -Infinity,
    reconnectToServer: ([next]) => {
      if (!next) return null;
      const now = performance.now();
      const delay = Math.max(0, (dialled.get(next.listen) ?? -Infinity) + REDIAL - now);
      dialled.set(next.listen, now + delay);
      return { server: next, delay };
    },
  };
}

/** A percent sign that begins no escape stands for itself: passwords are pasted as they are. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll(/%(?![\da-f]{2})/gi, '%25'));

/** Who an address says that we are: a user and a password, or a token alone. */
function userOf({ username, password }: URL): Pick<NodeConnectionOptions, 'user' | 'pass' | 'token'> {
  if (username === '') return {};
  return password === '' ? { token: decoded(username) } : { user: decoded(username), pass: decoded(password) };
}

const nkeyOf = (bytes: Uint8Array): Authenticator => nkeyAuthenticator(new TextEncoder().encode(new TextDecoder().decode(bytes).trim()));

/**
 * An authenticator from a file, which is read whenever contact is made: credentials run out, and are replaced. While they are
 * being written, those of before hold: the client does not come back from an authenticator that fails.
 *
 * @throws SdgError `usage` where the file holds something else
 */
function authenticatorOf(path: string, make: (bytes: Uint8Array) => Authenticator, what: string): Authenticator {
  let good = make(fileBytes(path));
  try {
    good('nonce');
  } catch (error) {
    throw new SdgError('usage', `${path} is not ${what}`, { remedy: 'pass the file that nsc or your server gave you', cause: error });
  }
  return (nonce) => {
    try {
      const renewed = make(fileBytes(path));
      const answer = renewed(nonce);
      good = renewed;
      return answer;
    } catch {
      return good(nonce);
    }
  };
}

function fileBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SdgError('usage', `cannot read ${path}: ${(error as Error).message.split(',')[0]}`, { cause: error });
  }
}

/** An address and its options as the client takes them. Fails with `usage` for what is no address. */
export function connectionOptions(address: string, { name, creds, nkey, ca, cert, key }: NatsOptions): NodeConnectionOptions {
  const urls = address.split(',').map((one) => {
    const text = one.trim();
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && url.hostname !== '' && /^(?:nats|tls):$/.test(url.protocol)) return url;
    throw new SdgError('usage', `"${shown(text)}" is no address of NATS`, { remedy: 'write nats://HOST:4222, or tls://HOST:4222' });
  });
  const secure = urls.some(({ protocol }) => protocol === 'tls:') || ca !== undefined || cert !== undefined;
  const files = { caFile: ca, certFile: cert, keyFile: key };
  // The client reads them whenever it makes contact, and says nothing of those that it has no use for.
  for (const file of Object.values(files)) if (file !== undefined) fileBytes(file);
  return {
    servers: urls.map(({ host }) => host),
    name: name ?? 'sdg',
    maxReconnectAttempts: -1,
    ...dialling(),
    // A server whose machine is gone says nothing: by the client's own two minutes it would be missed for six.
    pingInterval: PING,
    maxPingOut: 2,
    // Else the client gives up for good when it was refused twice: whoever mends the users of a server would find all gone.
    ignoreAuthErrorAbort: true,
    timeout: FIRST_CONTACT * 1000,
    // A stack trace for each request, which nobody reads here, took a twentieth of a worker's time.
    noAsyncTraces: true,
    ...userOf(urls[0]!),
    ...(creds !== undefined && {
      authenticator: authenticatorOf(creds, credsAuthenticator, 'a credentials file: a JWT and the seed of an nkey'),
    }),
    ...(nkey !== undefined && { authenticator: authenticatorOf(nkey, nkeyOf, 'the seed of an nkey') }),
    ...(secure && { tls: Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined)) }),
  };
}
