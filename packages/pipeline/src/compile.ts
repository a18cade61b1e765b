import { Run, type Catalog, type RunOptions, type Sample } from '@sdg/core';
import { defer, finalize, map, type OperatorFunction } from 'rxjs';
import type { Pipeline } from './pipeline.js';
import { leave } from './position.js';
import { route } from './route.js';
import { runChain } from './run-chain.js';

export interface CompileOptions extends RunOptions {
  /** The catalogue that the pipeline was loaded with. */
  readonly catalog: Catalog;
  /** Given: all subscriptions belong to this run. Otherwise each is a run of its own, made of the other options. */
  readonly run?: Run;
}

/**
 * Makes one operator of a pipeline: it can be used any number of times, and holds no state between uses. With one chain
 * for each kind of leaf, each sample goes through its own (see {@link route}). What comes out names the pipeline in its
 * lineage.
 *
 * @example
 * const { pipeline } = await loadPipeline('pipelines/full', { catalog });
 * seeds.pipe(compile(pipeline, { catalog, teacher })).subscribe(console.log);
 */
export function compile(pipeline: Pipeline, { catalog, run, ...options }: CompileOptions): OperatorFunction<Sample, Sample> {
  const [only] = pipeline.chains;
  return (source) =>
    defer(() => {
      const current = run ?? new Run(options);
      const operator =
        only && pipeline.chains.length === 1 && only.kind === undefined
          ? runChain(only, current, catalog).operator
          : route(pipeline, current, catalog);
      return source.pipe(
        operator,
        map((sample) => leave(sample, pipeline.name)),
        finalize(() => current !== run && current.close()),
      );
    });
}
