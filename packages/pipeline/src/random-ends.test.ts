import { setImmediate as turn } from 'node:timers/promises';
import {
  barrier,
  concurrentMap,
  defineBlock,
  expand,
  filtered,
  fromGated,
  Gate,
  Ledger,
  rejected,
  Run,
  SdgError,
  seedSample,
  type BlockContext,
  type Catalog,
  type Sample,
} from '@sdg/core';
import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { Subject, takeUntil, tap } from 'rxjs';
import { expect, it } from 'vitest';
import { compile } from './compile.js';
import { chainOf } from './test-support/chain-of.js';

/** How one sample goes wrong in a block. */
const FAULTS = ['none', 'throws', 'rejects sample', 'refuses', 'nothing', 'filters', 'interrupted'] as const;
type Fault = (typeof FAULTS)[number];

const outcomesOf = (sample: Sample, fault: Fault) => {
  if (fault === 'throws') throw new Error('block');
  if (fault === 'rejects sample') throw new SdgError('sample-rejected', 'not this one');
  if (fault === 'interrupted') throw new SdgError('interrupted', 'stopped');
  if (fault === 'refuses') return rejected('odd');
  if (fault === 'filters') return [filtered(), sample];
  return fault === 'nothing' ? [] : Array.from({ length: Number(sample['children']) }, (_, child) => ({ ...sample, children: 1, child }));
};
const faultAt = (sample: Sample, name: string): Fault => ((sample['faults'] as Record<string, Fault>)[name] ?? 'none') as Fault;

const block = (type: string, more: object, create: (context: BlockContext) => ReturnType<typeof expand>) =>
  defineBlock({
    type,
    summary: 'x.',
    config: Type.Object({}),
    examples: [],
    columns: () => ({ reads: [], adds: [], removes: [] }),
    create: (_config, context: BlockContext) => create(context),
    ...more,
  });
const catalog: Catalog = new Map(
  [
    block('Wait', { holds: true }, (context) =>
      concurrentMap(context, async (sample: Sample) => {
        for (let i = Number(sample['wait']); i > 0; i--) await turn();
        return outcomesOf(sample, faultAt(sample, context.name));
      }),
    ),
    // Throws before it has promised anything.
    block('Sync', { holds: true }, (context) =>
      concurrentMap(context, (sample: Sample) => Promise.resolve(outcomesOf(sample, faultAt(sample, context.name)))),
    ),
    block('Leaf', { needsOrder: true, scope: 'leaf' }, (context) =>
      expand(context, () => (sample: Sample) => outcomesOf(sample, faultAt(sample, context.name))),
    ),
    block('Stream', { needsOrder: true }, (context) =>
      expand(context, () => (sample: Sample) => outcomesOf(sample, faultAt(sample, context.name))),
    ),
    block('Free', {}, (context) => expand(context, () => (sample: Sample) => outcomesOf(sample, faultAt(sample, context.name)))),
    block('Barrier', { barrier: true, needsOrder: true }, (context) =>
      barrier(context, () => ({ judge: (sample: Sample) => outcomesOf(sample, faultAt(sample, context.name)) })),
    ),
  ].map((spec) => [spec.type, spec]),
);

const ENDS = ['whole', 'source throws', 'consumer throws', 'leaves', 'drains'] as const;

it('the books balance and all room is given back, however a run ends', async () => {
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  const types = fc.array(fc.constantFrom(...catalog.keys()), { minLength: 1, maxLength: 5 });
  const seed = fc.record({
    leaf_node_path: fc.constantFrom('a', 'b'),
    wait: fc.nat(4),
    children: fc.integer({ min: 1, max: 3 }),
    faults: fc.dictionary(fc.constantFrom('all.0', 'all.1', 'all.2', 'all.3'), fc.constantFrom(...FAULTS), { maxKeys: 1 }),
  });
  const options = { ordered: fc.boolean(), slots: fc.constantFrom(1, 2, 32), how: fc.constantFrom(...ENDS), at: fc.nat(12) };
  await fc.assert(
    fc.asyncProperty(types, fc.array(seed, { maxLength: 14 }), fc.record(options), async (list, seeds, { ordered, slots, how, at }) => {
      const pipeline = {
        name: 'p',
        chains: [
          chainOf(
            undefined,
            list.map((type) => ({ type })),
          ),
        ],
      };
      const run = new Run({ gate: new Gate({ slots }), ordered });
      const source = (function* () {
        for (const [i, columns] of seeds.entries()) {
          if (how === 'source throws' && i === at) throw new Error('source');
          yield seedSample(columns) as Sample;
        }
      })();
      let count = 0;
      const left = new Subject<void>();
      const done = new Promise<void>((resolve) => {
        const end = (): void => resolve();
        fromGated(source, { gate: run.gate, draining: run.draining })
          .pipe(
            compile(pipeline, { catalog, run }),
            tap(() => {
              if (count++ !== at) return;
              if (how === 'consumer throws') throw new Error('consumer');
              if (how === 'leaves') left.next();
              if (how === 'drains') run.drain();
            }),
            takeUntil(left),
          )
          .subscribe({ error: end, complete: end });
      });
      const isStuck = async (): Promise<never> => {
        for (let i = 0; i < 2000; i++) await turn();
        throw new Error('it does not end');
      };
      await Promise.race([done, isStuck()]);
      run.close();
      // What was under way when all was let go must not come back.
      for (let i = 0; i < 6; i++) await turn();
      run.ledger.reconcile();
      expect([run.gate.resident, run.gate.held, run.gate.working]).toEqual([0, 0, 0]);
      const twice = new Ledger().add(run.ledger).add(JSON.parse(JSON.stringify(run.ledger)) as ReturnType<Ledger['toJSON']>);
      twice.reconcile();
      expect(twice.blocks.map((one) => one.in)).toEqual(run.ledger.blocks.map((one) => 2 * one.in));
    }),
    { numRuns: 150 },
  );
  process.off('uncaughtException', onUncaught);
  process.off('unhandledRejection', onUncaught);
  expect(uncaught).toEqual([]);
});
