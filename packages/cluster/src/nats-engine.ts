import { SdgError } from '@sdg/core';
import type { RunEngine } from '@sdg/session';
import { Coordinator, FAREWELL } from './coordinator.js';
import { shown, type NatsOptions } from './connection-options.js';
import { Link } from './link.js';
import { refusalOf } from './server-errors.js';
import type { SeedTraces } from './units-out.js';

/**
 * Carries runs out on workers that meet at a NATS server with JetStream. What needs order is done here, by a fold over
 * seeds and answers; the rows are those of one process, byte for byte.
 *
 * @example
 * const run = await openRun({ pipeline: 'full', catalog, files: ['seeds.jsonl'], engine: natsEngine('nats://localhost:4222') });
 */
export function natsEngine(
  address: string,
  { traces, ...options }: NatsOptions & { readonly traces?: SeedTraces | undefined } = {},
): RunEngine {
  return {
    name: `workers at ${shown(address)}`,
    async open(job) {
      const notice = (text: string): void => job.observer.notice?.(text, 'warning');
      const link = await Link.open(address, { ...options, name: 'sdg coordinator', onNotice: notice });
      // Whoever is stopped before it has begun leaves, too.
      const hurry = (): void => link.hurry(FAREWELL);
      job.draining.addEventListener('abort', hurry, { once: true });
      if (job.draining.aborted) hurry();
      try {
        return await Coordinator.open(link, job, traces);
      } catch (error) {
        await link.close();
        if (!job.draining.aborted) throw refusalOf(error, address);
        throw new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here', cause: error });
      }
    },
  };
}
