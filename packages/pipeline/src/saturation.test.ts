import { defineBlock, expand, fromGated, Gate, Run, type BlockSpec, type Catalog, type Sample } from '@sdg/core';
import { VirtualTeacher } from '@sdg/testing';
import { Type } from '@sinclair/typebox';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { leafKinds, type Pipeline } from './pipeline.js';
import { ask, type AskConfig } from './test-support/ask.js';
import { chainOf } from './test-support/chain-of.js';

/** A block that must see samples in order, as what drops duplicates must. */
const inOrder = defineBlock<ReturnType<typeof Type.Object>, unknown>({
  type: 'InOrder',
  summary: 'Sees samples in order.',
  config: Type.Object({}),
  holds: false,
  needsOrder: true,
  examples: [],
  columns: () => ({ reads: [], adds: [], removes: [] }),
  create: (_config, context) => expand(context, () => (sample: Sample) => sample),
});
const catalog: Catalog = new Map([ask, inOrder].map((spec) => [spec.type, spec as BlockSpec]));

const pipelineOf = (blocks: readonly (AskConfig | 'in order')[]): Pipeline => ({
  name: 'shape',
  chains: [
    chainOf(
      undefined,
      blocks.map((config) => (config === 'in order' ? { type: inOrder.type } : { type: ask.type, config })),
    ),
  ],
});
/** Four blocks, one of which makes ten of one and one drops every fifth: the shape of the full pipelines. */
const shape = pipelineOf([{ children: 1 }, { children: 10 }, { children: 1, dropEvery: 5 }, { children: 1 }]);
/** Duplicates are dropped in the middle, in order: one slow call before holds up all that later samples have made. */
const cut = pipelineOf([{ children: 2 }, { children: 6 }, 'in order', { children: 1, dropEvery: 2 }]);

/** A chain for each kind of leaf, and each longer than the one before. */
const kinds: Pipeline = {
  name: 'kinds',
  chains: [
    [5, 1, 1, 1],
    [3, 3, 1, 1, 1],
    [1, 1, 4, 1, 1, 1, 1],
  ].map((chain, i) =>
    chainOf(
      leafKinds[i]!,
      chain.map((children) => ({ type: ask.type, config: { children } })),
    ),
  ),
};

function* seeds(length: number): Generator<Sample> {
  for (let seed = 0; seed < length; seed++) yield { seed };
}

async function run(slots: number, length: number, { pipeline = shape, draw = length } = {}) {
  const teacher = new VirtualTeacher(slots, 0.8, draw);
  const current = new Run({ teacher, gate: new Gate({ slots }) });
  const rows = await lastValueFrom(fromGated(seeds(length), current).pipe(compile(pipeline, { catalog, run: current }), toArray()));
  current.ledger.reconcile();
  return { rows, teacher, gate: current.gate };
}

describe('scheduling, in virtual time with log-normal service times (sigma 0.8)', () => {
  it.each([
    [4, 100],
    [32, 105],
    [256, 900],
  ])('keeps %i slots at least 99 %% busy while there are calls to begin', async (slots, length) => {
    const { teacher, gate } = await run(slots, length);
    expect(teacher.calls).toBeGreaterThanOrEqual(2000);
    // What is left then is the tail: the chain of whichever calls happen to be the longest.
    expect(teacher.busyShare(0.95)).toBeGreaterThanOrEqual(0.99);
    expect([gate.resident, gate.working]).toEqual([0, 0]);
  });

  it.each([1, 2, 3, 4])(
    'keeps 32 slots at least 98 % busy where a slow call holds up what must be seen in order (draw %i)',
    async (draw) => {
      const { teacher, gate } = await run(32, 400, { pipeline: cut, draw });
      expect(teacher.calls).toBeGreaterThanOrEqual(2000);
      expect(teacher.busyShare(0.95)).toBeGreaterThanOrEqual(0.98);
      expect(gate.peak).toBeGreaterThan(gate.window);
      expect([gate.resident, gate.held, gate.working]).toEqual([0, 0, 0]);
    },
  );

  it('loses less than 5 % in all to the start and the tail of 10,000 calls', async () => {
    const { teacher } = await run(32, 500);
    expect(teacher.calls).toBeGreaterThanOrEqual(10_000);
    expect(teacher.busyShare()).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    ['taking turns', (i: number) => i % 3],
    ['one kind after another, the longest way first', (i: number) => 2 - Math.floor(i / 60)],
  ])('lets no kind of leaf wait for all of the others: %s', async (_name, kindOf) => {
    const teacher = new VirtualTeacher(32, 0.8);
    const current = new Run({ teacher, gate: new Gate({ slots: 32 }) });
    const source = fromGated(
      (function* () {
        for (let i = 0; i < 180; i++) yield { leaf_node_type: leafKinds[kindOf(i)]! };
      })(),
      current,
    );
    let sum = 0;
    const rows = await lastValueFrom(
      source.pipe(
        compile(kinds, { catalog, run: current }),
        tap(() => (sum += teacher.now)),
        toArray(),
      ),
    );
    // Rows come all the time, not at the end: began each chain the later the longer it is, this would be 0.83 and 0.97.
    expect(sum / rows.length / teacher.now).toBeLessThan(0.65);
    // And few wait in memory for one before them: it would be 697 and 1,040.
    expect(current.gate.peak).toBeLessThan(450);
  });

  it('puts samples that overtook each other back into the order of the input', async () => {
    const { rows } = await run(16, 60);
    const kept = [0, 1, 2, 3, 5, 6, 7, 8];
    expect(rows.map(({ seed, child }) => [seed, child])).toEqual([...seeds(60)].flatMap(({ seed }) => kept.map((child) => [seed, child])));
  });
});
