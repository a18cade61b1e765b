import { catalog } from '@sdg/blocks';
import { counted, lineageOf, observers, SdgError, type Sample } from '@sdg/core';
import { leafKinds, measureInput, openPipeline, type InputMeasure, type Trial } from '@sdg/pipeline';
import { openRun, readPrices, type GivenSpec } from '@sdg/session';
import { readSamples, SEEDS } from '../io/read-samples.js';
import { count } from '../progress/format.js';
import { SeedChoice } from './choose-seeds.js';
import { columnProfile, seedLines } from './format-preview.js';
import { noticesTo } from './notices.js';
import { PreviewNotes } from './preview-notes.js';
import type { RunInvocation } from '../commands/run.js';
import { estimateLines } from './show-plan.js';

/** What a preview does without: it leaves no file, takes no part of the input, and sends each seed through once. */
function previewSpec(spec: GivenSpec): GivenSpec {
  const { numOutputs, numOutputsPerLeaf, attemptsAhead, maxStalledAttempts, runDir, resume, rejects, outputDir, shard, ...rest } = spec;
  if (rest.on !== undefined) {
    throw new SdgError('usage', '--preview does not go with --on: it makes its calls itself', {
      remedy: 'leave out --on, and name a --teacher',
    });
  }
  return rest;
}

/** Without the number that a task's samples ask for: they would go round until it is reached. */
const once = ({ num_outputs, ...sample }: Sample): Sample =>
  typeof num_outputs === 'number' ? sample : { ...sample, ...(num_outputs !== undefined && { num_outputs }) };

/** What a run pays of it again; the offline teacher costs nothing and keeps nothing. */
function keptLine({ teacher = 'offline', noCache }: GivenSpec): string {
  if (teacher === 'offline') return '';
  return noCache
    ? 'its calls were not kept (--no-cache): a run pays them again\n'
    : 'its calls are in the cache: a run does not pay them again\n';
}

/** Reads the input: its measure, and the seeds to try. */
async function chooseSeeds({ flags, stdin, say }: RunInvocation, spec: GivenSpec): Promise<{ input: InputMeasure; choice: SeedChoice }> {
  const onBadLine = spec.skipBadLines ? { onBadLine: (error: { readonly what: string }) => say(error.what) } : {};
  const reader = await readSamples({ files: spec.files ?? [], stdin, ...SEEDS, ...onBadLine });
  const choice = new SeedChoice(flags.preview!);
  const passing = async function* (): AsyncGenerator<Sample> {
    for await (const sample of reader) {
      choice.take(sample);
      yield sample;
    }
  };
  return { input: await measureInput(passing()), choice };
}

/** The work of `sdg-run --preview N`: a few seeds go all the way, and what became of each is printed. */
export async function showPreview(invocation: RunInvocation, given: GivenSpec): Promise<number> {
  const { env, stdout, complain, interrupted: signal } = invocation;
  const spec = previewSpec(given);
  const { pipeline, plugin: plugins, modelFamily: family, config } = spec;
  const observer = noticesTo(invocation);
  const prices = readPrices(spec.price);
  const { input, choice } = await chooseSeeds(invocation, spec);
  if (input.total === 0) {
    throw new SdgError('no-output', 'the input was empty, so there is nothing to preview', {
      remedy: 'see why what was to write the samples gave none',
    });
  }
  const seeds = choice.chosen();
  const notes = new PreviewNotes(prices);
  const run = await openRun({
    ...spec,
    ...{ catalog, env, signal },
    seeds: seeds.map(once),
    observer: observers(observer, notes.observer),
  });
  const rows: Sample[] = [];
  let failed: unknown;
  try {
    for await (const row of run) {
      rows.push(row);
      notes.of(lineageOf(row).root).rows.push(row);
    }
  } catch (error) {
    failed = error;
  }
  const result = await run.end({ written: rows.length, ...(failed !== undefined && { error: failed }) });
  const lines = seeds.flatMap((seed, i) => seedLines(seed, notes, [i + 1, seeds.length], prices !== undefined));
  if (rows.length > 0) lines.push(`columns of the ${counted(rows.length, 'row')}`, ...columnProfile(rows), '');
  lines.push(String(run.run.ledger), '');
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  for (const line of result.remarks) complain(line);
  if (result.error && result.error instanceof SdgError && result.error.code !== 'no-output') throw result.error;

  const kinds = new Map(leafKinds.map((kind) => [kind, seeds.filter((seed) => seed['leaf_node_type'] === kind).length]));
  const trial: Trial = {
    seeds: seeds.length,
    secondsPerCall: notes.secondsPerCall,
    samples: (kind) => (kind ? (kinds.get(kind) ?? 0) : seeds.length),
    accounts: run.run.ledger.toJSON(),
  };
  const opened = await openPipeline(pipeline!, { env, catalog, plugins, family, config });
  const tried = Math.min(choice.leaves, seeds.length);
  stdout.write(
    `the whole input, ${counted(input.total, 'seed')}, by what the preview saw` +
      `${tried < choice.leaves ? ` of ${count(tried)} of its ${count(choice.leaves)} leaves` : ''}:\n` +
      `${estimateLines(spec, opened, input, trial)}` +
      `${result.cost === undefined ? '' : `the preview cost ${result.cost.toFixed(6)}\n`}` +
      keptLine(spec),
  );
  if (result.error) throw result.error;
  return 0;
}
