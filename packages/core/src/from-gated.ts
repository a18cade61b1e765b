import { Observable } from 'rxjs';
import type { Gate } from './gate.js';

export interface FromGatedOptions {
  readonly gate: Gate;
  /** Aborted: read no more, and complete. */
  readonly draining?: AbortSignal;
  /**
   * Given: an error of the iterable is handed here and the stream completes, so that what was read before it still
   * comes out. Otherwise the stream fails at once.
   */
  readonly onError?: (error: unknown) => void;
}

/** Turns of the event loop are left to others after this many samples in a row. */
const TURN = 4096;

/**
 * The reader: pulls from `iterable` while the gate has room. One item is asked for at a time, so what is read and not
 * yet resident is never more than one item (and whatever the iterable itself buffers).
 */
export function fromGated<T>(
  iterable: AsyncIterable<T> | Iterable<T>,
  { gate, draining, onError }: FromGatedOptions,
): Observable<T> {
  return new Observable((subscriber) => {
    const iterator =
      Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
    let wake: (() => void) | undefined;
    const door = gate.door(0, () => wake?.());
    const stopped = (): boolean => subscriber.closed || draining?.aborted === true;
    const nudge = (): void => wake?.();
    /** The step, or undefined as soon as nobody wants it any more: an input may be silent for hours. */
    const unlessStopped = (step: Promise<IteratorResult<T>>): Promise<IteratorResult<T> | undefined> =>
      new Promise((resolve, reject) => {
        wake = () => stopped() && resolve(undefined);
        step.then(resolve, reject);
      });

    const end = (): void => {
      gate.endInput();
      subscriber.complete();
    };

    const pull = async (): Promise<void> => {
      for (let count = 1; ; count++) {
        while (!gate.hasRoom(0) && !stopped()) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            door.knock();
          });
        }
        if (stopped()) break;
        const step = iterator.next();
        const result = step instanceof Promise ? await unlessStopped(step) : step;
        if (result?.done) return end();
        if (!result || stopped()) break;
        const { value } = result;
        subscriber.next(value);
        if (count % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
      end();
    };

    draining?.addEventListener('abort', nudge, { once: true });
    subscriber.add(() => {
      draining?.removeEventListener('abort', nudge);
      door.close();
      nudge();
    });
    pull().catch((error: unknown) => {
      if (!onError) return subscriber.error(error);
      onError(error);
      end();
    });
  });
}
