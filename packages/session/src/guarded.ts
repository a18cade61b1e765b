import { observerMembers, SdgError, type Observer } from '@sdg/core';

type Listener = (...event: unknown[]) => unknown;

/**
 * An observer that cannot break what tells it: where a member of `observer` throws, or promises and breaks it, `onFailure` is
 * told in its place. For observers that are not of our own making.
 */
export function guarded(observer: Observer, onFailure: (error: SdgError) => void): Observer {
  const entries = observerMembers.flatMap((member) => {
    if (!observer[member]) return [];
    const listener = (observer[member] as Listener).bind(observer);
    const fail = (cause: unknown): void => {
      const why = cause instanceof Error ? cause.message : String(cause);
      onFailure(new SdgError('usage', `the observer failed at ${member}: ${why}`, { remedy: 'observers must not throw: mend it', cause }));
    };
    // With fixed parameters, as in `observers`: no object is made for an event.
    const told: Listener = (a, b, c, d) => {
      try {
        const answer = listener(a, b, c, d);
        if (answer instanceof Promise) answer.catch(fail);
      } catch (error) {
        fail(error);
      }
    };
    return [[member, told] as const];
  });
  return Object.fromEntries(entries);
}
