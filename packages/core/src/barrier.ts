import { Observable, type OperatorFunction } from 'rxjs';
import { type Sample, Spill, type SpillPlace } from '@sdg/values';
import { settle, type Outcomes } from './expand.js';
import type { BlockContext } from './run.js';

/** What a barrier does with the samples of one subscription. */
export interface Reviewer<In extends Sample, Out extends Sample> {
  /** Told of every sample as it comes: what is to be known of all of them is gathered here. */
  see?(sample: In): void;
  /** Called when all have been seen. */
  ready?(): void;
  /** What becomes of a sample; called for each, in input order (from 0), once all have been seen. */
  judge(sample: In, index: number): Outcomes<Out>;
  /** Called at the end, however it comes. */
  close?(): void;
}

/**
 * Waits for the whole stream, then turns it into outcomes, sample by sample in input order: the operator under blocks
 * that must have seen all samples before the first may go. The samples wait on disk once they are many (see
 * {@link Spill}); some forty bytes of each stay in memory. They do not count as resident, or the gate would wait for
 * ever; what is let go passes the gate one by one. `begin` is called for each subscription, so state lives in it.
 *
 * @example
 * barrier(context, () => {
 *   let most = 0;
 *   return { see: ({ score }) => (most = Math.max(most, score)), judge: (sample) => (sample.score === most ? sample : filtered()) };
 * });
 */
export function barrier<In extends Sample, Out extends Sample>(
  context: BlockContext,
  begin: () => Reviewer<In, Out>,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      const reviewer = begin();
      const spill = new Spill();
      const places: SpillPlace[] = [];
      let next = 0;
      let isReady = false;
      /** What goes wrong in here may happen at the gate's own call, where nobody else would hear of it. */
      const guarded = (work: () => void): void => {
        try {
          work();
        } catch (error) {
          subscriber.error(error);
        }
      };
      const door = context.gate.door(context.stage, () =>
        guarded(() => {
          if (subscriber.closed) return;
          const sample = JSON.parse(spill.read(places[next]!)) as In;
          const outcomes = reviewer.judge(sample, next);
          next++;
          settle(context, sample, outcomes, (out) => subscriber.next(out));
          advance();
        }),
      );
      const advance = (): void => {
        if (next < places.length) door.knock();
        else subscriber.complete();
      };
      const { gate, name } = context;
      subscriber.add(gate.queue(() => (isReady || places.length === 0 ? undefined : { count: places.length, for: 'end', before: name })));
      subscriber.add(() => {
        door.close();
        context.abandon(places.length - next);
        next = places.length;
        spill.close();
        reviewer.close?.();
      });
      subscriber.add(
        source.subscribe({
          next: (sample) =>
            guarded(() => {
              if (subscriber.closed) return;
              context.enter(sample);
              places.push(spill.add(JSON.stringify(sample)));
              reviewer.see?.(sample);
            }),
          error: (error) => subscriber.error(error),
          complete: () =>
            guarded(() => {
              isReady = true;
              reviewer.ready?.();
              advance();
            }),
        }),
      );
    });
}
