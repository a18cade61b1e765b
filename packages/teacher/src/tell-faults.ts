import { SdgError, type Teacher } from '@sdg/core';
import { isLeftOut } from './http/connection-error.js';
import { bound } from './retry.js';

/** Kinds of faults that are told in a run: more are no news. */
const MOST = 8;

/**
 * Tells a user of faults that are made good by asking again, when one of a kind comes for the second time: once a kind,
 * at once, in the server's words. Being asked for fewer calls is the limit's business, a server that is left out the pool's.
 */
export function tellFaults(inner: Teacher, onNotice: (text: string) => void): Teacher {
  const met = new Map<string, number>();
  return {
    ...bound(inner),
    async complete(request, options) {
      try {
        return await inner.complete(request, options);
      } catch (error) {
        if (error instanceof SdgError && error.isRetryable && error.code !== 'interrupted' && error.status !== 429 && !isLeftOut(error)) {
          const kind = error.what.replace(/\d+/g, '#').slice(0, 80);
          const count = (met.get(kind) ?? 0) + 1;
          if (count > 1 || met.size < MOST) met.set(kind, count);
          if (count === 2) onNotice(error.message);
        }
        throw error;
      }
    },
  };
}
