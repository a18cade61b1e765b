import {
  counted,
  envelopeOf,
  inEnvelope,
  lineageOf,
  scopeOf,
  SdgError,
  Spill,
  type Catalog,
  type Sample,
  type SpillPlace,
} from '@sdg/core';
import { stagesOf, type Pipeline } from '@sdg/pipeline';
import type { Environment } from './open-teacher.js';
import { asksForOutputs } from './until-enough.js';

/** One of several parts of an input: each is run by itself, and `sdg merge` puts together what comes out. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

const usage = (what: string, remedy: string): SdgError => new SdgError('usage', `--shard ${what}`, { remedy });
const whole = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

/** The place of this task in a Slurm array: its own ids may begin anywhere, and go in steps. */
function ofSlurm(env: Environment, count: number | undefined): Shard | undefined {
  const id = whole(env['SLURM_ARRAY_TASK_ID']);
  if (id === undefined) return undefined;
  if (count !== undefined) return { index: id, count };
  const [tasks, min, max] = ['COUNT', 'MIN', 'MAX'].map((name) => whole(env[`SLURM_ARRAY_TASK_${name}`]));
  if (tasks === undefined) {
    throw usage('auto: the environment says SLURM_ARRAY_TASK_ID and no SLURM_ARRAY_TASK_COUNT', 'write --shard auto/N, with --array=1-N');
  }
  const first = min ?? 1;
  const step = whole(env['SLURM_ARRAY_TASK_STEP']) ?? 1;
  if (max !== undefined && max - first !== (tasks - 1) * step) {
    throw usage(
      `auto: the ids of the Slurm array have gaps (${counted(tasks, 'task')} from ${first} to ${max})`,
      'write --shard auto/N, with N the number of all shards and ids from 1',
    );
  }
  return { index: (id - first) / step + 1, count: tasks };
}

/** The place of this pod in an indexed job of Kubernetes, which counts from 0 and does not say of how many. */
function ofKubernetes(env: Environment, count: number | undefined): Shard | undefined {
  const index = whole(env['JOB_COMPLETION_INDEX']);
  if (index === undefined) return undefined;
  if (count === undefined) {
    throw usage('auto: JOB_COMPLETION_INDEX does not say of how many', "write --shard auto/N, with N the job's completions");
  }
  return { index: index + 1, count };
}

/**
 * Reads `I/N` (the I-th of N, from 1), `auto` or `auto/N`: the place of this task in a Slurm array or an indexed job of
 * Kubernetes, as the environment tells it. Fails with `usage`.
 *
 * @example parseShard('auto/8', { JOB_COMPLETION_INDEX: '0' }); // { index: 1, count: 8 }
 */
export function parseShard(text: string, env: Environment): Shard {
  const [, place, of] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const count = whole(of);
  if (place === undefined || (place !== 'auto' && count === undefined)) {
    throw usage(`takes I/N, auto or auto/N; not "${text}"`, 'write --shard 2/8 for the second of eight');
  }
  const shard = place === 'auto' ? (ofSlurm(env, count) ?? ofKubernetes(env, count)) : { index: Number(place), count: count! };
  if (!shard) {
    throw usage(
      'auto: this is no task of a Slurm array (SLURM_ARRAY_TASK_ID) and no indexed job (JOB_COMPLETION_INDEX)',
      'write --shard I/N',
    );
  }
  if (!Number.isInteger(shard.index) || shard.index < 1 || shard.index > shard.count) {
    throw usage(
      `${text}: there is no shard ${shard.index} of ${shard.count}`,
      `shards count from 1 to ${Math.max(1, shard.count)}${place === 'auto' ? ', so the ids of an array do with auto/N' : ''}`,
    );
  }
  return shard;
}

/** The shard as it stands in the envelope of its samples: `2/8`. */
export const shardName = ({ index, count }: Shard): string => `${index}/${count}`;

/** Whose samples must be run together: those of a leaf, or none. Fails with `config` where all must. */
export function togetherIn(pipeline: Pipeline, catalog: Catalog): 'leaf' | 'seed' {
  const stages = stagesOf(pipeline, catalog);
  const stream = stages.find(({ order }) => order === 'stream');
  if (stream) {
    const block = stream.steps.map(({ label }) => label).join(', ');
    throw new SdgError('config', `--shard: block ${block} looks at the samples of all leaves together, so shards would make other rows`, {
      remedy: 'run this pipeline in one process',
    });
  }
  return stages.some(({ order }) => order === 'leaf') ? 'leaf' : 'seed';
}

/** Whoever has least so far; the first of several. */
function lightestOf(loads: readonly number[]): number {
  let least = 0;
  for (let i = 1; i < loads.length; i++) if (loads[i]! < loads[least]!) least = i;
  return least;
}

/** Gives what weighs most to whoever has least so far: the longest-processing-time rule (Graham, 1969). Ties go by place. */
export function assignGreedily(weights: readonly number[], count: number): number[] {
  const loads = new Array<number>(count).fill(0);
  const owners = new Array<number>(weights.length);
  const heaviestFirst = weights.map((_, i) => i).sort((a, b) => weights[b]! - weights[a]! || a - b);
  for (const i of heaviestFirst) {
    const lightest = lightestOf(loads);
    owners[i] = lightest;
    loads[lightest]! += weights[i]!;
  }
  return owners;
}

interface ShardOptions {
  readonly shard: Shard;
  /** Whose samples stay together. */
  readonly by: 'leaf' | 'seed';
  /** What a seed costs, in any unit. Default: all the same. */
  readonly weightOf?: (seed: Sample) => number;
  /** Told how many samples there are in all, once they are read. */
  readonly onTotal?: (samples: number) => void;
}

/**
 * The samples of one shard, in order, each with its number in the whole input and the name of the shard in its envelope.
 * Every shard reads the whole input and comes to the same division, so nothing needs to pass between them.
 *
 * By seed, each goes as it comes to the shard with the least weight so far. By leaf, all are read first, so that the
 * heavy leaves are dealt out before the light ones; meanwhile they are kept in a nameless file.
 */
export async function* takeShard(
  samples: AsyncIterable<Sample>,
  { shard, by, weightOf = () => 1, onTotal }: ShardOptions,
): AsyncGenerator<Sample, void, undefined> {
  const own = shard.index - 1;
  const numbered = (sample: Sample, seed: number): Sample => inEnvelope(sample, { seed, shard: shardName(shard) });
  let count = 0;
  if (by === 'seed') {
    const loads = new Array<number>(shard.count).fill(0);
    for await (const sample of unsharded(samples)) {
      const lightest = lightestOf(loads);
      loads[lightest]! += weightOf(sample);
      if (lightest === own) yield numbered(sample, count);
      count++;
    }
    return onTotal?.(count);
  }
  const leaves = new Map<string, number>();
  const weights: number[] = [];
  const kept: { readonly leaf: number; readonly place: SpillPlace }[] = [];
  const spill = new Spill();
  try {
    for await (const sample of unsharded(samples)) {
      const scope = scopeOf(sample);
      const leaf = leaves.get(scope) ?? leaves.size;
      leaves.set(scope, leaf);
      weights[leaf] = (weights[leaf] ?? 0) + weightOf(sample);
      kept.push({ leaf, place: spill.add(JSON.stringify({ ...sample, _sdg: lineageOf(sample) })) });
    }
    onTotal?.(kept.length);
    const owners = assignGreedily(weights, shard.count);
    for (const [seed, { leaf, place }] of kept.entries()) {
      if (owners[leaf] === own) yield numbered(JSON.parse(spill.read(place)) as Sample, seed);
    }
  } finally {
    spill.close();
  }
}

/** A run for a number of outputs, which a task may ask for itself, cannot be divided. */
export const undivided = (): SdgError =>
  new SdgError('usage', '--shard: a run for a number of outputs goes on by what all leaves have so far, so it cannot be divided', {
    remedy: 'leave out the number, have workers make the calls (--on), or run task by task',
  });

async function* unsharded(samples: AsyncIterable<Sample>): AsyncGenerator<Sample, void, undefined> {
  for await (const sample of samples) {
    const of = envelopeOf(sample)?.shard;
    if (of !== undefined) throw usage(`: the input is shard ${of} already`, 'divide in one place: sdg-read, or sdg-run');
    // Tasks that ask for no number become other samples in a run where another task does: so no shard of them may pass.
    if (asksForOutputs(sample)) throw undivided();
    yield sample;
  }
}

/**
 * Hands seeds on, and looks whether they are those of a shard that `sdg-read` made. All of an input must be of the same
 * one, and the pipeline such that it may be divided. Fails with `bad-input` or what `check` throws.
 */
export async function* sameShard(samples: AsyncIterable<Sample>, check: () => void): AsyncGenerator<Sample, void, undefined> {
  let first: { readonly of: string | undefined } | undefined;
  for await (const sample of samples) {
    const at = envelopeOf(sample);
    const of = at?.seed === undefined ? undefined : at.shard;
    if (!first && of !== undefined) check();
    first ??= { of };
    if (of !== first.of) {
      const named = (one: string | undefined): string => (one === undefined ? 'of no shard' : `of shard ${one}`);
      throw new SdgError('bad-input', `samples ${named(first.of)} and samples ${named(of)} are in one input`, {
        remedy: 'give each run the samples of one shard; sdg merge puts the outputs together',
      });
    }
    yield sample;
  }
}
