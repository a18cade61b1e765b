import type { Run } from '@sdg/core';
import { openCallLog } from './call-log.js';
import { closeAll, type Closable } from './close-all.js';
import { openDescentLog } from './descent-log.js';
import type { FarCallLog } from './run-engine.js';
import { openPulse } from './run-pulse.js';
import type { RunRecord } from './run-record.js';
import type { Snapshot } from './snapshot.js';

/** The logs of a run folder; none where there is no folder. */
export async function openLogs(record: RunRecord | undefined, keep: <T extends Closable>(one: T) => T) {
  if (!record) return { observers: [], descent: undefined, far: undefined, leaves: () => undefined, close: async () => undefined };
  const calls = keep(await openCallLog(record.path('calls.jsonl')));
  const descent = keep(await openDescentLog(record.path));
  const far: FarCallLog = {
    wants: () => (descent.hasRoom() ? 'all' : 'tries'),
    take({ worker, tries, exchanges }) {
      for (const record of tries) calls.take(record, worker);
      if (typeof exchanges === 'number') descent.leave(exchanges);
      else for (const exchange of exchanges) descent.exchange(exchange);
    },
  };
  return {
    observers: [calls.observer, descent.observer],
    descent,
    far,
    leaves: () => record.write('leaves.json', { leaves: descent.accounts(), rows: descent.rowsByLeaf(), leftOut: descent.leftOut() }),
    async close(): Promise<void> {
      const error = await closeAll([() => calls.close(), () => descent.close()]);
      if (error) throw error;
    },
  };
}

/** Notes at intervals how a run stands, for whoever looks at its folder meanwhile. */
export const pulseOf = (record: RunRecord, run: Run, look: () => Snapshot, leaves: () => Promise<void> | undefined) =>
  openPulse({
    path: record.path('pulse.jsonl'),
    look,
    keep: async (now) => void (await Promise.all([record.running(run.ledger, now), leaves()])),
  });
