import { SdgError } from '@sdg/core';
import { errors } from 'undici';

/** Certificates that cannot be checked: no waiting mends these. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)|HOSTNAME_MISMATCH|ERR_SSL_(?!WRONG_VERSION))/;

const LEFT_OUT = / is left out: /;

/** The failure of a call at a server that is not asked any more while others are: the call is for them. */
export const leftOut = (server: string, reason: SdgError): SdgError =>
  new SdgError('teacher-unreachable', `${server} is left out: ${reason.what}`, { ...(reason.remedy !== undefined && { remedy: reason.remedy }), cause: reason });

/** Whether a call failed only because its server is not asked any more. */
export const isLeftOut = ({ what }: SdgError): boolean => LEFT_OUT.test(what);

/** Words of connections that never came about. */
const UNCONNECTED = / is left out: |refuses connections|not known|no route|does not take the connection|does not answer in HTTP|out of file handles/;

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

/** The words of a failed connection, and what the user can do about them. */
export function connectionError(error: unknown, server: string): SdgError {
  const code = codeOf(error);
  const [, refused] = /Proxy (?:response|Authentication Required) \((\d+)\)/.exec(messagesOf(error)) ?? [];
  if (refused !== undefined) {
    return new SdgError(Number(refused) >= 500 ? 'teacher-unreachable' : 'config', `the proxy does not let calls through: HTTP ${refused} (${server})`, {
      remedy: refused === '407' ? 'write user and password into HTTP_PROXY or HTTPS_PROXY: http://user:password@host:port' : 'check HTTPS_PROXY, or name the host in NO_PROXY',
      cause: error,
    });
  }
  const unreachable = (what: string, remedy: string): SdgError =>
    new SdgError('teacher-unreachable', `${what} (${server})`, { remedy, cause: error });
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable('the teacher refuses connections', 'start the server, or check host and port of --teacher');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable('the host name of the teacher is not known', 'check --teacher and the name service');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return unreachable('there is no route to the teacher', 'check the network, or the address in --teacher');
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return unreachable('the teacher does not take the connection', 'check the address in --teacher and any firewall between');
    case 'EMFILE':
    case 'ENFILE':
      return unreachable('the system is out of file handles', 'lower --max-concurrency, or raise the limit (ulimit -n)');
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return new SdgError('config', `the teacher does not speak TLS (${server})`, {
        remedy: 'use http:// in --teacher, or the port that serves https',
        cause: error,
      });
  }
  if (code.startsWith('ERR_OSSL_')) {
    return new SdgError('config', `a certificate or key cannot be used (${server}): ${code}`, {
      remedy: 'check that --tls-ca, --tls-cert and --tls-key name PEM files, and that the key is that of the certificate',
      cause: error,
    });
  }
  if (CERTIFICATE.test(code)) {
    return new SdgError('config', `the certificate of the teacher cannot be trusted (${server}): ${code}`, {
      remedy: 'pass the authority that signed it with --tls-ca, or --tls-insecure to skip the check',
      cause: error,
    });
  }
  if (error instanceof errors.HTTPParserError) {
    return unreachable('the teacher does not answer in HTTP', 'check scheme and port of --teacher (http:// or https://)');
  }
  return unreachable(
    `the connection to the teacher broke${code ? `: ${code}` : ''}`,
    'the call is made again; if it goes on, look into the log of the server',
  );
}
