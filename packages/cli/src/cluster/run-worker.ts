import { catalog } from '@sdg/blocks';
import { runWorker } from '@sdg/cluster';
import { observers, SdgError, type TeacherState } from '@sdg/core';
import { extendCatalog, loadPlugin } from '@sdg/pipeline';
import { ServerWatch, specOf } from '@sdg/session';
import { namedLedger } from '../metrics/named-ledger.js';
import { watchRun } from '../metrics/watch-run.js';
import { noticesTo } from '../run/notices.js';
import { natsOptions } from './nats-flags.js';
import type { WorkerInvocation } from '../commands/worker.js';

/** The work of `sdg worker`: serves runs until it is stopped, or its teacher cannot go on. */
export async function serveRuns(invocation: WorkerInvocation): Promise<number> {
  const { flags, positionals, env, interrupted, say, complain } = invocation;
  const address = positionals[0] ?? env['SDG_ON'];
  if (!address) {
    throw new SdgError('usage', 'no server is named', { remedy: 'write sdg worker nats://HOST:4222, or set SDG_ON' });
  }
  const { plugin = [], name } = flags;
  const { pipeline: _none, ...spec } = specOf(flags);
  const watching = await watchRun({ title: 'sdg worker', port: flags.metrics, env, say, complain });
  // Of a worker nobody sees the accounts but those who ask for its metrics.
  const { ledger, observer: accounts } = namedLedger();
  const servers = new ServerWatch();
  const began = performance.now();
  let state = (): TeacherState => ({ inFlight: 0, queued: 0, limit: 0 });
  try {
    await watching?.start(ledger, () => ({
      ...{ ...state(), silences: servers.silences(), seconds: (performance.now() - began) / 1000 },
      written: 0,
    }));
    const error = await runWorker(address, {
      nats: natsOptions(flags),
      spec,
      catalog: extendCatalog(catalog, await Promise.all(plugin.map(loadPlugin))),
      env,
      observer: observers(noticesTo(invocation), ...(watching ? [accounts, servers.observer, watching.observer] : [])),
      onState: (ask) => (state = ask),
      onTrace: watching?.traces && ((root, traceparent) => watching.traces!.adopt(root, traceparent)),
      signal: interrupted,
      ...(name !== undefined && { name }),
    });
    if (error) throw error;
  } finally {
    await watching?.close();
  }
  say('stopped; what it had in hand is others’ now');
  return 130;
}
