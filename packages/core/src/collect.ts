import type { Observable } from 'rxjs';
import type { Sample } from '@sdg/values';
import type { Gate } from './gate.js';

/** Samples of an observable one by one; what is not taken yet counts as resident in the gate, so the source waits. */
export async function* collect<S extends Sample>(samples: Observable<S>, gate: Gate): AsyncGenerator<S, void, undefined> {
  const queue: S[] = [];
  /** Samples that count as resident: those of the queue, and of the batch that is being taken. */
  let held = 0;
  let ended = false;
  let failure: unknown;
  let wake: () => void = () => undefined;
  const subscription = samples.subscribe({
    next(sample) {
      gate.beginWrite();
      held++;
      queue.push(sample);
      wake();
    },
    error(error) {
      [ended, failure] = [true, error];
      wake();
    },
    complete() {
      ended = true;
      wake();
    },
  });
  try {
    for (;;) {
      const batch = queue.splice(0);
      yield* batch;
      held -= batch.length;
      gate.written(batch.length);
      if (queue.length > 0) continue;
      if (ended) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    if (failure) throw failure;
  } finally {
    subscription.unsubscribe();
    gate.written(held);
  }
}
