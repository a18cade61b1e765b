import { setMaxListeners } from 'node:events';
import { Observable, type OperatorFunction } from 'rxjs';
import { SdgError } from './errors.js';
import { settle, type Outcomes } from './expand.js';
import { rejected, unfinished } from './outcome.js';
import type { BlockContext } from './run.js';
import type { Sample } from './sample.js';

/** A sample in the operator, and what became of it once its project has ended. */
interface Place<In extends Sample, Out extends Sample> {
  readonly sample: In;
  outcomes?: Outcomes<Out>;
}

/** Samples that have ended are cut from the front of the line in steps of this many: shifting each one costs O(n). */
const COMPACT_AT = 512;

/**
 * Turns each sample into its outcomes by `project`, which may wait: the operator under every block that calls the
 * teacher. All samples are started as they come; how many run at once is the teacher's queue's to decide, and how many
 * are here at once is the gate's, which stops the reader.
 *
 * Output is in input order (`context.ordered`, default) or in order of completion. Children go out one sample's at a
 * time and only while the gate has room. A failure that ends the run errors at once and aborts `signal` of all others;
 * one that does not (see `SdgError.endsRun`) rejects its sample. Unsubscribing aborts, and gives back all room.
 */
export function concurrentMap<In extends Sample, Out extends Sample>(
  context: BlockContext,
  project: (sample: In, signal: AbortSignal) => Promise<Outcomes<Out>>,
): OperatorFunction<In, Out> {
  const { gate, stage, ordered, draining } = context;
  return (source) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      setMaxListeners(0, abort.signal);
      let line: Place<In, Out>[] = [];
      let head = 0;
      let working = 0;
      let sourceEnded = false;

      const ready = (): Place<In, Out> | undefined => {
        const first = line[head];
        return first?.outcomes === undefined ? undefined : first;
      };
      const release = (): void => {
        const first = ready();
        if (!first) return;
        head++;
        if (head >= COMPACT_AT) {
          line = line.slice(head);
          head = 0;
        }
        // Its own room is given back first, without a dispatch in between, so that its children take its place.
        gate.enter(-1);
        try {
          settle(context, first.sample, first.outcomes!, (out) => subscriber.next(out));
        } catch (error) {
          subscriber.error(error);
          return;
        }
        flush();
      };
      const flush = (): void => {
        if (subscriber.closed) return;
        if (ready()) door.knock();
        else if (sourceEnded && head === line.length && working === 0) subscriber.complete();
      };
      const door = gate.door(stage, release);
      const finish = (entry: Place<In, Out>, outcomes: Outcomes<Out>): void => {
        if (subscriber.closed) return;
        entry.outcomes = outcomes;
        if (!ordered) line.push(entry);
        working--;
        flush();
        gate.endWork();
      };
      const fail = (entry: Place<In, Out>, error: unknown): void => {
        if (subscriber.closed) return;
        if (error instanceof SdgError && error.code === 'interrupted') finish(entry, unfinished());
        else if (error instanceof SdgError && !error.endsRun) finish(entry, rejected(error.code, { message: error.message }));
        else subscriber.error(error);
      };

      subscriber.add(() => {
        abort.abort();
        door.close();
        const held = line.length - head + (ordered ? 0 : working);
        context.abandon(held);
        line = [];
        gate.endWork(working);
        gate.leave(held);
      });
      subscriber.add(
        source.subscribe({
          next(sample) {
            context.enter(sample);
            const entry: Place<In, Out> = { sample };
            gate.enter();
            gate.beginWork();
            working++;
            if (ordered) line.push(entry);
            if (draining.aborted) return finish(entry, unfinished());
            project(sample, abort.signal).then(
              (outcomes) => finish(entry, outcomes),
              (error: unknown) => fail(entry, error),
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
