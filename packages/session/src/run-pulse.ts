import type { NdjsonFile } from '@sdg/core';
import type { Snapshot } from './snapshot.js';

/** One line of `pulse.jsonl`: how a run stood at a moment. */
interface Pulse {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Calls that may be in flight: slots of this process, or of all workers. */
  readonly limit: number;
  /** Calls answered so far by teachers, not by the cache. */
  readonly answered: number;
  readonly written: number;
  /** Seconds for which the server that is silent longest has said nothing; absent: none is. */
  readonly silent?: number;
}

interface PulseOptions {
  /** `pulse.jsonl` */
  readonly file: NdjsonFile;
  readonly look: () => Snapshot;
  /** Writes the accounts as they stand. */
  readonly keep: (now: Snapshot) => Promise<void>;
}

/** Seconds between two beats: of a run's first minute, and after. */
const FIRST = 1;
const LATER = 5;
/** Writing may take this share of the time, up to so many seconds between two beats: the accounts of many leaves are long. */
const SHARE = 0.05;
const MOST = 30;

/**
 * Keeps the record of a run up to date while it goes on: now and then a line in `pulse.jsonl`, and the accounts as they
 * stand. It does not keep the process alive. A beat that cannot be written is passed over: the end of the run tells.
 */
export function openPulse({ file, look, keep }: PulseOptions): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const note = (): Snapshot => {
    const now = look();
    const { inFlight, queued, limit, calls, cachedCalls, written, silences } = now;
    const silent = Math.round(silences[0]?.seconds ?? 0);
    const pulse: Pulse = {
      ...{ at: Date.now(), inFlight, queued, limit, answered: calls - cachedCalls, written },
      ...(silent > 0 && { silent }),
    };
    file.write(pulse);
    return now;
  };
  const beat = async (): Promise<void> => {
    const began = performance.now();
    const now = note();
    await keep(now).catch(() => undefined);
    if (isClosed) return;
    const wait = Math.max((now.seconds < 60 ? FIRST : LATER) * 1000, Math.min(MOST * 1000, (performance.now() - began) / SHARE));
    timer = setTimeout(() => (beating = beat()), wait);
    timer.unref();
  };
  let beating = beat();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await beating;
      note();
      await file.close();
    },
  };
}
