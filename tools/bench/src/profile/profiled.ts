import { Session } from 'node:inspector/promises';
import { attribute, type LayerShares, type Profile } from './attribute.js';

export type { LayerShares } from './attribute.js';

/** Runs `work` under the sampling profiler of V8 and says which part of the program its CPU time went to. */
export async function profiled(work: () => Promise<void>): Promise<LayerShares> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return attribute(profile as Profile);
}
