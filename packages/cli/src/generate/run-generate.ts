import { createReadStream } from 'node:fs';
import { catalog } from '@sdg/blocks';
import { DEFAULT_SEED, Drop, fromGated, Gate, readNdjson, Run, SdgError, type Sample, type Teacher } from '@sdg/core';
import { collect, DEFAULT_SYSTEM_PROMPT, leafOf, mmluRow, RunFolder, testRows, timeSuffix, type LeafFile } from '@sdg/mixer';
import { compile, type Pipeline } from '@sdg/pipeline';
import { AuxiliaryLookup } from '../mix/auxiliary.js';
import { loadFormats } from '../mix/mix-recipe.js';
import { defaultRecipes } from '../mix/mix-recipe.js';
import { count } from '../progress/format.js';
import { progressMode, showProgress } from '../progress/show-progress.js';
import { watch } from '../progress/snapshot.js';
import { summaryLines } from '../progress/summary.js';
import { openPipeline } from '../run/open-pipeline.js';
import { openTeacher } from '../run/open-teacher.js';
import { openRejectSink, type RejectSink } from '../run/reject-sink.js';
import type { GenerateInvocation } from './generate-flags.js';
import { readSeeds } from './read-seeds.js';

/** Flags of the original that have nothing to change here. */
const IDLE = {
  'batch-size': 'samples flow one by one and wait for no batch',
  'tls-client-passwd': 'keys with a password are not read',
} as const;

/** All samples of the leaves' files, leaf after leaf. */
async function* samplesOf(leaves: readonly LeafFile[]): AsyncGenerator<Sample> {
  for (const { path } of leaves) yield* readNdjson(createReadStream(path), { name: path });
}

/** One pass of seeds through a pipeline, with the progress on stderr. */
async function* generate(invocation: GenerateInvocation, pipeline: Pipeline, teacher: Teacher, leaves: readonly LeafFile[], rejects: RejectSink): AsyncGenerator<Sample> {
  const { flags, stdout, stderr, redirect, interrupted, say } = invocation;
  const run = new Run({
    teacher,
    gate: new Gate(),
    seed: flags.seed ?? DEFAULT_SEED,
    settings: {
      ...(flags['sdg-scale-factor'] !== undefined && { scaleFactor: flags['sdg-scale-factor'] }),
      ...(flags['max-num-tokens'] !== undefined && { maxNumTokens: flags['max-num-tokens'] }),
      ...(flags.model !== undefined && { model: flags.model }),
      ...(flags['model-family'] !== undefined && { modelFamily: flags['model-family'] }),
    },
    observer: rejects.observer,
  });
  const drain = (): void => run.drain();
  interrupted.addEventListener('abort', drain, { once: true });
  let written = 0;
  const watched = { run, written: () => written, bytesRead: () => 0, bytesTotal: undefined };
  const progress = showProgress({
    title: `${invocation.name} ${pipeline.name} · ${teacher.name}`,
    snapshot: watch(watched),
    stderr,
    mode: progressMode(flags.quiet === true, stderr, stdout),
  });
  const final = watch(watched);
  redirect((line) => progress.note(line));
  let failure: unknown;
  try {
    const seeds = fromGated(samplesOf(leaves), { gate: run.gate, draining: run.draining, onError: (error) => (failure = error) });
    for await (const sample of collect(seeds.pipe(compile(pipeline, { catalog, run })), run.gate)) {
      written++;
      yield sample;
    }
  } finally {
    interrupted.removeEventListener('abort', drain);
    run.close();
    progress.stop();
    redirect();
    if (!flags.quiet) for (const line of summaryLines(final(), run.ledger)) stderr.write(`${line}\n`);
  }
  if (failure) throw failure;
  if (interrupted.aborted) throw new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' });
  run.ledger.reconcile();
  if (written === 0) say(`pipeline ${pipeline.name} gave no samples`);
}

/** The work of `sdg generate`: taxonomy to training files, in one process. */
export async function runGenerate(invocation: GenerateInvocation): Promise<number> {
  const { flags, env, say, complain } = invocation;
  for (const [flag, why] of Object.entries(IDLE)) if (flags[flag as keyof typeof IDLE] !== undefined) say(`--${flag} has no effect: ${why}`);
  const name = flags.pipeline ?? 'simple';
  const { pipeline } = await openPipeline(name, { env, onFinding: complain });
  const auxiliary = new AuxiliaryLookup(name, env, say);
  await auxiliary.learn(name);
  const folder = flags['output-dir'] ?? 'datasets';
  const systemPrompt = flags['system-prompt'] ?? DEFAULT_SYSTEM_PROMPT;
  const output = new RunFolder({
    ...{ folder, suffix: timeSuffix(new Date()), systemPrompt, seed: flags.seed ?? DEFAULT_SEED, note: say },
    mix: { formats: await loadFormats([], complain), note: say, signal: invocation.interrupted },
    recipes: await ownPrompt(defaultRecipes(env, say), flags['system-prompt']),
    auxiliaryInstructions: auxiliary.find,
    onSingleDocument: (leaf) => say(`leaf ${leaf} has one document only: its questions are shown without distractors`),
    ...(flags['skill-samples'] !== undefined && { skillSamples: flags['skill-samples'] }),
  });

  const tests = new Map<string, object>();
  const seeds = await output.leaves('preprocessed', noting(readSeeds(invocation), (seed) => {
    for (const row of testRows(seed, systemPrompt)) tests.set(JSON.stringify(row), row);
  }));
  if (seeds.length === 0) {
    say('no leaves to generate for');
    return 0;
  }
  await output.writeTest(tests.values());
  say(`${count(seeds.reduce((sum, { rows }) => sum + rows, 0))} seed samples of ${count(seeds.length)} leaves`);

  const key = flags['api-key'];
  if (key !== undefined) complain('--api-key shows the key to all users of this machine; prefer SDG_API_KEY or --api-key-file');
  const { 'endpoint-url': teacherUrl, ...rest } = flags;
  const teacherFlags = { ...rest, ...(teacherUrl !== undefined && { teacher: teacherUrl }) };
  const teacher = await openTeacher(teacherFlags as never, key === undefined ? env : { ...env, SDG_API_KEY: key }, { note: say });
  const rejects = await openRejectSink(flags.rejects);
  try {
    const generated = await output.leaves('generated', generate(invocation, pipeline, teacher, seeds, rejects));
    await evaluate(invocation, output, seeds, teacher, rejects);
    const summary = await output.finish(generated);
    for (const [reason, n] of Object.entries(summary.rejected)) say(`${count(n)} samples left out: ${reason}`);
    say(`${count(summary.samples)} samples generated; wrote to ${folder}: ${summary.files.join(', ')}`);
  } finally {
    await teacher.close?.();
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
async function evaluate(invocation: GenerateInvocation, output: RunFolder, seeds: readonly LeafFile[], teacher: Teacher, rejects: RejectSink): Promise<void> {
  const knowledge = seeds.filter(({ isKnowledge }) => isKnowledge);
  if (knowledge.length === 0 || invocation.flags['no-eval']) return;
  const { pipeline } = await openPipeline('eval', { env: invocation.env, onFinding: () => undefined });
  const rows = new Map<string, object[]>(knowledge.map(({ leaf }) => [leaf, []]));
  for await (const sample of generate(invocation, pipeline, teacher, knowledge, rejects)) {
    const row = mmluRow(sample);
    if (!(row instanceof Drop)) rows.get(leafOf(sample))?.push(row);
  }
  for (const { leaf, stem } of knowledge) {
    if (rows.get(leaf)!.length === 0) invocation.say(`leaf ${leaf}: no evaluation question had four choices and an answer`);
    output.addEvaluation(stem, rows.get(leaf)!);
  }
}

async function* noting(samples: AsyncIterable<Sample>, note: (sample: Sample) => void): AsyncGenerator<Sample> {
  for await (const sample of samples) {
    note(sample);
    yield sample;
  }
}
