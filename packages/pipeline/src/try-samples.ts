import { Run, type Catalog, type RunOptions, type Sample, type Teacher } from '@sdg/core';
import { from, lastValueFrom } from 'rxjs';
import { compile } from './compile.js';
import type { Observed } from './estimate.js';
import { leafKinds, type Pipeline } from './pipeline.js';

/** What a trial showed. */
export interface Trial extends Observed {
  /** Seeds that were tried. */
  readonly seeds: number;
  /** Mean seconds of a call; undefined if there was none, or all came from a cache. */
  readonly secondsPerCall: number | undefined;
}

/** About `count` of the samples, spread evenly over each kind of leaf, at least one of each, so that every chain is tried. */
export function spread(samples: readonly Sample[], count: number): Sample[] {
  const kinds = new Map<unknown, Sample[]>();
  for (const sample of samples) {
    const list = kinds.get(sample['leaf_node_type']) ?? [];
    list.push(sample);
    kinds.set(sample['leaf_node_type'], list);
  }
  const most = Math.min(count, samples.length);
  const chosen = new Set(
    [...kinds.values()].flatMap((list) => {
      const share = Math.min(list.length, Math.max(1, Math.round((most * list.length) / samples.length)));
      return Array.from({ length: share }, (_, i) => list[Math.floor((i * list.length) / share)]!);
    }),
  );
  return samples.filter((sample) => chosen.has(sample));
}

/** Runs a few seeds for real, and keeps the accounts. The calls are made, paid for, and stored as in any run. */
export async function trySamples(
  pipeline: Pipeline,
  samples: readonly Sample[],
  { catalog, teacher, ...options }: RunOptions & { readonly catalog: Catalog; readonly teacher: Teacher },
): Promise<Trial> {
  let seconds = 0;
  let timed = 0;
  const timing: Teacher = {
    name: teacher.name,
    ...(teacher.onLimit && { onLimit: (listener) => teacher.onLimit!(listener) }),
    async complete(request, callOptions) {
      const started = performance.now();
      const reply = await teacher.complete(request, callOptions);
      if (!reply.cached) {
        seconds += (reply.timing?.serviceMs ?? performance.now() - started) / 1000;
        timed++;
      }
      return reply;
    },
  };
  const run = new Run({ ...options, teacher: timing });
  try {
    await lastValueFrom(from(samples).pipe(compile(pipeline, { catalog, run })), { defaultValue: undefined });
  } finally {
    run.close();
  }
  const counts = new Map(leafKinds.map((kind) => [kind, samples.filter((sample) => sample['leaf_node_type'] === kind).length]));
  return {
    seeds: samples.length,
    secondsPerCall: timed === 0 ? undefined : seconds / timed,
    samples: (kind) => (kind ? (counts.get(kind) ?? 0) : samples.length),
    accounts: run.ledger.toJSON(),
  };
}
