import { catalog } from '@sdg/blocks';
import { collect, fromGated, Gate, isReply, observers, SdgError, type Ledger, type Observer, type Reply, type Sample } from '@sdg/core';
import { leafKinds, measureInput, type InputMeasure, type Observed } from '@sdg/pipeline';
import { openRun, type GivenSpec, type RunResult } from '@sdg/session';
import type { RunInvocation } from '../commands/run.js';
import { readSamples, SEEDS } from '../io/read-samples.js';
import { SeedChoice } from './choose-seeds.js';

/** Reads the input: its measure, and `count` seeds of it to try. */
export async function chooseSeeds(
  { stdin, say, interrupted }: RunInvocation,
  spec: GivenSpec,
  count: number,
): Promise<{ readonly input: InputMeasure; readonly choice: SeedChoice }> {
  const onBadLine = spec.skipBadLines ? { onBadLine: (error: { readonly what: string }) => say(error.what) } : {};
  const reader = await readSamples({ files: spec.files ?? [], stdin, ...SEEDS, ...onBadLine });
  const choice = new SeedChoice(count);
  const gate = new Gate({ slots: 256 });
  const passing = async function* (): AsyncGenerator<Sample> {
    for await (const sample of collect(fromGated(reader, { gate, draining: interrupted }), gate)) {
      choice.take(sample);
      yield sample;
    }
  };
  const input = await measureInput(passing());
  if (interrupted.aborted) throw new SdgError('interrupted', 'stopped on request');
  return { input, choice };
}

/** What a trial does without: it leaves no file, takes no part of the input, and sends each seed through once. */
function trialSpec(spec: GivenSpec, flag: string, named = '--on'): GivenSpec {
  const { numOutputs, numOutputsPerLeaf, attemptsAhead, maxStalledAttempts, runDir, resume, rejects, outputDir, shard, ...rest } = spec;
  if (rest.on !== undefined) {
    throw new SdgError('usage', `--${flag} does not go with ${named}: it makes its calls itself`, {
      remedy: 'leave that out, and name a --teacher',
    });
  }
  return rest;
}

/** Without the number that a task's samples ask for: they would go round until it is reached. */
const once = ({ num_outputs, ...sample }: Sample): Sample =>
  typeof num_outputs === 'number' ? sample : { ...sample, ...(num_outputs !== undefined && { num_outputs }) };

/** How long calls take that no cache answered. */
class CallTimes {
  #serviceMs = 0;
  #timed = 0;

  /** Mean seconds of a call; undefined where none was made. */
  get mean(): number | undefined {
    return this.#timed === 0 ? undefined : this.#serviceMs / 1000 / this.#timed;
  }

  readonly observer: Observer = {
    callSpent: (_block, _call, reply) => this.#time(reply),
    callEnded: (_block, _call, _request, end) => void (isReply(end) && this.#time(end)),
  };

  #time({ cached, timing }: Reply): void {
    if (cached || !timing) return;
    this.#serviceMs += timing.serviceMs;
    this.#timed++;
  }
}

/** What a trial showed. */
export interface Trial extends Observed {
  /** Seeds that were tried. */
  readonly seeds: number;
  /** Mean seconds of a call; undefined if there was none, or all came from a cache. */
  readonly secondsPerCall: number | undefined;
}

/** What became of some seeds. */
interface Tried {
  readonly rows: readonly Sample[];
  readonly result: RunResult;
  readonly ledger: Ledger;
  readonly trial: Trial;
}

/** Sends seeds all the way, as a run does. The calls are made, paid for and stored. `flag` is what asked for it. */
export async function trySeeds(
  { env, interrupted: signal, complain, fromEnv }: RunInvocation,
  given: GivenSpec,
  { seeds, observer, flag }: { readonly seeds: readonly Sample[]; readonly observer: Observer; readonly flag: string },
): Promise<Tried> {
  const times = new CallTimes();
  const heard = observers(observer, times.observer);
  const run = await openRun({ ...trialSpec(given, flag, fromEnv['on']), catalog, env, signal, seeds: seeds.map(once), observer: heard });
  const rows: Sample[] = [];
  let failed: unknown;
  try {
    for await (const row of run) rows.push(row);
  } catch (error) {
    failed = error;
  }
  const result = await run.end({ written: rows.length, ...(failed !== undefined && { error: failed }) });
  for (const line of result.remarks) complain(line);
  const { ledger } = run.run;
  const kinds = new Map(leafKinds.map((kind) => [kind, seeds.filter((seed) => seed['leaf_node_type'] === kind).length]));
  const trial: Trial = {
    seeds: seeds.length,
    secondsPerCall: times.mean,
    samples: (kind) => (kind ? (kinds.get(kind) ?? 0) : seeds.length),
    accounts: ledger.toJSON(),
  };
  return { rows, result, ledger, trial };
}

/** Whether a trial came far enough to reckon by: that nothing comes out tells what the whole would cost, too. */
export const isTold = ({ error }: RunResult): boolean => error === undefined || (error instanceof SdgError && error.code === 'no-output');
