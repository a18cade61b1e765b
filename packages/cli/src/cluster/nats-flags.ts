import type { NatsOptions } from '@sdg/cluster';
import type { Flag, FlagValues } from '../command.js';

/** How a NATS server is reached: `sdg-run --on`, `sdg worker` and `sdg cluster` share these. */
export const natsFlags = [
  { name: 'nats-creds', value: 'FILE', env: ['NATS_CREDS'], help: 'credentials file for NATS' },
  { name: 'nats-nkey', value: 'FILE', env: ['NATS_NKEY'], help: 'for NATS: file with the seed of an nkey' },
  { name: 'nats-ca', value: 'FILE', env: ['NATS_CA'], help: 'for NATS: certificate authority to trust, PEM; tls:// addresses need none' },
  { name: 'nats-cert', value: 'FILE', env: ['NATS_CERT'], help: 'for NATS: certificate of this client, PEM' },
  { name: 'nats-key', value: 'FILE', env: ['NATS_KEY'], help: 'for NATS: key of that certificate, PEM' },
  {
    name: 'nats-prefix',
    value: 'NAME',
    default: 'sdg',
    help: 'begins the names of all our streams, buckets and subjects',
    more: 'Workers and runs meet where it is the same',
  },
  {
    name: 'nats-replicas',
    value: 'N',
    type: 'integer',
    min: 1,
    default: '1',
    help: 'copies that NATS keeps of everything, in a cluster of servers',
  },
  {
    name: 'nats-patience',
    value: 'SECONDS',
    type: 'number',
    min: 1,
    default: '10',
    help: 'take a worker for dead that has said nothing for so long',
    more: 'Whoever comes first to a server decides',
  },
  {
    name: 'nats-days',
    value: 'DAYS',
    type: 'number',
    min: 0,
    default: '30',
    help: 'days after which NATS forgets runs and shared replies that nobody has removed; 0: never',
  },
  {
    name: 'nats-megabytes',
    value: 'N',
    type: 'number',
    min: 1,
    help: 'most that the answers of a run may take at NATS',
    more: 'Default: as much as it has. A run that is full waits and says so; run the same command with more, and it goes on',
  },
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
