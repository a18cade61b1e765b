import { type CallRecord, type Observer, type Run, NONE } from '@sdg/core';
import { closeAll, type Closable } from './close-all.js';
import { openDescentLog } from './descent-log.js';
import type { FarCallLog } from './run-engine.js';
import { openPulse } from './run-pulse.js';
import type { RunRecord } from './run-record.js';
import type { Snapshot } from './snapshot.js';

/** A file of call records, filled by an observer. */
interface CallLog {
  readonly observer: Observer;
  /** A try that was made elsewhere, by a worker of that name: limits and calls in flight are its own, and so is the clock. */
  take(record: CallRecord, worker: string): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Opens a file that takes a line for every try of every call, and adds to what is there: a run that resumes goes on with its log. */
async function openCallLog(record: RunRecord): Promise<CallLog> {
  const file = await record.open('calls.jsonl', { append: true });
  const write = ({ id: _id, ...record }: CallRecord, more?: object): void =>
    // Questions about the server itself are no calls.
    void (
      record.purpose ??
      file.write({ ...NONE, ...record, queuedMs: rounded(record.queuedMs), serviceMs: rounded(record.serviceMs), ...more })
    );
  return {
    observer: { tryEnded: (record) => write(record) },
    take: (record, worker) => write(record, { worker }),
    close: () => file.close(),
  };
}

/** The logs of a run folder; none where there is no folder. */
export async function openLogs(record: RunRecord | undefined, keep: <T extends Closable>(one: T) => T) {
  if (!record) return { observers: [], descent: undefined, far: undefined, leaves: () => undefined, close: async () => undefined };
  const calls = keep(await openCallLog(record));
  const descent = keep(await openDescentLog(record.open));
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
export const pulseOf = async (record: RunRecord, run: Run, look: () => Snapshot, leaves: () => Promise<void> | undefined) =>
  openPulse({
    file: await record.open('pulse.jsonl', { append: true }),
    look,
    keep: async (now) => void (await Promise.all([record.running(run.ledger, now), leaves()])),
  });
