import { SdgError } from '@sdg/core';
import { errors } from 'undici';

/** Certificates that cannot be checked: no waiting mends these. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)|HOSTNAME_MISMATCH|ERR_SSL_(?!WRONG_VERSION))/;

const LEFT_OUT = / is left out: /;

/** The failure of a call at a server that is not asked any more while others are: the call is for them. */
export const leftOut = (server: string, reason: SdgError): SdgError =>
  new SdgError('teacher-unreachable', `${server} is left out: ${reason.what}`, {
    ...(reason.remedy !== undefined && { remedy: reason.remedy }),
    cause: reason,
  });

/** Whether a call failed only because its server is not asked any more. */
export const isLeftOut = ({ what }: SdgError): boolean => LEFT_OUT.test(what);

/** Words of connections that never came about. */
const UNCONNECTED =
  / is left out: |refuses connections|not known|no route|does not take the connection|does not answer in HTTP|out of file handles/;

/** Whether a failure says that no request reached a server. */
export const isUnconnected = ({ code, what }: SdgError): boolean => code === 'teacher-unreachable' && UNCONNECTED.test(what);

interface Coded {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The innermost code: undici and happy eyeballs wrap what the socket said. */
function codeOf(error: unknown): string {
  const { code, cause, errors } = (error ?? {}) as Coded;
  const inner = cause !== undefined ? codeOf(cause) : errors?.[0] !== undefined ? codeOf(errors[0]) : '';
  return inner || (typeof code === 'string' ? code : '');
}

/** All messages, from the outermost in. */
const messagesOf = (error: unknown): string => {
  const { message, cause } = (error ?? {}) as Coded;
  return `${String(message ?? '')} ${cause === undefined ? '' : messagesOf(cause)}`;
};

/** What a code says of a connection, and what the user can do about it. */
type Words = readonly [what: string, remedy: string];

const UNKNOWN_HOST: Words = ['the host name of the teacher is not known', 'check --teacher and the name service'];
const NO_ROUTE: Words = ['there is no route to the teacher', 'check the network, or the address in --teacher'];
const NO_CONNECTION: Words = ['the teacher does not take the connection', 'check the address in --teacher and any firewall between'];
const NO_HANDLES: Words = ['the system is out of file handles', 'lower --max-concurrency, or raise the limit (ulimit -n)'];

/** Connections that may come about another time. */
const PASSING = new Map<string, Words>([
  ['ECONNREFUSED', ['the teacher refuses connections', 'start the server, or check host and port of --teacher']],
  ['ENOTFOUND', UNKNOWN_HOST],
  ['EAI_AGAIN', UNKNOWN_HOST],
  ['EHOSTUNREACH', NO_ROUTE],
  ['ENETUNREACH', NO_ROUTE],
  ['ENETDOWN', NO_ROUTE],
  ['UND_ERR_CONNECT_TIMEOUT', NO_CONNECTION],
  ['ETIMEDOUT', NO_CONNECTION],
  ['EMFILE', NO_HANDLES],
  ['ENFILE', NO_HANDLES],
]);

const NO_TLS: Words = ['the teacher does not speak TLS', 'use http:// in --teacher, or the port that serves https'];

/** The error for a port that speaks TLS and was spoken to in plain HTTP. */
export const speaksTlsError = (server: string): SdgError =>
  new SdgError('config', `the teacher speaks TLS at this port, and was spoken to without (${server})`, {
    remedy: 'write https:// in --teacher',
  });

const TLS_MS = 3000;

/** Whether a host that broke a connection off takes one by TLS: most servers of TLS say nothing to who speaks without. */
export async function speaksTls({ hostname, port }: URL): Promise<boolean> {
  const { connect } = await import('node:tls');
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || 80), rejectUnauthorized: false, timeout: TLS_MS });
    const end = (does: boolean) => () => {
      socket.destroy();
      resolve(does);
    };
    socket.once('secureConnect', end(true)).once('error', end(false)).once('timeout', end(false)).once('close', end(false));
  });
}

/** Whether a connection was made, and broke off before any answer in HTTP. */
export const isBrokenOff = (error: unknown): boolean =>
  error instanceof errors.HTTPParserError || /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(codeOf(error));

/** What no waiting mends. */
const FOR_GOOD: readonly (readonly [code: RegExp, words: Words])[] = [
  [/^(ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)$/, NO_TLS],
  [
    /^ERR_OSSL_/,
    [
      'a certificate or key cannot be used',
      'check that --tls-ca, --tls-cert and --tls-key name PEM files, and that the key is that of the certificate',
    ],
  ],
  [
    CERTIFICATE,
    [
      'the certificate of the teacher cannot be trusted',
      'pass the authority that signed it with --tls-ca, or --tls-insecure to skip the check',
    ],
  ],
];

/** What codes say of a connection that broke. */
const BROKEN: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'it was closed before the answer was whole',
  ECONNRESET: 'it was reset',
  EPIPE: 'it was closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as its header says',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
};

/** The refusal of a proxy to open a tunnel. */
function proxyError(status: string, server: string, cause: unknown): SdgError {
  return new SdgError(
    Number(status) >= 500 ? 'teacher-unreachable' : 'config',
    `the proxy does not let calls through: HTTP ${status} (${server})`,
    {
      remedy:
        status === '407'
          ? 'write user and password into HTTP_PROXY or HTTPS_PROXY: http://user:password@host:port'
          : 'check HTTPS_PROXY, or name the host in NO_PROXY',
      cause,
    },
  );
}

/** The words of a failed connection, and what the user can do about them. */
export function connectionError(error: unknown, server: string): SdgError {
  const code = codeOf(error);
  const [, refused] = /Proxy (?:response|Authentication Required) \((\d+)\)/.exec(messagesOf(error)) ?? [];
  if (refused !== undefined) return proxyError(refused, server, error);
  const forGood = FOR_GOOD.find(([codes]) => codes.test(code))?.[1];
  if (forGood) {
    return new SdgError('config', `${forGood[0]} (${server})${forGood === NO_TLS ? '' : `: ${code}`}`, {
      remedy: forGood[1],
      cause: error,
    });
  }
  const unreachable = ([what, remedy]: Words): SdgError =>
    new SdgError('teacher-unreachable', `${what} (${server})`, { remedy, cause: error });
  const passing = PASSING.get(code);
  if (passing) return unreachable(passing);
  if (error instanceof errors.HTTPParserError) {
    return unreachable(['the teacher does not answer in HTTP', 'check scheme and port of --teacher (http:// or https://)']);
  }
  return unreachable([
    `the connection to the teacher broke${code ? `: ${BROKEN[code] ?? code}` : ''}`,
    'the call is made again; if it goes on, look into the log of the server',
  ]);
}
