import type { NatsOptions } from '@sdg/cluster';
import { type Flag, type FlagValues, number, text, whole } from '../command.js';

/** How a NATS server is reached: `sdg-run --on`, `sdg worker` and `sdg cluster` share these. */
export const natsFlags = [
  text('nats-creds', 'FILE', 'credentials file for NATS', { env: ['NATS_CREDS'] }),
  text('nats-nkey', 'FILE', 'for NATS: file with the seed of an nkey', { env: ['NATS_NKEY'] }),
  text('nats-ca', 'FILE', 'for NATS: certificate authority to trust, PEM; tls:// addresses need none', { env: ['NATS_CA'] }),
  text('nats-cert', 'FILE', 'for NATS: certificate of this client, PEM', { env: ['NATS_CERT'] }),
  text('nats-key', 'FILE', 'for NATS: key of that certificate, PEM', { env: ['NATS_KEY'] }),
  text('nats-prefix', 'NAME', 'begins the names of all our streams, buckets and subjects', {
    default: 'sdg',
    more: 'Workers and runs meet where it is the same',
  }),
  whole('nats-replicas', 'N', 'copies that NATS keeps of everything, in a cluster of servers', { min: 1, default: '1' }),
  number('nats-patience', 'SECONDS', 'take a worker for dead that has said nothing for so long', {
    min: 1,
    default: '10',
    more: 'Whoever comes first to a server decides',
  }),
  number('nats-days', 'DAYS', 'days after which NATS forgets runs and shared replies that nobody has removed; 0: never', {
    min: 0,
    default: '30',
  }),
  number('nats-megabytes', 'N', 'most that the answers of a run may take at NATS', {
    min: 1,
    more: 'Default: as much as it has. A run that is full waits and says so; run the same command with more, and it goes on',
  }),
] as const satisfies readonly Flag[];

/** The flags as the engine takes them. */
export function natsOptions(flags: FlagValues<typeof natsFlags>): NatsOptions {
  return {
    creds: flags['nats-creds'],
    nkey: flags['nats-nkey'],
    ca: flags['nats-ca'],
    cert: flags['nats-cert'],
    key: flags['nats-key'],
    prefix: flags['nats-prefix'],
    replicas: flags['nats-replicas'],
    patience: flags['nats-patience'],
    days: flags['nats-days'],
    megabytes: flags['nats-megabytes'],
  };
}

/**
 * Loads what needs `@sdg/cluster`, which is optional.
 *
 * @throws SdgError `usage` with the command that installs it
 */
export async function withCluster<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND' || !String(error).includes("'@sdg/cluster'")) throw error;
    // Not with the flags, which are needed before any work is done.
    const { SdgError } = await import('@sdg/core');
    throw new SdgError('usage', 'runs on many machines need @sdg/cluster, which is not installed', {
      remedy: 'npm install @sdg/cluster',
      cause: error,
    });
  }
}
