import { statfs } from 'node:fs/promises';
import { SdgError } from '@sdg/core';

/** Bytes that are left to others: LMDB does not fail well on a disk without any. */
const RESERVE = 8 * 2 ** 20;
/** Milliseconds between two looks at the room. */
const LOOK_EVERY = 500;
/** Milliseconds that lmdb may take to say why a transaction failed, and to close after one has. */
const PATIENCE = 500;

const within = (promise: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  return Promise.race([promise, new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)))]).finally(() => clearTimeout(timer));
};

/** The reason of a failed write. lmdb keeps it in a promise of its own, which may never end and must not be left alone. */
async function reasonOf(error: unknown): Promise<string> {
  const { commitError, message } = error as { commitError?: Promise<unknown>; message: string };
  if (!commitError) return message;
  const reason = await within(commitError.catch((cause: unknown) => cause));
  return reason instanceof Error ? reason.message : 'a transaction failed';
}

/**
 * Sees to it that writes into an LMDB folder end, well or not. When one fails so do all others and all later ones: after
 * a failed transaction lmdb may leave the promises of the next pending for ever.
 */
export class WriteGuard {
  readonly #pending = new Set<(error: SdgError) => void>();
  #broken: SdgError | undefined;
  #lookAt = 0;

  constructor(
    readonly folder: string,
    readonly reserve = RESERVE,
  ) {}

  /** @throws SdgError `output` where the write failed, or another has */
  write<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#broken) return reject(this.#broken);
      this.#look();
      this.#pending.add(reject);
      const done = (): boolean => this.#pending.delete(reject);
      work().then(
        (value) => done() && resolve(value),
        (error: unknown) => void reasonOf(error).then((reason) => this.#break(reason, error)),
      );
    });
  }

  /** Closes the folder; one that is broken may not close by itself. */
  async close(close: () => Promise<unknown>): Promise<void> {
    if (this.#broken) await within(close().catch(() => undefined));
    else await close();
  }

  /** Fails before the disk is full. */
  #look(): void {
    const now = performance.now();
    if (now < this.#lookAt) return;
    this.#lookAt = now + LOOK_EVERY;
    // What cannot be looked at is left to the write itself.
    void statfs(this.folder).then(
      ({ bavail, bsize, blocks }) => blocks > 0 && bavail * bsize < this.reserve && this.#break('the disk is full'),
      () => undefined,
    );
  }

  #break(reason: string, cause?: unknown): void {
    this.#broken ??= new SdgError('output', `the call cache in ${this.folder} cannot be written: ${reason}`, {
      remedy: 'free some space, or pass another folder with --cache DIR; then run the same command again: it resumes',
      cause,
    });
    for (const reject of this.#pending) reject(this.#broken);
    this.#pending.clear();
  }
}
