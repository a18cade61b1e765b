import { take, type Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { expect } from 'vitest';

/** Runs a test in virtual time, with the failures of vitest. */
export const marbles = (test: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

/**
 * A call that is answered when `answer` emits, and given up when `signal` aborts. It settles at once, within the frame:
 * promises proper settle in microtasks, and the test scheduler runs through all of its frames before the first of them.
 */
export function callOf<T>(answer: Observable<T>, signal: AbortSignal): Promise<T> {
  const call = {
    then(onAnswer: (value: T) => void, onError: (error: unknown) => void): void {
      const subscription = answer.pipe(take(1)).subscribe({ next: onAnswer, error: onError });
      signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
    },
  };
  return call as unknown as Promise<T>;
}
