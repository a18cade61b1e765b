import { AuthorizationError } from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';
import { shown, type NatsOptions } from './connection-options.js';

/** What is wrong where a first contact fails, and what to do about it. */
export function noContact(error: Error & { readonly code?: unknown }, address: string, options: NatsOptions): SdgError {
  const at = shown(address);
  if (error instanceof AuthorizationError) return notLetIn(error, at, at !== address || isNamed(options));
  const remedy = certificateRemedy(String(error.code));
  if (remedy !== undefined) {
    return new SdgError('teacher-unreachable', `the certificate of the server at ${at} does not serve: ${error.message}`, {
      remedy,
      cause: error,
    });
  }
  if (error.message.includes("does not support 'tls'")) {
    return new SdgError('teacher-unreachable', `the server at ${at} does not speak TLS`, {
      remedy: 'write nats:// and leave out --nats-ca and --nats-cert, or give the server a certificate',
      cause: error,
    });
  }
  const mayWantCertificate = error.name === 'TimeoutError' && isSecure(address, options) && options.cert === undefined;
  return new SdgError('teacher-unreachable', `no NATS answers at ${at}: ${error.message}`, {
    remedy: mayWantCertificate
      ? 'if the server asks for a certificate of ours, pass --nats-cert and --nats-key'
      : 'start one with nats-server -js, or mend the address',
    cause: error,
  });
}

const isNamed = ({ creds, nkey }: NatsOptions): boolean => creds !== undefined || nkey !== undefined;
const isSecure = (address: string, { ca }: NatsOptions): boolean => ca !== undefined || address.includes('tls:');

function notLetIn(error: Error, at: string, named: boolean): SdgError {
  if (named) {
    return new SdgError('teacher-unreachable', `the server at ${at} does not let us in: ${error.message}`, {
      remedy: 'mend the user, the password, or the file of credentials',
      cause: error,
    });
  }
  return new SdgError('teacher-unreachable', `the server at ${at} lets nobody in who does not say who they are: ${error.message}`, {
    remedy: 'write nats://USER:PASSWORD@HOST:4222 into SDG_ON (no record of a run keeps it), or pass --nats-creds or --nats-nkey',
    cause: error,
  });
}

/** What to do about a certificate that Node turns away with this code. */
function certificateRemedy(code: string): string | undefined {
  if (/VERIFY|SELF_SIGNED|ISSUER_CERT/.test(code)) return 'pass the certificate of the authority that has signed it: --nats-ca FILE';
  if (code.includes('ALTNAME')) return 'name the server as the certificate does';
  return /CERT_(?:HAS_EXPIRED|NOT_YET_VALID)/.test(code) ? 'have it renewed, or set the clock' : undefined;
}
