import {
  type Catalog,
  counted,
  defined,
  groupDigits as count,
  orderOf,
  type Run,
  type RunOptions,
  type RunSettings,
  type Sample,
  SdgError,
} from '@sdg/core';
import { exactly, expectedRows, type ExactlyGoal, type LeafEnd, type Pipeline } from '@sdg/pipeline';
import type { OperatorFunction } from 'rxjs';
import { peek } from './peek.js';
import type { RunSpec } from './run-spec.js';

/** A run that makes attempts until it has enough, as far as the command knows of it. */
export interface UntilEnough {
  readonly runOptions: Pick<RunOptions, 'pool' | 'observer' | 'seedRequests'>;
  /** The same for whoever makes the attempts elsewhere. */
  readonly goal: ExactlyGoal & { readonly expected: (seed: Sample) => number };
  /** Tells what became of the leaves, where the attempts were made elsewhere. */
  ended(ends: readonly LeafEnd[]): void;
  operator(run: Run, pipeline: OperatorFunction<Sample, Sample>): OperatorFunction<Sample, Sample>;
  /** One line for every leaf that has less than was wanted. */
  shortfalls(): string[];
  /** What to fail with if a leaf was given up; `losses`: in words, what most samples were lost by. */
  failure(losses: string): SdgError | undefined;
}

const nameOf = ({ leaf }: LeafEnd): string => (leaf === '' ? '' : `${leaf}: `);

function lineOf(end: LeafEnd): string {
  const { accepted, wanted } = end;
  const got = nameOf(end) + (wanted === Infinity ? counted(accepted, 'sample') : `${count(accepted)} of ${counted(wanted, 'sample')}`);
  if (end.reason === 'stopped') return `${got} so far, after ${counted(end.attempts, 'attempt')}`;
  return `${got}: given up, ${end.stalled === 1 ? 'an attempt' : `${count(end.stalled)} attempts in a row`} brought nothing new`;
}

/** Whether a sample asks for a number of outputs itself, as the samples of a task may. */
export const asksForOutputs = (sample: Sample | undefined): boolean => typeof sample?.['num_outputs'] === 'number';

/** What was peeked at: a sample, and all of them. */
interface Peeked {
  readonly first: Sample | undefined;
  readonly all: AsyncIterable<Sample>;
}

/**
 * A sample that asks for a number of outputs, if any does, else the first. Any task among the samples may ask, so where
 * the first is of a task they are read until one does; others stream. An error on the way is kept for whoever reads all.
 * Aborted while it waits, it looks no further.
 */
export async function lookAhead({ first, all }: Peeked, aborted: AbortSignal): Promise<Peeked> {
  if (first?.['task_name'] === undefined || asksForOutputs(first)) return { first, all };
  const { first: asks, all: samples } = await peek(all, aborted, asksForOutputs);
  return { first: asks ?? first, all: samples };
}

/** What the decision depends on besides the options. */
interface UntilEnoughOptions {
  readonly pipeline: Pipeline;
  readonly catalog: Catalog;
  readonly settings: RunSettings;
  /** A seed sample that asks for a number of outputs, or else the first. */
  readonly first: Sample | undefined;
  readonly onNotice: (text: string) => void;
}

/**
 * What `--num-outputs` and its kin ask for, or the seed samples themselves; undefined where every seed sample goes
 * through the pipeline once, as without them.
 */
export function untilEnough(
  spec: Omit<RunSpec, 'pipeline'>,
  { pipeline, catalog, settings, first, onNotice }: UntilEnoughOptions,
): UntilEnough | undefined {
  const { numOutputs, numOutputsPerLeaf: perLeaf, maxStalledAttempts, attemptsAhead: attemptsUnderWay, unordered } = spec;
  if (numOutputs !== undefined && perLeaf !== undefined) {
    throw new SdgError('usage', '--num-outputs is for all leaves together, --num-outputs-per-leaf for each', {
      remedy: 'give one of them',
    });
  }
  if (numOutputs === undefined && perLeaf === undefined && !asksForOutputs(first)) return undefined;
  if (unordered) {
    throw new SdgError('usage', 'a number of outputs cannot be kept to while samples come out as they finish', {
      remedy: 'leave out --unordered',
    });
  }
  for (const { name, type, config } of pipeline.chains.flatMap(({ blocks }) => blocks)) {
    const block = catalog.get(type);
    if (block?.isBarrier?.(config) ?? block?.barrier) {
      throw new SdgError('usage', `block ${name} waits for the end of the input, which a run for a number of outputs does not have`, {
        remedy: 'leave out --num-outputs, or the block',
      });
    }
    if (block && orderOf(block, config) === 'stream') {
      onNotice(
        `block ${name} sees the samples of all leaves in one order, and how many come of each depends on how soon the others are done: ` +
          'rows of a run for a number of outputs may differ from one run to the next',
      );
    }
  }
  const ends: LeafEnd[] = [];
  const goal = {
    ...defined({ numOutputs, perLeaf, maxStalledAttempts, attemptsUnderWay }),
    expected: expectedRows(pipeline, catalog, settings),
  };
  const until = exactly({ ...goal, onLeafEnd: (end) => ends.push(end) });
  const stalled = (): LeafEnd[] => ends.filter(({ reason }) => reason === 'stalled');
  return {
    ...until,
    goal,
    ended: (all) => void ends.push(...all),
    shortfalls: () => ends.filter(({ reason }) => reason !== 'enough').map(lineOf),
    failure(losses) {
      const { length } = stalled();
      if (length === 0) return undefined;
      const given = `${length === 1 ? 'one leaf was' : `${count(length)} leaves were`} given up${losses && ` after ${losses}`}`;
      return new SdgError('budget', `not all outputs that were asked for: ${given}`, {
        remedy: 'what came out is good; add seed examples, loosen the filters or raise --max-stalled-attempts',
      });
    },
  };
}
