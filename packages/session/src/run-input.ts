import { createReadStream } from 'node:fs';
import { envelopeOf, fileError, readNdjson, SdgError, type RunSettings, type Sample } from '@sdg/core';
import { expectedCalls, type OpenedPipeline } from '@sdg/pipeline';
import type { Rejects } from './rejects.js';
import type { GivenSpec } from './run-record.js';
import { sameShard, takeShard, togetherIn, type Shard } from './shard.js';
import type { UntilEnough } from './until-enough.js';

/** Samples to begin with; what knows how far the reading has come may say so. */
export type Seeds = (AsyncIterable<Sample> | Iterable<Sample>) & { readonly bytesRead?: number; readonly bytesTotal?: number | undefined };

/** The samples of files, one after another. */
async function* readFiles(files: readonly string[], onBadLine: Rejects['onBadLine'] | undefined): AsyncGenerator<Sample> {
  for (const name of files) {
    try {
      yield* readNdjson(createReadStream(name), { name, ...(onBadLine && { onBadLine }) });
    } catch (error) {
      throw fileError('read', name, error);
    }
  }
}

export async function* each(samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<Sample> {
  yield* samples;
}

/** Where bad lines go. Every shard reads the whole input: its bad lines are on record once. */
export const badLinesTo = ({ onBadLine }: Rejects, shard: Shard | undefined): Rejects['onBadLine'] =>
  shard && shard.index > 1 ? () => undefined : onBadLine;

/** The samples to begin with. */
export async function inputOf(
  seeds: Seeds | ((onBadLine: Rejects['onBadLine'] | undefined) => Promise<Seeds>) | undefined,
  { files = [], skipBadLines }: GivenSpec,
  take: Rejects['onBadLine'],
): Promise<Seeds> {
  const onBadLine = skipBadLines ? take : undefined;
  return typeof seeds === 'function' ? seeds(onBadLine) : (seeds ?? readFiles(files, onBadLine));
}

interface Dividing {
  readonly shard: Shard | undefined;
  readonly first: Sample | undefined;
  readonly until: UntilEnough | undefined;
  readonly opened: OpenedPipeline;
  readonly settings: RunSettings;
}

/** The samples of the run's shard; all of them where it has none. Fails where the run is one that cannot be divided. */
export function dividing(samples: AsyncIterable<Sample>, { shard, first, until, opened, settings }: Dividing): AsyncIterable<Sample> {
  const { pipeline, catalog } = opened;
  if (until && (shard || (first && envelopeOf(first)?.shard !== undefined))) {
    throw new SdgError('usage', '--shard: a run for a number of outputs goes on by what all leaves have so far, so it cannot be divided', {
      remedy: 'leave out the number, or run it in one process',
    });
  }
  if (!shard) return sameShard(samples, () => togetherIn(pipeline, catalog));
  return takeShard(samples, { shard, by: togetherIn(pipeline, catalog), weightOf: expectedCalls(pipeline, catalog, settings) });
}
