import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { canUseWorkers } from './can-use-workers.js';
import { beginCount, countSegments, joinSegments, stopCount, type RowCount } from './count-rows.js';

const WORKER = new URL('./count-worker.js', import.meta.url);
/** Bytes for which it pays to start another thread, which takes as long as reading a fifth of a gigabyte. */
const WORTH_A_THREAD = 1 << 29;
/** Segments between two looks at what else is to be done. */
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
  const threads = await import('node:worker_threads');
  const worker = new threads.Worker(WORKER, { workerData: count, env: threads.SHARE_ENV, execArgv: [], trackUnmanagedFds: false });
  await new Promise<void>((resolve, reject) => worker.once('error', reject).once('exit', () => resolve()));
}

/** The rows that begin in each page of a file, as {@link RowCount} says, being counted by several threads where that pays. */
export class PageCount {
  readonly fd: number;
  readonly size: number;
  readonly #count: RowCount;
  readonly #workers: readonly Promise<void>[];

  /** Begins to count the file behind `fd`, which is `size` bytes long, in all threads but this one. */
  constructor(fd: number, size: number, threads = 1) {
    this.fd = fd;
    this.size = size;
    this.#count = beginCount(fd, size);
    const others = size < WORTH_A_THREAD || !canUseWorkers() ? 0 : threads - 1;
    this.#workers = Array.from({ length: others }, () => startWorker(this.#count));
    // Whoever fails is heard by `finish`.
    for (const worker of this.#workers) worker.catch(() => undefined);
  }

  /** Opens a file to count its rows; fails as `openSync` does. */
  static open(path: string, threads?: number): PageCount {
    const fd = openSync(path, 'r');
    return new PageCount(fd, fstatSync(fd).size, threads);
  }

  /**
   * Counts what the other threads have left. They have ended when this settles; the file stays open. `short`: it became
   * shorter while it was read.
   */
  async finish(signal?: AbortSignal): Promise<Uint16Array | 'short' | 'interrupted'> {
    try {
      let turn = 0;
      for (const _ of countSegments(this.#count)) {
        if (++turn % TURNS !== 0) continue;
        await setImmediate();
        if (signal?.aborted) return 'interrupted';
      }
    } finally {
      // After a failure nobody shall go on; the file is closed behind us.
      stopCount(this.#count);
      // All of them: one may still read when another has failed.
      await Promise.allSettled(this.#workers);
    }
    await Promise.all(this.#workers);
    return this.#count.isShort[0] === 0 ? joinSegments(this.#count) : 'short';
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Counts begun before anybody asked for them, by path. */
const begun = new Map<string, PageCount>();

/**
 * Begins to count the rows of a file in another thread, for the index that will be built of it: a program takes as long
 * to load as half a gigabyte takes to count. Does nothing where that does not pay, or where there is no such file.
 */
export function beginAhead(path: string, threads: number): void {
  if (threads < 2 || begun.has(path)) return;
  try {
    // Opening a pipe would wait for whoever writes to it.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() && found.size >= WORTH_A_THREAD) begun.set(path, PageCount.open(path, threads));
  } catch {
    // Whoever reads the file says what is wrong with it.
  }
}

/** The count of a file: one that was begun ahead, if that is still the same file, or a new one. */
export function countOf(path: string, threads?: number): PageCount {
  const ahead = begun.get(path);
  begun.delete(path);
  if (ahead === undefined) return PageCount.open(path, threads);
  const found = statSync(path, { throwIfNoEntry: false });
  const counted = fstatSync(ahead.fd);
  if (found?.dev === counted.dev && found.ino === counted.ino && found.size === ahead.size) return ahead;
  // Another file has taken its place.
  void ahead.finish(AbortSignal.abort()).then(
    () => ahead.close(),
    () => ahead.close(),
  );
  return PageCount.open(path, threads);
}
