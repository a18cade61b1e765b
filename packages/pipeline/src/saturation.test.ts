import { defineBlock, expand, fromGated, Gate, Run, type BlockSpec, type Catalog, type Sample } from '@sdg/core';
import { VirtualTeacher } from '@sdg/testing';
import { Type } from '@sinclair/typebox';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { Pipeline } from './pipeline.js';
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
  ])(
    'keeps %i slots at least 99 %% busy while there are calls to begin',
    async (slots, length) => {
      const { teacher, gate } = await run(slots, length);
      expect(teacher.calls).toBeGreaterThanOrEqual(2000);
      // What is left then is the tail: the chain of whichever calls happen to be the longest.
      expect(teacher.busyShare(0.95)).toBeGreaterThanOrEqual(0.99);
      expect([gate.resident, gate.working]).toEqual([0, 0]);
    },
    60_000,
  );

  it.each([1, 2, 3, 4])(
    'keeps 32 slots at least 98 % busy where a slow call holds up what must be seen in order (draw %i)',
    async (draw) => {
      const { teacher, gate } = await run(32, 400, { pipeline: cut, draw });
      expect(teacher.calls).toBeGreaterThanOrEqual(2000);
      expect(teacher.busyShare(0.95)).toBeGreaterThanOrEqual(0.98);
      expect(gate.peak).toBeGreaterThan(gate.window);
      expect([gate.resident, gate.held, gate.working]).toEqual([0, 0, 0]);
    },
    60_000,
  );

  it('loses less than 5 % in all to the start and the tail of 10,000 calls', async () => {
    const { teacher } = await run(32, 500);
    expect(teacher.calls).toBeGreaterThanOrEqual(10_000);
    expect(teacher.busyShare()).toBeGreaterThanOrEqual(0.95);
  }, 60_000);

  it('puts samples that overtook each other back into the order of the input', async () => {
    const { rows } = await run(16, 60);
    const kept = [0, 1, 2, 3, 5, 6, 7, 8];
    expect(rows.map(({ seed, child }) => [seed, child])).toEqual([...seeds(60)].flatMap(({ seed }) => kept.map((child) => [seed, child])));
  });
});
