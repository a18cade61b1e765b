import { Observable, type OperatorFunction } from 'rxjs';
import { settle, type Outcomes } from './expand.js';
import type { BlockContext } from './run.js';
import type { Sample } from './sample.js';

/**
 * Waits for the whole stream, then turns it into outcomes, one entry a sample, in input order: the operator under
 * blocks that need all samples at once. What it holds does not count as resident, or the gate would wait for ever;
 * what it lets go passes the gate sample by sample.
 */
export function barrier<In extends Sample, Out extends Sample>(
  context: BlockContext,
  project: (samples: readonly In[]) => readonly Outcomes<Out>[],
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      const samples: In[] = [];
      let outcomes: readonly Outcomes<Out>[] = [];
      let next = 0;
      const door = context.gate.door(context.stage, () => {
        if (subscriber.closed) return;
        const at = next++;
        settle(context, samples[at]!, outcomes[at]!, (out) => subscriber.next(out));
        advance();
      });
      const advance = (): void => {
        if (next < samples.length) door.knock();
        else subscriber.complete();
      };
      subscriber.add(() => {
        door.close();
        context.abandon(samples.length - next);
        next = samples.length;
      });
      subscriber.add(
        source.subscribe({
          next(sample) {
            context.enter(sample);
            samples.push(sample);
          },
          error: (error) => subscriber.error(error),
          complete() {
            try {
              outcomes = project(samples);
            } catch (error) {
              return subscriber.error(error);
            }
            advance();
          },
        }),
      );
    });
}
