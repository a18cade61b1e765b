import { SdgError } from '@sdg/core';
import { onAbort } from './on-abort.js';

const stopped = (): SdgError => new SdgError('interrupted', 'the run was stopped while this call waited');

/** The promise's result, or `interrupted` as soon as one of the signals aborts. The promise itself goes on. */
export function unlessAborted<T>(promise: Promise<T>, signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const settle = (end: () => void): void => {
      for (const stop of undo) stop();
      end();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    for (const signal of signals) if (signal) undo.push(onAbort(signal, () => settle(() => reject(stopped()))));
  });
}

/** The longest time that a timer of Node can be set to; longer ones would go off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits so many milliseconds, 24 days at most; fails with `interrupted` as soon as one of the signals aborts. */
export async function wait(ms: number, signals: readonly (AbortSignal | undefined)[] = []): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await unlessAborted(new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER)))), signals);
  } finally {
    clearTimeout(timer);
  }
}
