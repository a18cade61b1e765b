import { counted, sumOf } from '@sdg/values';
import { createReadStream } from 'node:fs';
import { catalog } from '@sdg/blocks';
import { DEFAULT_SEED, Drop, observers, readNdjson, SdgError, type Observer, type Sample } from '@sdg/core';
import { DEFAULT_SYSTEM_PROMPT, leafOf, mmluRow, RunFolder, testRows, timeSuffix, type LeafFile } from '@sdg/mixer';
import { openRejects, openRun, specOf, type GivenSpec } from '@sdg/session';
import { openPipeline } from '@sdg/pipeline';
import { AuxiliaryLookup } from '../mix/auxiliary.js';
import { defaultRecipes, loadFormats } from '../mix/mix-recipe.js';
import { noRows, tellAlone, tellLeftOut } from '../mix/no-rows.js';
import { showProgress } from '../progress/show-progress.js';
import { endLines } from '../progress/summary.js';
import { noticesTo } from '../run/notices.js';
import type { GenerateInvocation } from '../commands/generate.js';
import { readSeeds } from './read-seeds.js';

/** Flags of the original that have nothing to change here. */
const IGNORED = {
  'batch-size': 'samples flow one by one and wait for no batch',
  'tls-client-passwd': 'keys with a password are not read',
} as const;

/** All samples of the leaves' files, leaf after leaf. */
async function* samplesOf(leaves: readonly LeafFile[]): AsyncGenerator<Sample> {
  for (const { path } of leaves) yield* readNdjson(createReadStream(path), { name: path });
}

/** What every pass of a generation shares. */
interface Passes {
  readonly invocation: GenerateInvocation;
  readonly spec: Omit<GivenSpec, 'pipeline'>;
  /** Told of all passes. */
  readonly observer: Observer;
}

/** One pass of seeds through a pipeline, with the progress on stderr. Fails with what the run failed by, after what came out. */
async function* generate({ invocation, spec, observer }: Passes, pipeline: string, leaves: readonly LeafFile[]): AsyncGenerator<Sample> {
  const { name, flags, env, stderr, view, interrupted: signal, complain } = invocation;
  const run = await openRun({ ...spec, pipeline, catalog, env, observer, signal, seeds: samplesOf(leaves) });
  const title = `${name} ${run.pipeline.name} · ${run.by}`;
  const hide = showProgress({ title, snapshot: () => run.snapshot(), stderr, view, quiet: flags.quiet });
  let failure: unknown;
  try {
    yield* run;
  } catch (error) {
    failure = error;
  } finally {
    const result = await run.end({ error: failure });
    hide();
    if (!flags.quiet) for (const line of endLines(run.snapshot(), run.run.ledger, result)) stderr.write(`${line}\n`);
    for (const line of result.remarks) complain(line);
    failure = result.error;
  }
  if (failure) throw failure;
}

/** The flags as a spec, which spells some of them otherwise. */
function specFrom({ flags }: GenerateInvocation): Omit<GivenSpec, 'pipeline'> {
  const { 'endpoint-url': teacher, 'sdg-scale-factor': scaleFactor, pipeline: _1, rejects: _2, 'output-dir': _3, ...rest } = flags;
  return specOf({ ...rest, teacher, scaleFactor });
}

/** The work of `sdg generate`: taxonomy to training files, in one process. */
export async function runGenerate(invocation: GenerateInvocation): Promise<number> {
  const { flags, env, say, complain } = invocation;
  for (const [flag, why] of Object.entries(IGNORED)) {
    if (flags[flag as keyof typeof IGNORED] !== undefined) say(`--${flag} has no effect: ${why}`);
  }
  const name = flags.pipeline ?? 'simple';
  const notices = noticesTo(invocation);
  await openPipeline(name, { env, catalog, observer: notices });
  const auxiliary = new AuxiliaryLookup(name, env, say);
  await auxiliary.learn(name);
  const folder = flags['output-dir'] ?? 'datasets';
  const systemPrompt = flags['system-prompt'] ?? DEFAULT_SYSTEM_PROMPT;
  const output = new RunFolder({
    ...{ folder, suffix: timeSuffix(new Date()), systemPrompt, seed: flags.seed ?? DEFAULT_SEED, note: say },
    mix: { formats: await loadFormats([], complain), note: say, signal: invocation.interrupted },
    recipes: await ownPrompt(defaultRecipes(env, say), flags['system-prompt']),
    auxiliaryInstructions: auxiliary.find,
    onSingleDocument: tellAlone(say),
    ...(flags['skill-samples'] !== undefined && { skillSamples: flags['skill-samples'] }),
  });

  const tests = new Map<string, object>();
  const seeds = await output.leaves(
    'preprocessed',
    noting(readSeeds(invocation), (seed) => {
      for (const row of testRows(seed, systemPrompt)) tests.set(JSON.stringify(row), row);
    }),
  );
  if (seeds.length === 0) {
    if (invocation.interrupted.aborted) return 130;
    throw new SdgError('bad-input', 'no leaves to generate for: nothing in the taxonomy differs from the base', {
      remedy: 'change or add a qna.yaml, or take all leaves with --taxonomy-base empty',
    });
  }
  await output.writeTest(tests.values());
  say(
    `${counted(
      sumOf(seeds, ({ rows }) => rows),
      'seed sample',
    )} of ${counted(seeds.length, 'leaf', 'leaves')}`,
  );

  const key = flags['api-key'];
  if (key !== undefined) complain('--api-key shows the key to all users of this machine; prefer SDG_API_KEY or --api-key-file');
  const rejects = await openRejects(flags.rejects, { onFailure: ({ message }) => complain(message) });
  const passes: Passes = {
    invocation: key === undefined ? invocation : { ...invocation, env: { ...env, SDG_API_KEY: key } },
    spec: specFrom(invocation),
    observer: observers(notices, rejects.observer),
  };
  try {
    const generated = await output.leaves('generated', generate(passes, name, seeds));
    await evaluate(passes, output, seeds);
    const summary = await output.finish(generated);
    tellLeftOut(summary.rejected, say);
    say(`${counted(summary.samples, 'sample')} generated; wrote to ${folder}: ${summary.files.join(', ')}`);
    if (Object.keys(summary.mixes).length === 0) {
      throw noRows({ read: summary.samples, badLines: 0, reasons: Object.keys(summary.rejected) });
    }
  } finally {
    await rejects.close();
  }
  return 0;
}

/** Recipes without their system message where the command line has one. */
async function ownPrompt(found: ReturnType<typeof defaultRecipes>, systemPrompt: string | undefined): ReturnType<typeof defaultRecipes> {
  const recipes = Object.entries(await found);
  return Object.fromEntries(recipes.map(([phase, recipe]) => [phase, systemPrompt === undefined ? recipe : { ...recipe, systemPrompt }]));
}

/** Multiple-choice questions on the knowledge leaves, for measuring what was learnt. */
async function evaluate(passes: Passes, output: RunFolder, seeds: readonly LeafFile[]): Promise<void> {
  const { flags, say } = passes.invocation;
  const knowledge = seeds.filter(({ isKnowledge }) => isKnowledge);
  if (knowledge.length === 0 || flags['no-eval']) return;
  const rows = new Map<string, object[]>(knowledge.map(({ leaf }) => [leaf, []]));
  try {
    for await (const sample of generate(passes, 'eval', knowledge)) {
      const row = mmluRow(sample);
      if (!(row instanceof Drop)) rows.get(leafOf(sample))?.push(row);
    }
  } catch (error) {
    // Questions that did not come about take nothing from the training rows.
    if (!(error instanceof SdgError) || error.code !== 'no-output') throw error;
    say(error.message);
  }
  for (const { leaf, stem } of knowledge) {
    if (rows.get(leaf)!.length === 0) say(`leaf ${leaf}: no evaluation question had four choices and an answer`);
    output.addEvaluation(stem, rows.get(leaf)!);
  }
}

async function* noting(samples: AsyncIterable<Sample>, note: (sample: Sample) => void): AsyncGenerator<Sample> {
  for await (const sample of samples) {
    note(sample);
    yield sample;
  }
}
