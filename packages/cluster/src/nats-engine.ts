import type { RunEngine } from '@sdg/session';
import { Coordinator, type SeedTraces } from './coordinator.js';
import { Link, shown, type NatsOptions } from './link.js';

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
      try {
        return await Coordinator.open(link, job, traces);
      } catch (error) {
        await link.close();
        throw error;
      }
    },
  };
}
