import { setImmediate } from 'node:timers/promises';
import { SdgError } from '@sdg/core/values';
import { canUseWorkers } from './can-use-workers.js';
import { beginCount, countStretches, joinStretches, STRETCH, type RowCount } from './count-rows.js';

const WORKER = new URL('./count-worker.js', import.meta.url);
/** Bytes for which it pays to start another thread, which takes as long as reading a tenth of a gigabyte. */
const WORTH_A_THREAD = 1 << 28;
/** Stretches between two looks at what else is to be done. */
const TURNS = 8;

export interface CountOptions {
  /** Threads to count with. Default 1. */
  readonly threads?: number;
  /** Aborted: the count ends with `interrupted`. */
  readonly signal?: AbortSignal;
}

/** Counts beside this thread; resolves when it has ended. */
async function startWorker(count: RowCount): Promise<void> {
  // Loaded where it is needed: threads take as long to load as a small count takes.
  const { Worker } = await import('node:worker_threads');
  await new Promise<void>((resolve, reject) => new Worker(WORKER, { workerData: count }).once('error', reject).once('exit', () => resolve()));
}

/** The rows that begin in each page of a file, as {@link RowCount} says, counted by several threads where that pays. */
export async function countByPage(fd: number, size: number, { threads = 1, signal }: CountOptions = {}): Promise<Uint16Array> {
  const count = beginCount(fd, size);
  const others = size < WORTH_A_THREAD || !canUseWorkers() ? 0 : threads - 1;
  const workers = Promise.all(Array.from({ length: others }, () => startWorker(count)));
  // Whoever fails is heard below.
  workers.catch(() => undefined);
  try {
    let turn = 0;
    for (const _ of countStretches(count)) {
      if (++turn % TURNS !== 0) continue;
      await setImmediate();
      if (signal?.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
    }
  } finally {
    // After a failure nobody shall go on; the file is closed behind us.
    Atomics.store(count.next, 0, Math.ceil(size / STRETCH));
    await workers;
  }
  return joinStretches(count);
}
