import {
  envelopeOf,
  inEnvelope,
  lineageOf,
  Run,
  SdgError,
  type Catalog,
  type Envelope,
  type RunOptions,
  type Sample,
  NONE,
} from '@sdg/core';
import { defer, finalize, map, type OperatorFunction } from 'rxjs';
import type { Pipeline } from './pipeline.js';
import { route } from './route.js';
import { sampleFault } from './sample-fault.js';

export interface CompileOptions extends RunOptions {
  /** The catalogue that the pipeline was loaded with. */
  readonly catalog: Catalog;
  /** Given: all subscriptions belong to this run. Otherwise each is a run of its own, made of the other options. */
  readonly run?: Run;
  /**
   * The acknowledgement to the source: called with the number of a seed (its place in the input, from 0) when all that
   * was made of it has been handed on or has ended on record, once and for each, in the order of the output.
   */
  readonly onSeedOver?: (seed: number) => void;
}

/** The sample as it leaves a pipeline: its lineage names that, and of the envelope there is what is given. */
export function leaving(sample: Sample, pipeline: string, at: Envelope | undefined): Sample {
  // The envelope goes last, wherever it stood: rows are the same bytes whichever way they went.
  const { _sdg, ...columns } = inEnvelope(sample, undefined);
  return inEnvelope({ ...NONE, ...columns, _sdg: { ...NONE, ...(_sdg ?? lineageOf(sample)), pipeline } }, at);
}

/**
 * Makes one operator of a pipeline: it can be used any number of times, and holds no state between uses. With one chain
 * for each kind of leaf, each sample goes through its own (see {@link route}). What comes out names the pipeline in its
 * lineage.
 *
 * Seeds are numbered as they come. If the first comes in an envelope with a number, all do, and what is made of them
 * comes out with it.
 *
 * @example
 * const { pipeline } = await loadPipeline('pipelines/full', { catalog });
 * seeds.pipe(compile(pipeline, { catalog, teacher })).subscribe(console.log);
 */
export function compile(pipeline: Pipeline, { catalog, run, onSeedOver, ...options }: CompileOptions): OperatorFunction<Sample, Sample> {
  return (source) =>
    defer(() => {
      const current = run ?? new Run(options);
      let count = 0;
      let given: boolean | undefined;
      return source.pipe(
        map((sample) => {
          const fault = sampleFault(sample);
          if (fault !== undefined) {
            throw new SdgError('bad-input', `a seed ${fault}`, { remedy: 'give samples as JSON has them' });
          }
          given ??= envelopeOf(sample)?.seed !== undefined;
          return given ? sample : inEnvelope(sample, { seed: count++ });
        }),
        route(pipeline, current, catalog, onSeedOver),
        map((sample) => leaving(sample, pipeline.name, given ? envelopeOf(sample) : undefined)),
        finalize(() => current !== run && current.close()),
      );
    });
}
