import { contentHash, type Sample } from '@sdg/core';
import { stagesOf, type Stage } from '@sdg/pipeline';
import { peek, type EngineJob } from '@sdg/session';
import { AnswerReader } from './answer-reader.js';
import type { Link } from './link.js';
import { blocksHash, FORMAT, packStages, runId, sharedSpec, type Manifest } from './manifest.js';
import { levelsOf } from './levels.js';
import { forgetOldRuns, openBuckets, openStreams, RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';
import type { SeedTraces } from './units-out.js';

/** Where a coordinator stands: what it was opened with, and what it has at the server. */
export interface Desk {
  readonly manifest: Manifest;
  readonly link: Link;
  readonly traces: SeedTraces | undefined;
  readonly job: EngineJob;
  readonly buckets: Buckets;
  readonly names: RunNames;
  readonly parcels: Parcels;
  readonly stages: readonly Stage[];
  readonly seeds: AsyncIterable<Sample>;
  readonly answers: AnswerReader;
  /** The run was begun before, here or elsewhere. */
  readonly isResumed: boolean;
}

/** Makes what a run has at the server; what is there stays. */
export async function putUp(
  link: Link,
  { buckets, names, parcels, stages, manifest }: Pick<Desk, 'buckets' | 'names' | 'parcels' | 'stages' | 'manifest'>,
): Promise<void> {
  await openStreams(link, names, { levels: levelsOf(stages), patienceMs: buckets.patienceMs });
  await parcels.open();
  await link.persist(async () => buckets.runs.put(`${names.run}.spec`, await parcels.pack(manifest)));
}

/** Says what a run is, puts it up at the server, and reads what an earlier try at it has left there. */
export async function openDesk(link: Link, job: EngineJob, traces?: SeedTraces): Promise<Desk> {
  const { pipeline, catalog, settings, spec, own, goal } = job;
  const stages = stagesOf(pipeline, catalog);
  const { first, all } = await peek(job.seeds, job.draining);
  const manifest: Manifest = {
    ...{ format: FORMAT, pipeline: pipeline.name, stages: packStages(stages, catalog), settings, own },
    blocks: blocksHash(stages, catalog),
    shared: sharedSpec(spec),
    seedRequests: goal !== undefined,
    input: first === undefined ? '' : contentHash('input', JSON.stringify(first)),
  };
  const names = new RunNames(link.prefix, runId(manifest));
  const buckets = await openBuckets(link);
  const parcels = new Parcels(link, names.objects);
  // What fails here is left to the next one.
  await forgetOldRuns(link, buckets).catch(() => undefined);
  await putUp(link, { buckets, names, parcels, stages, manifest });
  const answers = await AnswerReader.open(link, names);
  const before = await link.persist(() => buckets.runs.get(`${names.run}.state`));
  const isResumed = before?.operation === 'PUT';
  return { link, traces, job, buckets, names, parcels, stages, manifest, seeds: all, answers, isResumed };
}
