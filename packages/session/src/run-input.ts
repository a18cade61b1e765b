import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { envelopeOf, fileError, isLineage, readNdjson, SdgError, type RunSettings, type Sample } from '@sdg/core';
import { expectedCalls, sampleFault, type OpenedPipeline } from '@sdg/pipeline';
import type { Rejects } from './rejects.js';
import type { GivenSpec } from './run-record.js';
import { sameShard, takeShard, togetherIn, undivided, type Shard } from './shard.js';
import type { UntilEnough } from './until-enough.js';

/** Samples to begin with; what knows how far the reading has come may say so. */
export type Seeds = (AsyncIterable<Sample> | Iterable<Sample>) & { readonly bytesRead?: number; readonly bytesTotal?: number | undefined };

/** Opens files one after another; each is looked at before the first is read, so a misspelt name costs no calls. */
async function openFiles(files: readonly string[], onBadLine: Rejects['onBadLine'] | undefined): Promise<AsyncIterable<Sample>> {
  if (files.length === 0) {
    throw new SdgError('usage', 'the run has no samples to begin with', { remedy: 'pass seeds, or files: a list of paths, - for stdin' });
  }
  const cannotRead = (name: string) => (error: unknown) => {
    throw fileError('read', name, error);
  };
  for (const name of files) {
    const found = name === '-' ? undefined : await stat(name).catch(cannotRead(name));
    if (found?.isDirectory()) cannotRead(name)({ code: 'EISDIR' });
  }
  return (async function* () {
    for (const name of files) {
      const [input, called] = name === '-' ? [process.stdin, 'stdin'] : [createReadStream(name), name];
      try {
        yield* readNdjson(input, { name: called, ...(onBadLine && { onBadLine }) });
      } catch (error) {
        cannotRead(called)(error);
      }
    }
  })();
}

/** Samples that a program made: what is none, or would be another after JSON, is found before anything is spent on it. */
async function* checked(samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<Sample> {
  let count = 0;
  for await (const sample of samples) {
    const fault =
      sampleFault(sample) ?? (sample._sdg === undefined || isLineage(sample._sdg) ? undefined : 'has a column _sdg that is no lineage');
    count++;
    if (fault !== undefined) throw new SdgError('bad-input', `seed ${count} ${fault}`, { remedy: 'give samples as JSON has them' });
    yield sample;
  }
}

/** A whole number in a value that is too large for all its digits to be kept, where there is one. */
function inexactIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const part of Object.values(value)) {
    const found = inexactIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The samples one by one. Told once: a number among them that JSON has digits of, and JavaScript has not. */
export async function* each(samples: AsyncIterable<Sample> | Iterable<Sample>, notice?: (text: string) => void): AsyncGenerator<Sample> {
  let count = 0;
  let tell = notice;
  for await (const sample of samples) {
    count++;
    const inexact = tell && inexactIn(sample);
    if (inexact !== undefined) {
      tell?.(
        `seed ${count} has a whole number of more than 16 digits, whose last ones may be lost: ${inexact}; write such as text, in quotes`,
      );
      tell = undefined;
    }
    yield sample;
  }
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
  if (typeof seeds === 'function') return seeds(onBadLine);
  return seeds ? checked(seeds) : openFiles(files, onBadLine);
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
    throw undivided();
  }
  if (!shard) return sameShard(samples, () => togetherIn(pipeline, catalog));
  return takeShard(samples, { shard, by: togetherIn(pipeline, catalog), weightOf: expectedCalls(pipeline, catalog, settings) });
}
