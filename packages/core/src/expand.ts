import { Observable, type OperatorFunction } from 'rxjs';
import { Drop, type Outcome, type Sample, SdgError } from '@sdg/values';
import { childEnvelope, envelopeOf, inEnvelope } from './envelope.js';
import type { BlockContext } from './run.js';
import { subscribeLinked } from './subscribe-linked.js';

/** One outcome or several, never none: a sample cannot vanish. */
export type Outcomes<S extends Sample = Sample> = Outcome<S> | readonly Outcome<S>[];

/**
 * Books the outcomes of `sample` and hands those that come out to `emit`, in the envelope of their parent, whatever the
 * block made of it. Used by every operator that makes samples.
 */
export function settle<S extends Sample>(context: BlockContext, sample: Sample, outcomes: Outcomes<S>, emit: (sample: S) => void): void {
  const list = Array.isArray(outcomes) ? (outcomes as readonly Outcome<S>[]) : outcomes ? [outcomes as Outcome<S>] : [];
  /** Samples that came of this one, or itself, and are not booked yet: what goes wrong here leaves them unfinished. */
  let left = 1;
  try {
    if (list.length === 0) {
      throw new SdgError('internal', `block ${context.name} returned no outcome for a sample`, {
        remedy: 'return filtered(), deduplicated() or rejected(reason) for a sample that does not come out',
      });
    }
    context.made(sample, list.length - 1);
    left = list.length;
    const at = envelopeOf(sample);
    for (const [i, outcome] of list.entries()) {
      if (outcome instanceof Drop) {
        left--;
        context.drop(sample, outcome);
      } else {
        const child = at ? inEnvelope(outcome, list.length > 1 ? childEnvelope(at, i) : at) : outcome;
        left--;
        context.out(child, sample);
        emit(child);
      }
    }
  } catch (error) {
    context.abandon(left);
    throw error;
  }
}

/**
 * Turns each sample into its outcomes at once: the operator under every block that does not wait. `begin` is called for
 * each subscription, so state made in it lives in the subscription.
 *
 * @example expand(context, () => (sample) => (sample['score'] === 1 ? sample : filtered()))
 */
export function expand<In extends Sample, Out extends Sample>(
  context: BlockContext,
  begin: () => (sample: In) => Outcomes<Out>,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      const project = begin();
      subscribeLinked(source, subscriber, {
        next(sample) {
          context.enter(sample);
          let outcomes: Outcomes<Out>;
          try {
            outcomes = project(sample);
          } catch (error) {
            context.abandon(1);
            return subscriber.error(error);
          }
          try {
            settle(context, sample, outcomes, (out) => subscriber.next(out));
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
