import { SdgError, type Teacher } from '@sdg/core';
import { bound } from './retry.js';

/**
 * Turns the first failure that would end the run into a calm end: `onStop` hears of it once and drains the run; the
 * call, and all that follow, fail with `interrupted`, so their samples are unfinished and not lost; calls in flight,
 * which are paid for, still end and are kept. Without `onStop` it is thrown to whoever calls.
 */
export function stopAt(inner: Teacher, onStop: ((error: SdgError) => void) | undefined): Teacher {
  if (!onStop) return inner;
  let stopped = false;
  const interrupted = (cause?: SdgError): SdgError => new SdgError('interrupted', 'the teacher has ended the run', { cause });
  return {
    ...bound(inner),
    async complete(request, options) {
      if (stopped) throw interrupted();
      try {
        return await inner.complete(request, options);
      } catch (error) {
        if (!(error instanceof SdgError) || !error.endsRun || error.code === 'internal') throw error;
        if (!stopped) {
          stopped = true;
          onStop(error);
        }
        throw interrupted(error);
      }
    },
  };
}
