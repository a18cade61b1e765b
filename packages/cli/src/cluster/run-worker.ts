import { catalog } from '@sdg/blocks';
import { runWorker } from '@sdg/cluster';
import { extendCatalog, loadPlugin } from '@sdg/pipeline';
import { specOf } from '@sdg/session';
import { noticesTo } from '../run/notices.js';
import { natsOptions } from './nats-flags.js';
import type { WorkerInvocation } from './worker-flags.js';

/** The work of `sdg worker`: serves runs until it is stopped, or its teacher cannot go on. */
export async function serveRuns(invocation: WorkerInvocation): Promise<number> {
  const { flags, positionals, env, interrupted, say } = invocation;
  const { plugin = [], name } = flags;
  const { pipeline: _none, ...spec } = specOf(flags);
  const error = await runWorker(positionals[0]!, {
    nats: natsOptions(flags),
    spec,
    catalog: extendCatalog(catalog, await Promise.all(plugin.map(loadPlugin))),
    env,
    observer: noticesTo(invocation),
    signal: interrupted,
    ...(name !== undefined && { name }),
  });
  if (error) throw error;
  say('stopped; what it had in hand is others’ now');
  return 130;
}
