import { fromGated, Gate, Run, type BlockSpec, type Catalog, type Sample } from '@sdg/core';
import { VirtualTeacher } from '@sdg/testing';
import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { LeafKind, Pipeline } from './pipeline.js';
import { ask } from './test-support/ask.js';
import { chainOf } from './test-support/chain-of.js';

const catalog: Catalog = new Map([[ask.type, ask as BlockSpec]]);

const pipelineOf = (kinds: readonly (LeafKind | undefined)[]): Pipeline => ({
  name: 'early',
  chains: kinds.map((kind) =>
    chainOf(
      kind,
      [3, 2, 1].map((children) => ({ type: ask.type, config: { children } })),
    ),
  ),
});

const two = ['freeform_skill', 'knowledge'] as const satisfies readonly LeafKind[];
function* seeds(kinds: readonly (LeafKind | undefined)[]): Generator<Sample> {
  for (let seed = 0; seed < 200; seed++) {
    const kind = kinds[seed % kinds.length];
    yield { seed, ...(kind && { leaf_node_type: kind }) };
  }
}

describe('a consumer that leaves early', () => {
  it.each([
    ['one chain', [undefined]],
    ['two chains', two],
  ] as const)('gives all room of a gate back: %s', async (_name, kinds) => {
    for (const [slots, windowPerSlot] of [
      [1, 1],
      [4, 1],
      [4, 8],
    ] as const) {
      for (const wanted of [1, 2, 17, 60, 700]) {
        const gate = new Gate({ slots, windowPerSlot, mostPerSlot: windowPerSlot * 8 });
        const run = new Run({ teacher: new VirtualTeacher(slots, 0.8, 200), gate });
        const rows = await lastValueFrom(
          fromGated(seeds(kinds), run).pipe(compile(pipelineOf(kinds), { catalog, run }), take(wanted), toArray()),
        );
        expect([wanted, rows.length, gate.resident, gate.held, gate.working]).toEqual([wanted, wanted, 0, 0, 0]);
      }
    }
  });
});
