import {
  Gate,
  Run,
  columnsOf,
  fromGated,
  rejectsTo,
  seedSample,
  type BlockAccount,
  type BlockExample,
  type BlockSpec,
  type Catalog,
  type RejectRecord,
  type Sample,
} from '@sdg/core';
import { lastValueFrom, toArray } from 'rxjs';
import { exampleEmbedder } from './fixed-embedder.js';
import { memoryLoader } from './memory-loader.js';
import { scriptedTeacher, type ScriptedTeacher } from './scripted-teacher.js';

/** What a block did with some samples. */
export interface BlockRun {
  readonly output: readonly Sample[];
  readonly rejects: readonly RejectRecord[];
  readonly account: BlockAccount;
  readonly teacher: ScriptedTeacher;
}

/** The config of an example as `create` takes it. Fails, saying why, if it does not load. */
export async function loadExample<Config>(spec: BlockSpec<Config>, { config, files }: BlockExample, catalog?: Catalog): Promise<Config> {
  const loader = memoryLoader(files, catalog);
  const loaded = await spec.load(config, loader);
  if (loaded === undefined) throw new Error(`the example does not load: ${loader.findings.map(({ message }) => message).join('; ')}`);
  return loaded;
}

/** Runs a block of loaded config on samples, behind a gate as in a pipeline, and reconciles its account. */
export async function runBlock<Config>(
  spec: BlockSpec<Config>,
  config: Config,
  input: readonly Readonly<Record<string, unknown>>[],
  replies: Parameters<typeof scriptedTeacher>[0] = [],
): Promise<BlockRun> {
  const rejects: RejectRecord[] = [];
  const teacher = scriptedTeacher(replies);
  const gate = new Gate({ slots: 2, windowPerSlot: 2 });
  const run = new Run({ teacher, embedder: exampleEmbedder(), gate, observer: rejectsTo((record) => rejects.push(record)) });
  const seeds = input.map((columns) => seedSample(columns));
  const output = await lastValueFrom(fromGated<Sample>(seeds, { gate }).pipe(spec.create(config, run.block(spec.type)), toArray()));
  run.ledger.reconcile();
  return { output, rejects, account: run.ledger.blocks[0]!.toJSON(), teacher };
}

/** Runs an example of a spec: the columns that come out, without lineage. */
export async function runExample(spec: BlockSpec, example: BlockExample, catalog?: Catalog): Promise<readonly Record<string, unknown>[]> {
  const { output } = await runBlock(spec, await loadExample(spec, example, catalog), example.input, example.replies);
  return output.map(columnsOf);
}
