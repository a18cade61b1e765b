import type { Catalog, Run, RunSettings, Sample, Teacher } from '@sdg/core';
import { estimatePlan, formatEstimate, formatMermaid, formatPlan, measureInput, planPipeline, spread, trySamples, type Pipeline, type Trial } from '@sdg/pipeline';
import { readSamples } from '../io/read-samples.js';
import { concurrencyOf, openTeacher } from './open-teacher.js';
import { readPrices } from './prices.js';
import type { RunInvocation } from './run-flags.js';

/** Calls at once that the time is told for where the flags leave it open. */
const USUAL_CONCURRENCY = 32;

export interface PlanOptions {
  readonly pipeline: Pipeline;
  readonly catalog: Catalog;
  readonly settings: RunSettings;
  readonly files: readonly string[];
}

/** Tries some of the samples for real, with the teacher of the flags. */
async function tryOut({ flags, env, say }: RunInvocation, samples: readonly Sample[], { pipeline, catalog, settings }: PlanOptions): Promise<Trial> {
  const teacher: Teacher = await openTeacher(flags, env, { note: say });
  const seed: { seed?: Run['seed'] } = flags.seed === undefined ? {} : { seed: flags.seed };
  try {
    return await trySamples(pipeline, spread(samples, flags.sample!), { catalog, teacher, settings, ...seed });
  } finally {
    await teacher.close?.();
  }
}

/**
 * The work of `sdg-run --plan`: the graph, and for a given input what it will take. Without an input (no file, and a
 * terminal or nothing on stdin) the graph alone.
 */
export async function showPlan(invocation: RunInvocation, options: PlanOptions): Promise<number> {
  const { flags, stdin, stdout, say } = invocation;
  const { pipeline, catalog, settings, files } = options;
  const plan = planPipeline(pipeline, { catalog, settings });
  if (flags.mermaid) {
    stdout.write(formatMermaid(plan));
    return 0;
  }
  stdout.write(formatPlan(plan));
  const price = readPrices(flags.price)?.['*'];
  if (files.length === 0 && stdin.isTTY) {
    say('no input: name a file or pipe seed samples in, and the plan says what they will take');
    return 0;
  }
  const reader = await readSamples({ files, stdin, expects: 'seed samples, as sdg-read writes them', ...(flags['skip-bad-lines'] && { onBadLine: (error) => say(error.what) }) });
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
  const trial = flags.sample === undefined ? undefined : await tryOut(invocation, held, options);
  const wanted = concurrencyOf(flags.concurrency);
  stdout.write(
    `\n${formatEstimate(estimatePlan(plan, input, trial), {
      concurrency: wanted === 'auto' ? (flags['max-concurrency'] ?? USUAL_CONCURRENCY) : wanted,
      ...(price && { price: [price.input, price.output] }),
      ...(trial?.secondsPerCall !== undefined && { secondsPerCall: trial.secondsPerCall }),
      ...(trial && { trial: trial.seeds }),
    })}`,
  );
  return 0;
}
