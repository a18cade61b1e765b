import { settle, turnOf, withTurn, type BlockContext, type Outcomes, type Sample, type Turn } from '@sdg/core';
import { Observable, type OperatorFunction } from 'rxjs';
import { Spill, type SpillPlace } from '../files/spill.js';

/** What a spilled barrier does with samples, for one subscription. */
export interface Reviewer<Out extends Sample> {
  /** Told of every sample as it comes. */
  see(sample: Sample): void;
  /** Called when all have been seen. */
  ready(): void;
  /** What becomes of a sample; called for each, in input order, once all have been seen. */
  judge(sample: Sample): Outcomes<Out>;
  /** Called at the end, however it comes. */
  close(): void;
}

/**
 * Waits for the whole stream, then turns it into outcomes in input order, like the core's `barrier`, but with the samples
 * on disk rather than in memory: some forty bytes a sample stay.
 */
export function spilledBarrier<In extends Sample, Out extends Sample>(context: BlockContext, begin: () => Reviewer<Out>): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      const reviewer = begin();
      const spill = new Spill();
      const places: SpillPlace[] = [];
      let next = 0;
      const take = (): Sample => {
        const [sample, turn] = JSON.parse(spill.read(places[next++]!)) as [Sample, Turn | null];
        return turn ? withTurn(sample, turn) : sample;
      };
      const door = context.gate.door(context.stage, () => {
        if (subscriber.closed) return;
        try {
          const sample = take();
          settle(context, sample, reviewer.judge(sample), (out) => subscriber.next(out));
        } catch (error) {
          return subscriber.error(error);
        }
        advance();
      });
      const advance = (): void => {
        if (next < places.length) door.knock();
        else subscriber.complete();
      };
      subscriber.add(() => {
        door.close();
        context.abandon(places.length - next);
        next = places.length;
        spill.close();
        reviewer.close();
      });
      subscriber.add(
        source.subscribe({
          next(sample) {
            context.enter(sample);
            try {
              places.push(spill.add(JSON.stringify([sample, turnOf(sample) ?? null])));
              reviewer.see(sample);
            } catch (error) {
              subscriber.error(error);
            }
          },
          error: (error) => subscriber.error(error),
          complete() {
            reviewer.ready();
            advance();
          },
        }),
      );
    });
}
