import type { Observer } from '@sdg/core';
import {
  estimatePlan,
  formatEstimate,
  formatMermaid,
  formatPlan,
  planPipeline,
  type InputMeasure,
  type OpenedPipeline,
} from '@sdg/pipeline';
import { concurrencyOf, readPrices, settingsOf, type GivenSpec } from '@sdg/session';
import type { RunInvocation } from '../commands/run.js';
import { chooseSeeds, isTold, trySeeds, type Trial } from './try-seeds.js';

/** Calls at once that the time is told for where the flags leave it open. */
const USUAL_CONCURRENCY = 32;

/** What a whole input takes, as a table; by what was seen where a trial was made. */
export function estimateLines(spec: GivenSpec, { pipeline, catalog }: OpenedPipeline, input: InputMeasure, trial?: Trial): string {
  const prices = readPrices(spec.price);
  const price = prices?.[spec.model ?? '*'] ?? prices?.['*'];
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
export async function showPlan(invocation: RunInvocation, spec: GivenSpec, opened: OpenedPipeline, observer: Observer): Promise<number> {
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
  const { input, choice } = await chooseSeeds(invocation, spec, flags.sample ?? 0);
  if (input.total === 0) {
    say('the input was empty, so there is nothing to estimate');
    return 0;
  }
  const tried = flags.sample && (await trySeeds(invocation, spec, { seeds: choice.chosen(), observer, flag: 'sample' }));
  if (tried && !isTold(tried.result)) throw tried.result.error;
  stdout.write(`\n${estimateLines(spec, opened, input, tried ? tried.trial : undefined)}`);
  if (tried && tried.result.error) throw tried.result.error;
  return 0;
}
