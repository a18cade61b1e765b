import { type BlockContext, type BlockSpec, envelopeOf, lineageOf, type Sample, SdgError, subscribeLinked } from '@sdg/core';
import { catchError, Observable, type OperatorFunction } from 'rxjs';

/** ` at sample 3`, ` at ask.0 of sample 3`: as far as it is known. */
function placeOf(sample: Sample | undefined): string {
  if (!sample) return '';
  const seed = envelopeOf(sample)?.seed;
  const { id, path } = lineageOf(sample);
  const [root, step] = [seed === undefined ? `sample ${id}` : `sample ${seed + 1}`, path.at(-1)];
  return ` at ${step === undefined ? root : `${step} of ${root}`}`;
}

/** A spec of somebody's own, whose functions name file, block and sample where they throw. */
export function withNamedFailures(spec: BlockSpec, file: string): BlockSpec {
  const { type } = spec;
  const failure = (what: string, error: unknown): unknown => {
    if (error instanceof SdgError) return error;
    const said = error instanceof Error ? error.message : String(error);
    return new SdgError('config', `plugin ${file}: ${what}: ${said}`, { remedy: 'mend it; --debug shows where', cause: error });
  };
  const naming = <Args extends unknown[], T>(name: string, call: ((...args: Args) => T) | undefined) =>
    call && {
      [name](...args: Args): T {
        try {
          return call.apply(spec, args);
        } catch (error) {
          throw failure(`${name} of ${type} failed`, error);
        }
      },
    };

  function create(config: unknown, context: BlockContext): OperatorFunction<Sample, Sample> {
    /** What the teacher or the source failed with is told in its own words. */
    const others = new Set<unknown>();
    let [current, failed]: (Sample | undefined)[] = [];
    const own: BlockContext = {
      ...context,
      failed: (sample) => (failed = sample),
      complete: (request, signal) =>
        context.complete(request, signal).catch((error: unknown) => {
          others.add(error);
          throw error;
        }),
    };
    const nameIt = (error: unknown): unknown =>
      others.has(error) ? error : failure(`block ${context.name}: ${type} failed${placeOf(failed ?? current)}`, error);
    const watched = (source: Observable<Sample>): Observable<Sample> =>
      new Observable((to) =>
        subscribeLinked(source, to, {
          next(sample) {
            current = sample;
            to.next(sample);
            current = undefined;
          },
          error(error) {
            others.add(error);
            to.error(error);
          },
          // What an observer of the block's own threw RxJS tells by a timer, which must not find the run ended.
          complete: () => void setTimeout(() => to.complete()),
        }),
      );
    let operator: OperatorFunction<Sample, Sample>;
    try {
      operator = spec.create(config, own);
    } catch (error) {
      throw nameIt(error);
    }
    if (typeof operator !== 'function') return operator;
    return (source) =>
      operator(watched(source)).pipe(
        catchError((error: unknown) => {
          throw nameIt(error);
        }),
      );
  }

  return {
    ...spec,
    ...naming('orderOf', spec.orderOf),
    ...naming('isBarrier', spec.isBarrier),
    ...naming('cost', spec.cost),
    ...naming('columns', (config) => {
      const effect = spec.columns(config);
      for (const name of ['reads', 'adds', 'removes'] as const) {
        if (!Array.isArray(effect?.[name])) throw new Error(`it gives no list ${name}`);
      }
      return effect;
    }),
    async load(written, loader) {
      try {
        return await spec.load(written, loader);
      } catch (error) {
        throw failure(`load of ${type} failed`, error);
      }
    },
    create,
  };
}
