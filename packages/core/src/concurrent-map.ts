import { setMaxListeners } from 'node:events';
import { Observable, type OperatorFunction } from 'rxjs';
import { filtered, rejected, type Sample, SdgError, unfinished } from '@sdg/values';
import { envelopeOf } from './envelope.js';
import { settle, type Outcomes } from './expand.js';
import { OrderedBuffer } from './ordered-buffer.js';
import type { BlockContext } from './run.js';

/** A sample whose project has ended, and what became of it. */
interface Finished<In extends Sample, Out extends Sample> {
  readonly sample: In;
  readonly outcomes: Outcomes<Out>;
}

/**
 * Turns each sample into its outcomes by `project`, which may wait: the operator under every block that calls the
 * teacher. All samples are started as they come; how many run at once is the teacher's queue's to decide, and how many
 * are here at once is the gate's, which stops the reader.
 *
 * Output is in input order (`context.ordered`, default) or in order of completion. A single child goes out at once; several
 * go out one sample's at a time, and only while the gate has room. A failure that ends the run errors at once and aborts `signal` of all
 * others; one that does not (see `SdgError.endsRun`) rejects its sample. Unsubscribing aborts, and gives back all room.
 */
export function concurrentMap<In extends Sample, Out extends Sample>(
  context: BlockContext,
  project: (sample: In, signal: AbortSignal) => Promise<Outcomes<Out>>,
): OperatorFunction<In, Out> {
  const { gate, stage, ordered, draining, pool } = context;
  return (source) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      setMaxListeners(0, abort.signal);
      /** By what says that a leaf has enough: that, or the end of the operator. */
      const signals = new Map<AbortSignal, AbortSignal>();
      const either = (done: AbortSignal): AbortSignal => {
        let signal = signals.get(done);
        if (!signal) {
          signals.set(done, (signal = AbortSignal.any([abort.signal, done])));
          setMaxListeners(0, signal);
        }
        return signal;
      };
      const buffer = new OrderedBuffer<Finished<In, Out>>();
      let pending: Finished<In, Out> | undefined;
      /** Samples in the operator, and of these the ones whose project has not ended. */
      let resident = 0;
      let working = 0;
      let sourceEnded = false;

      let isFlushing = false;

      const release = (): void => {
        if (!pending) return;
        const { sample, outcomes } = pending;
        pending = undefined;
        resident--;
        // Its own room is given back first, without a dispatch in between, so that its children take its place.
        gate.enter(-1);
        try {
          settle(context, sample, outcomes, (out) => subscriber.next(out));
        } catch (error) {
          subscriber.error(error);
          return;
        }
        flush();
      };
      const flush = (): void => {
        if (isFlushing) return;
        isFlushing = true;
        while (!subscriber.closed) {
          pending ??= buffer.next();
          if (!pending) {
            if (sourceEnded && resident === 0) subscriber.complete();
            break;
          }
          // One child takes the room of its parent. Held back until there is more, it would wait for calls before it.
          if (Array.isArray(pending.outcomes) && pending.outcomes.length > 1) door.knock();
          else release();
          if (pending) break;
        }
        isFlushing = false;
      };
      const door = gate.door(stage, release);
      const finish = (sample: In, place: number | undefined, outcomes: Outcomes<Out>): void => {
        if (subscriber.closed) return;
        const at = place ?? buffer.begin();
        buffer.put(at, { sample, outcomes });
        buffer.change(at, -1);
        working--;
        flush();
        gate.endWork();
      };
      const fail = (sample: In, place: number | undefined, error: unknown): void => {
        if (subscriber.closed) return;
        if (pool?.done?.(sample)?.aborted) finish(sample, place, filtered('surplus'));
        else if (error instanceof SdgError && error.code === 'interrupted') finish(sample, place, unfinished());
        else if (error instanceof SdgError && !error.endsRun) finish(sample, place, rejected(error.code, { message: error.message }));
        else {
          context.failed?.(sample);
          subscriber.error(error);
        }
      };

      subscriber.add(gate.queue(() => buffer.waiting()));
      subscriber.add(() => {
        if (working > 0) abort.abort();
        door.close();
        context.abandon(resident);
        buffer.clear();
        gate.endWork(working);
        gate.leave(resident);
      });
      subscriber.add(
        source.subscribe({
          next(sample) {
            // While room is given back, others are let through that do not know yet.
            if (subscriber.closed) return;
            context.enter(sample);
            resident++;
            gate.enter();
            gate.beginWork();
            working++;
            const place = ordered ? buffer.begin(undefined, undefined, envelopeOf(sample)?.seed) : undefined;
            if (draining.aborted) return finish(sample, place, unfinished());
            const done = pool?.done?.(sample);
            if (done?.aborted) return finish(sample, place, filtered('surplus'));
            let promised: ReturnType<typeof project>;
            try {
              promised = project(sample, done ? either(done) : abort.signal);
            } catch (error) {
              // It may fail before it has promised anything: nobody else would hear of it.
              return fail(sample, place, error);
            }
            promised.then(
              (outcomes) => finish(sample, place, outcomes),
              (error: unknown) => fail(sample, place, error),
            );
          },
          error: (error) => subscriber.error(error),
          complete() {
            sourceEnded = true;
            flush();
          },
        }),
      );
    });
}
