import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';
import { connectionOptions, shown, type NatsOptions } from './connection-options.js';
import { noContact } from './no-contact.js';
import { isForbidden, isPutOff, refusalOf } from './server-errors.js';

/** Seconds for which a server that refuses connections may be about to begin. */
const EARLY = 3;
const isRefused = (error: unknown): boolean => /connection refused/i.test((error as Error).message);

/** Seconds until a cluster of servers must have a leader. */
const LEADER = 30;

/**
 * Makes contact with a server of ours: one that has JetStream, and is not too old.
 *
 * @throws SdgError `usage` for an address or a file that serves no purpose; `teacher-unreachable` where nobody answers; `config` for
 * a server that does not serve
 */
export async function firstContact(address: string, options: NatsOptions): Promise<{ nc: NatsConnection; jsm: JetStreamManager }> {
  const settings = connectionOptions(address, options);
  let nc: NatsConnection | undefined;
  try {
    nc = await connected(settings);
    refuseOld(nc, address);
    return { nc, jsm: await managerOf(nc, address) };
  } catch (error) {
    await nc?.close();
    throw error instanceof SdgError ? error : noContact(error as Error, address, options);
  }
}

/**
 * Contact with a server that may be about to begin: whoever restarts everything at once, or takes a run up while the server
 * comes back, starts this program a moment too early.
 */
async function connected(settings: NodeConnectionOptions): Promise<NatsConnection> {
  const since = performance.now();
  for (;;) {
    try {
      return await connect(settings);
    } catch (error) {
      if (!isRefused(error) || performance.now() - since > EARLY * 1000) throw error;
      await pause(250);
    }
  }
}

/** The manager of JetStream; a cluster of servers that has just begun says nothing until it has a leader. */
async function managerOf(nc: NatsConnection, address: string): Promise<JetStreamManager> {
  const since = performance.now();
  for (;;) {
    try {
      return await jetstreamManager(nc, { timeout: 5000 });
    } catch (error) {
      const mayCome = (error as Error).name === 'TimeoutError' || isPutOff(error);
      if (mayCome && performance.now() - since < LEADER * 1000) {
        await pause(250);
        continue;
      }
      if (isForbidden(error)) throw refusalOf(error, address);
      const at = shown(address);
      const why = (error as Error).message;
      if (mayCome) {
        throw new SdgError('config', `the server at ${at} has had no leader of JetStream for half a minute: ${why}`, {
          remedy: 'see its log, and start as many servers as its cluster has',
          cause: error,
        });
      }
      throw new SdgError('config', `the server at ${at} has no JetStream: ${why}`, {
        remedy: 'start it with nats-server -js',
        cause: error,
      });
    }
  }
}

/** What we ask of JetStream came with 2.9. */
function refuseOld(nc: NatsConnection, address: string): void {
  const { version = '0.0' } = nc.info ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 9)) return;
  throw new SdgError('config', `nats-server ${version} at ${shown(address)} is too old`, { remedy: 'use 2.9 or later' });
}
