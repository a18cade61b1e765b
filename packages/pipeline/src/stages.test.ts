import { setImmediate as turn } from 'node:timers/promises';
import { catalog as shipped } from '@sdg/blocks';
import {
  barrier,
  concurrentMap,
  defineBlock,
  deduplicated,
  expand,
  fromGated,
  Gate,
  Run,
  seedSample,
  type BlockContext,
  type Catalog,
  type Sample,
} from '@sdg/core';
import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { Pipeline } from './pipeline.js';
import { runUnit } from './run-unit.js';
import { stagesOf } from './stages.js';
import { chainOf } from './test-support/chain-of.js';
import { openShipped } from './test-support/shipped.js';

const common = { config: Type.Object({}), examples: [], columns: () => ({ reads: [], adds: [], removes: [] }) };
/** Waits as many turns of the event loop as the sample says, and makes as many of it. */
const wait = defineBlock({
  ...common,
  type: 'Wait',
  summary: 'Waits.',
  holds: true,
  create: (_config, context: BlockContext) =>
    concurrentMap(context, async (sample: Sample) => {
      await turn();
      for (let i = Number(sample['wait']); i > 0; i--) await turn();
      const count = Number(sample['children'] ?? 1);
      return Array.from({ length: count }, (_, child) => ({ ...sample, children: 1, ...(count > 1 && { child }) }));
    }),
});
/** Notes what it sees, in which order, and drops every third of a leaf. */
const noting = (type: string, scope: 'leaf' | 'stream', seen: unknown[], waits = false) =>
  defineBlock({
    ...common,
    type,
    summary: 'Notes.',
    needsOrder: true,
    scope,
    barrier: waits,
    create: (_config, context: BlockContext) => {
      const begin = () => {
        const counts = new Map<unknown, number>();
        return (sample: Sample) => {
          const { n, child, leaf_node_path: leaf } = sample;
          seen.push([n, child]);
          counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
          return counts.get(leaf)! % 3 === 0 ? deduplicated() : sample;
        };
      };
      return waits ? barrier(context, () => ({ judge: begin() })) : expand(context, begin);
    },
  });
const catalogOf = (seen: unknown[]): Catalog =>
  new Map(
    [
      wait,
      noting('Leaf', 'leaf', []),
      noting('Stream', 'stream', seen),
      noting('Barrier', 'stream', seen, true),
      noting('Watched', 'leaf', seen),
    ].map((spec) => [spec.type, spec]),
  );
const pipelineOf = (...types: string[]): Pipeline => ({
  name: 'p',
  chains: [
    chainOf(
      undefined,
      types.map((type) => ({ type })),
    ),
  ],
});
const seedOf = (n: number, leaf: string, waiting: number, children = 1): Sample =>
  seedSample({ n, leaf_node_path: leaf, wait: waiting, children });

async function rows(pipeline: Pipeline, seeds: readonly Sample[], onSeedOver?: (seed: number) => void) {
  const seen: unknown[] = [];
  const run = new Run({ gate: new Gate({ slots: 64 }) });
  const output = await lastValueFrom(
    fromGated(seeds, run).pipe(compile(pipeline, { catalog: catalogOf(seen), run, ...(onSeedOver && { onSeedOver }) }), toArray()),
  );
  run.ledger.reconcile();
  expect([run.gate.resident, run.gate.held, run.gate.working]).toEqual([0, 0, 0]);
  return { seen, output: output.map(({ n, child }) => [n, child]) };
}

describe('stagesOf', () => {
  it('cuts where order is needed, as plain data with the labels and priorities of the whole', async () => {
    const stages = stagesOf(await openShipped('full'), shipped);
    expect(JSON.parse(JSON.stringify(stages))).toEqual(stages.map((stage) => JSON.parse(JSON.stringify(stage)) as object));
    const orders = (chain: string) => stages.filter((stage) => stage.chain === chain).map(({ order }) => order);
    expect(orders('freeform_skills')).toEqual(['none', 'leaf', 'none']);
    expect(orders('knowledge').slice(0, 2)).toEqual(['none', 'leaf']);
    const [first, second] = stages.filter(({ chain }) => chain === 'freeform_skills');
    expect(first!.steps.map(({ label }) => label)).toEqual(['freeform_skills/gen_questions']);
    expect(second!.steps[0]).toMatchObject({ label: 'freeform_skills/gen_questions/drop_duplicates', account: 'drop_duplicates' });
    const last = stages.map(({ steps }) => steps.at(-1)!.priority);
    expect(Math.max(...last)).toBe(last.at(-1));
  });

  it('takes no leaf for known once a block has changed which leaf a sample is of, and waits for all at a barrier', () => {
    const orders = (...types: string[]) => stagesOf(pipelineOf(...types), catalog).map(({ order }) => order);
    const moving = defineBlock({
      ...common,
      type: 'Move',
      summary: 'Moves.',
      columns: () => ({ reads: [], adds: ['leaf_node_path'], removes: [] }),
      create: () => (source) => source,
    });
    const catalog = new Map([...catalogOf([]), ['Move', moving]]) as Catalog;
    expect(orders('Wait', 'Leaf', 'Wait', 'Barrier', 'Wait')).toEqual(['none', 'leaf', 'none', 'stream', 'none']);
    expect(orders('Wait', 'Move', 'Leaf')).toEqual(['none', 'stream']);
  });

  it('gives every step its account, and priorities by which the last blocks of all chains are alike', () => {
    const chain = (name: string, ...types: string[]) => ({ ...pipelineOf(...types).chains[0]!, name });
    const [long, other, short] = [chain('long', 'Wait', 'Leaf'), chain('other', 'Wait', 'Wait', 'Wait'), chain('short', 'Wait')];
    Object.assign(long.blocks[0]!, { name: 'ask', dropDuplicates: ['n'], dropColumns: ['x', 'y'] });
    Object.assign(short.blocks[0]!, { dropColumns: ['z'] });
    const stages = stagesOf({ name: 'p', chains: [long, other, short] }, new Map([...catalogOf([]), ...shipped]));
    expect(stages.map(({ chain, index, order, holds, barrier: waits }) => [chain, index, order, holds, waits])).toEqual([
      ['long', 0, 'none', true, false],
      ['long', 1, 'leaf', false, false],
      ['other', 0, 'none', true, false],
      ['short', 0, 'none', true, false],
    ]);
    const steps = stages.map((stage) =>
      stage.steps.map(({ label, type, account, config, priority, depth }) => [label, type, account, config, priority, depth]),
    );
    expect(steps).toEqual([
      [['long/ask', 'Wait', 'Wait', {}, 1, 1]],
      [
        ['long/ask/drop_duplicates', 'DropDuplicatesBlock', 'drop_duplicates', { columns: ['n'] }, 2, 2],
        ['long/ask', 'DropColumnsBlock', undefined, { columns: ['x', 'y'] }, 2, 2],
        ['long/all.1', 'Leaf', 'Leaf', {}, 3, 3],
      ],
      [1, 2, 3].map((depth) => [`other/all.${depth - 1}`, 'Wait', 'Wait', {}, depth, depth]),
      [
        ['short/all.0', 'Wait', 'Wait', {}, 3, 1],
        ['short/all.0', 'DropColumnsBlock', undefined, { columns: ['z'] }, 3, 1],
      ],
    ]);
    expect(stagesOf({ name: 'none', chains: [] }, shipped)).toEqual([]);
  });

  it('joins what has one order, and what neither waits nor minds to what is beside it', () => {
    const free = defineBlock({ ...common, type: 'Free', summary: 'Passes on.', create: () => (source) => source });
    const catalog = new Map([...catalogOf([]), ['Free', free]]) as Catalog;
    const cut = (...types: string[]) =>
      stagesOf(pipelineOf(...types), catalog).map(({ order, steps }) => `${order} ${steps.map(({ type }) => type).join()}`);
    expect(cut('Free', 'Wait', 'Free', 'Wait')).toEqual(['none Free,Wait,Free,Wait']);
    expect(cut('Free', 'Leaf', 'Free', 'Wait')).toEqual(['leaf Free,Leaf', 'none Free,Wait']);
    expect(cut('Stream', 'Barrier', 'Free')).toEqual(['stream Stream,Barrier,Free']);
    expect(cut('Leaf', 'Stream', 'Leaf')).toEqual(['leaf Leaf', 'stream Stream', 'leaf Leaf']);
    expect(stagesOf(pipelineOf('Stream', 'Barrier', 'Free'), catalog)[0]).toMatchObject({ barrier: true, holds: false });
    expect(() => cut('Fere')).toThrow(
      'the catalogue has no block type "Fere"; compile with the catalogue that the pipeline was loaded with',
    );
  });

  it('runs no unit of a stage that needs order', async () => {
    const [, leaf] = stagesOf(pipelineOf('Wait', 'Leaf'), catalogOf([]));
    await expect(runUnit(leaf!, seedOf(0, 'a', 0), { catalog: catalogOf([]) })).rejects.toThrow('stage all 1 needs the order of the leaf');
  });
});

describe('order', () => {
  it('of a leaf: a block waits for its own leaf alone, and output is in input order all the same', async () => {
    const seeds = [seedOf(0, 'slow', 40), seedOf(1, 'quick', 0), seedOf(2, 'slow', 0), seedOf(3, 'quick', 0)];
    const { seen, output } = await rows(pipelineOf('Wait', 'Watched', 'Wait'), seeds);
    expect(seen.map((note) => (note as number[])[0])).toEqual([1, 3, 0, 2]);
    expect(output.map(([n]) => n)).toEqual([0, 1, 2, 3]);
  });

  it('of nothing: a row comes out as soon as it is done, where that is wanted', async () => {
    const run = new Run({ ordered: false });
    const seeds = [seedOf(0, 'slow', 40), seedOf(1, 'quick', 0)];
    const compiled = compile(pipelineOf('Wait', 'Wait'), { catalog: catalogOf([]), run });
    const output = await lastValueFrom(fromGated(seeds, run).pipe(compiled, toArray()));
    expect(output.map(({ n }) => n)).toEqual([1, 0]);
  });

  it.each([
    ['Wait', 'Leaf', 'Wait', 'Stream'],
    ['Wait', 'Leaf', 'Wait', 'Barrier', 'Wait'],
    ['Leaf', 'Stream', 'Wait', 'Leaf', 'Wait', 'Stream', 'Wait', 'Leaf'],
  ])('of the stream, behind that of leaves: %s %s %s %s …', async (...types) => {
    const seed = fc.record({ leaf: fc.constantFrom('a', 'b', 'c'), wait: fc.nat(9), children: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(seed, { maxLength: 15 }), async (list) => {
        const over: number[] = [];
        const seeds = list.map(({ leaf, wait: waiting, children }, n) => seedOf(n, leaf, waiting, children));
        const { seen, output } = await rows(pipelineOf(...types), seeds, (number) => over.push(number));
        // All at once: nothing overtakes anything.
        const plain = await rows(
          pipelineOf(...types),
          list.map(({ leaf, children }, n) => seedOf(n, leaf, 0, children)),
        );
        expect(seen).toEqual(plain.seen);
        expect(output).toEqual(plain.output);
        const keys = output.map(([n, child]) => Number(n) * 10 + Number(child ?? 0));
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
        expect(over).toEqual(list.map((_, n) => n));
      }),
      { numRuns: 15 },
    );
  });
});
