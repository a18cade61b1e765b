import { barrier, concurrentMap, defineBlock, expand, filtered, rejected, type BlockContext, type Catalog, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import { setImmediate as turn } from 'node:timers/promises';
import type { LeafKind, Pipeline } from '../pipeline.js';
import { chainOf } from './chain-of.js';

const common = { config: Type.Object({}), examples: [], columns: () => ({ reads: [], adds: [], removes: [] }) };

/** Waits as the sample says, makes one more sample of it at each of its levels, and rejects some. */
const make = defineBlock({
  ...common,
  type: 'Make',
  summary: 'Makes.',
  holds: true,
  create: (_config, context: BlockContext) =>
    concurrentMap(context, async (sample: Sample) => {
      const {
        wait = 0,
        children = 1,
        path = '',
      } = sample as { readonly wait?: number; readonly children?: number; readonly path?: string };
      for (let i = wait; i >= 0; i--) await turn();
      if (path.length % 2 === 0 && path.endsWith('1')) return rejected('one', { message: `no more of ${path}` });
      if (children === 0) return filtered();
      return Array.from({ length: children }, (_, i) => ({
        ...sample,
        wait: (wait * 3 + i) % 4,
        children: i === 0 ? 2 : 1,
        path: `${path}${i}`,
      }));
    }),
});

/** Writes on each sample how many came before it, of its leaf or of all, and what the pool shows; rejects every fourth. */
const counting = (type: string, scope: 'leaf' | 'stream', waits = false) =>
  defineBlock({
    ...common,
    type,
    summary: 'Counts.',
    needsOrder: true,
    scope,
    barrier: waits,
    create: (_config, context: BlockContext) => {
      const begin = () => {
        const counts = new Map<unknown, number>();
        return (sample: Sample) => {
          const key = scope === 'leaf' ? sample['leaf_node_path'] : undefined;
          const count = (counts.get(key) ?? 0) + 1;
          counts.set(key, count);
          const shown = context.pool && [context.pool.seeds(sample).length, context.pool.accepted(sample).length];
          return count % 4 === 0
            ? rejected('fourth', { message: `${String(sample['path'])} is one` })
            : { ...sample, [type]: count, ...(shown && { shown }) };
        };
      };
      return waits ? barrier(context, () => ({ judge: begin() })) : expand(context, begin);
    },
  });

/** Asks for each sample in order, so it can be no part of a fold. */
const askInOrder = defineBlock({
  ...common,
  type: 'AskInOrder',
  summary: 'Asks in order.',
  needsOrder: true,
  holds: true,
  create: (_config, context: BlockContext) => concurrentMap(context, (sample: Sample) => Promise.resolve(sample)),
});

/** A world of few blocks, in which what becomes of a sample shows the order of all. */
export const smallWorld: Catalog = new Map(
  [make, counting('Leaf', 'leaf'), counting('Stream', 'stream'), counting('Barrier', 'stream', true), askInOrder].map((spec) => [
    spec.type,
    spec,
  ]),
);

/** A pipeline of chains given by the types of their blocks; of one without a kind for all samples. */
export const pipelineOf = (...chains: readonly (readonly [kind: LeafKind | undefined, ...types: string[]])[]): Pipeline => ({
  name: 'small',
  chains: chains.map(([kind, ...types]) =>
    chainOf(
      kind,
      types.map((type) => ({ type })),
    ),
  ),
});
