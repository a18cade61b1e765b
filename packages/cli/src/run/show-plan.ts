import type { Sample } from '@sdg/core';
import {
  estimatePlan,
  formatEstimate,
  formatMermaid,
  formatPlan,
  measureInput,
  planPipeline,
  spread,
  trySamples,
  type InputMeasure,
  type OpenedPipeline,
  type Trial,
} from '@sdg/pipeline';
import { concurrencyOf, openTeacher, readPrices, settingsOf, type GivenSpec } from '@sdg/session';
import { readSamples, SEEDS } from '../io/read-samples.js';
import { noticesTo } from './notices.js';
import type { RunInvocation } from '../commands/run.js';

/** Calls at once that the time is told for where the flags leave it open. */
const USUAL_CONCURRENCY = 32;

/** Tries some of the samples for real, with the teacher of the spec. */
async function tryOut(
  invocation: RunInvocation,
  spec: GivenSpec,
  samples: readonly Sample[],
  { pipeline, catalog }: OpenedPipeline,
): Promise<Trial> {
  const teacher = await openTeacher(spec, { env: invocation.env, observer: noticesTo(invocation) });
  const seed = spec.seed === undefined ? {} : { seed: spec.seed };
  try {
    return await trySamples(pipeline, spread(samples, invocation.flags.sample!), { catalog, teacher, settings: settingsOf(spec), ...seed });
  } finally {
    await teacher.close?.();
  }
}

/** What a whole input takes, as a table; by what was seen where a trial was made. */
export function estimateLines(spec: GivenSpec, { pipeline, catalog }: OpenedPipeline, input: InputMeasure, trial?: Trial): string {
  const price = readPrices(spec.price)?.['*'];
  const wanted = concurrencyOf(spec.concurrency);
  return formatEstimate(estimatePlan(planPipeline(pipeline, { catalog, settings: settingsOf(spec) }), input, trial), {
    concurrency: wanted === 'auto' ? (spec.maxConcurrency ?? USUAL_CONCURRENCY) : wanted,
    ...(price && { price: [price.input, price.output] }),
    ...(trial?.secondsPerCall !== undefined && { secondsPerCall: trial.secondsPerCall }),
    ...(trial && { trial: trial.seeds }),
  });
}

/**
 * The work of `sdg-run --plan`: the graph, and for a given input what it will take. Without an input (no file, and a
 * terminal or nothing on stdin) the graph alone.
 */
export async function showPlan(invocation: RunInvocation, spec: GivenSpec, opened: OpenedPipeline): Promise<number> {
  const { flags, stdin, stdout, say } = invocation;
  const files = spec.files ?? [];
  const plan = planPipeline(opened.pipeline, { catalog: opened.catalog, settings: settingsOf(spec) });
  if (flags.mermaid) {
    stdout.write(formatMermaid(plan));
    return 0;
  }
  stdout.write(formatPlan(plan));
  if (files.length === 0 && stdin.isTTY) {
    say('no input: name a file or pipe seed samples in, and the plan says what they will take');
    return 0;
  }
  const onBadLine = spec.skipBadLines ? { onBadLine: (error: { readonly what: string }) => say(error.what) } : {};
  const reader = await readSamples({ files, stdin, ...SEEDS, ...onBadLine });
  // A trial picks its seeds from all of the input, so here the input is held in memory.
  const held: Sample[] = [];
  const kept = async function* (): AsyncGenerator<Sample> {
    for await (const sample of reader) {
      held.push(sample);
      yield sample;
    }
  };
  const input = await measureInput(flags.sample === undefined ? reader : kept());
  if (input.total === 0) {
    say('the input was empty, so there is nothing to estimate');
    return 0;
  }
  const trial = flags.sample === undefined ? undefined : await tryOut(invocation, spec, held, opened);
  stdout.write(`\n${estimateLines(spec, opened, input, trial)}`);
  return 0;
}
