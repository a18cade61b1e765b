import {
  barrier,
  defineBlock,
  expand,
  filtered,
  concurrentMap,
  derive,
  Gate,
  Run,
  seedSample,
  fromGated,
  rejectsTo,
  type BlockContext,
  type Catalog,
  type RejectRecord,
  type Sample,
} from '@sdg/core';
import { Type } from '@sinclair/typebox';
import { delay, from, lastValueFrom, map, mergeMap, of, take, throwError, toArray } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { LeafKind, Pipeline } from './pipeline.js';
import { chainOf } from './test-support/chain-of.js';

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A block that takes `turns` of the event loop and makes `children` of a sample, none: filtered. */
const slow = defineBlock({
  type: 'Slow',
  summary: 'Takes its time.',
  config: Type.Object({}),
  columns: () => ({ reads: [], adds: [], removes: [] }),
  examples: [],
  create: (_config, context: BlockContext) =>
    concurrentMap(context, async (sample: Sample) => {
      await turns(Number(sample['turns']));
      const children = Number(sample['children']);
      if (children === 0) return filtered();
      return Array.from({ length: children }, (_, index) =>
        derive(sample, { ...sample, turns: 0, children: 1, child: index }, { block: context.name, index }),
      );
    }),
});
const even = defineBlock({
  type: 'Even',
  summary: 'Keeps every other child.',
  config: Type.Object({}),
  columns: () => ({ reads: [], adds: [], removes: [] }),
  examples: [],
  create: (_config, context) => expand(context, () => (sample) => (Number(sample['child']) % 2 === 0 ? sample : filtered())),
});
const catalog: Catalog = new Map([slow, even].map((spec) => [spec.type, spec]));

const chain = (kind: LeafKind, ...types: string[]) =>
  chainOf(
    kind,
    types.map((type) => ({ type })),
  );
const pipeline: Pipeline = {
  name: 'p',
  chains: [chain('knowledge', 'Slow', 'Even', 'Slow'), chain('freeform_skill', 'Slow'), chain('grounded_skill', 'Even')],
};

const kinds: LeafKind[] = ['knowledge', 'freeform_skill', 'grounded_skill'];
const plan = fc.record({
  kind: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  turns: fc.oneof(fc.constant(0), fc.nat(30)),
  children: fc.nat(4),
});

describe('route', () => {
  it('keeps input order over skewed routes with a small window, and never locks up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plan, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 60 }),
        async (plans, slots, windowPerSlot, most) => {
          const gate = new Gate({ slots, windowPerSlot, most });
          const run = new Run({ gate });
          const samples = plans.map(({ kind, ...rest }, i) => seedSample({ i, leaf_node_type: kinds[kind], child: 0, ...rest }));
          const output = await lastValueFrom(fromGated(samples, { gate }).pipe(compile(pipeline, { catalog, run }), toArray()));
          const expected = plans.flatMap(({ kind, children }, i) => {
            const all = kind === 2 ? [0] : Array.from({ length: children }, (_, child) => child);
            return all.filter((child) => kind !== 0 || child % 2 === 0).map(() => i);
          });
          expect(output.map(({ i }) => i)).toEqual(expected);
          run.ledger.reconcile();
          expect(gate.resident).toBe(0);
          expect(gate.working).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds no more than it may in all, and the children of what is under way, while one sample blocks the front', async () => {
    const gate = new Gate({ slots: 2, windowPerSlot: 4, mostPerSlot: 8 });
    const run = new Run({ gate });
    function* seeds(): Generator<Sample> {
      for (let i = 0; i < 300; i++) {
        yield seedSample({ i, leaf_node_type: i === 0 ? 'knowledge' : 'freeform_skill', turns: i === 0 ? 400 : 0, children: 1, child: 0 });
      }
    }
    const output = await lastValueFrom(fromGated(seeds(), { gate }).pipe(compile(pipeline, { catalog, run }), toArray()));
    expect(output.map(({ i }) => i)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(gate.peak).toBeGreaterThan(gate.window + gate.slots + 1);
    expect(gate.peak).toBeLessThanOrEqual(gate.slots * 8 + gate.slots + 1);
  });

  it('rejects a sample of no known type, filters one that has no chain, and names the pipeline on what comes out', async () => {
    const rejects: RejectRecord[] = [];
    const run = new Run({ observer: rejectsTo((record) => rejects.push(record)) });
    const only: Pipeline = { name: 'mine', chains: [chain('grounded_skill', 'Even')] };
    const input = ['grounded_skill', 'knowledge', 'novel', undefined].map((leaf_node_type) =>
      seedSample({ child: 0, ...(leaf_node_type && { leaf_node_type }) }),
    );
    const output = await lastValueFrom(from(input).pipe(compile(only, { catalog, run }), toArray()));
    expect(output).toHaveLength(1);
    expect(output[0]?._sdg).toEqual({ ...input[0]?._sdg, pipeline: 'mine' });
    expect(JSON.stringify(output[0]?._sdg)).not.toContain('position');
    expect(rejects.map(({ reason, message }) => [reason, message])).toEqual([
      ['unknown-leaf-type', 'leaf_node_type is "novel"; this pipeline has chains for grounded_skill'],
      ['unknown-leaf-type', 'the sample has no column leaf_node_type; this pipeline has chains for grounded_skill'],
    ]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ block: 'route', in: 4, out: 1, filtered: 1, rejected: { 'unknown-leaf-type': 2 } });
  });

  it('can be used many times, and gives back all room when it is left early', async () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 2 });
    const operator = compile(pipeline, { catalog, gate });
    const seeds = Array.from({ length: 20 }, (_, i) => seedSample({ i, leaf_node_type: kinds[i % 3], turns: 1, children: 1, child: 0 }));
    for (let use = 0; use < 3; use++) {
      const output = await lastValueFrom(fromGated(seeds, { gate }).pipe(operator, take(5), toArray()));
      expect(output.map(({ i }) => i)).toEqual([0, 1, 2, 3, 4]);
      expect(gate.resident).toBe(0);
    }
  });
});

describe('route in time', () => {
  const marbles = (test: (helpers: RunHelpers) => void): void =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);
  const nothing = () => ({ reads: [], adds: [], removes: [] });
  const wait = defineBlock({
    type: 'Wait',
    summary: 'Holds each sample as long as it says.',
    config: Type.Object({}),
    holds: true,
    columns: nothing,
    examples: [],
    create: () => mergeMap((sample: Sample) => of(sample).pipe(delay(Number(sample['wait'])))),
  });
  const all = defineBlock({
    type: 'All',
    summary: 'Waits for all samples.',
    config: Type.Object({}),
    barrier: true,
    columns: nothing,
    examples: [],
    create: (_config, context: BlockContext) => barrier<Sample, Sample>(context, () => ({ judge: (sample) => sample })),
  });
  const timed: Catalog = new Map([wait, all].map((spec) => [spec.type, spec]));
  const chains: Pipeline = {
    name: 'p',
    chains: [chain('knowledge', 'Wait', 'Wait'), chain('freeform_skill', 'Wait', 'Wait'), chain('grounded_skill', 'Wait', 'All')],
  };
  const sample = (name: string, kind: LeafKind, waiting: number): Sample => seedSample({ name, leaf_node_type: kind, wait: waiting });
  const samples = {
    a: sample('a', 'knowledge', 3),
    b: sample('b', 'freeform_skill', 1),
    c: sample('c', 'grounded_skill', 0),
    d: sample('d', 'freeform_skill', 2),
  };
  const routed = (run: Run) => compile(chains, { catalog: timed, run });
  const name = map(({ name: letter }: Sample) => letter as string);

  it('holds what one chain is quick with until the sample before is out of another; a barrier holds up nobody', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('abc---------d|', samples);
      const output = '     ------(ab)------(dc|)';
      expectObservable(source.pipe(routed(new Run()), name)).toBe(output);
      expectSubscriptions(source.subscriptions).toBe('^------------!');
    });
  });

  it('leaves the source and all chains when it is left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const gate = new Gate();
      const source = cold('ab-------|', samples);
      expectObservable(source.pipe(routed(new Run({ gate })), name), '^---!').toBe('----');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      flush();
      expect(gate.resident).toBe(0);
    });
  });

  it('says how many finished rows wait for which seed', async () => {
    const run = new Run();
    const seedsOf = (turns: number, kind: LeafKind) => ({ leaf_node_type: kind, turns, children: 1, child: 0 });
    const samples = [seedsOf(40, 'freeform_skill'), seedsOf(0, 'freeform_skill'), seedsOf(0, 'grounded_skill'), seedsOf(0, 'knowledge')];
    const rows: Sample[] = [];
    const done = new Promise<void>((resolve) =>
      from(samples.map((one) => seedSample(one)))
        .pipe(compile(pipeline, { catalog, run }))
        .subscribe({ next: (row) => rows.push(row), complete: resolve }),
    );
    await turns(20);
    expect([rows.length, run.gate.waiting()]).toEqual([0, [{ count: 3, for: 0 }]]);
    await done;
    expect([rows.length, run.gate.waiting()]).toEqual([4, []]);
  });

  it('says what waits behind a barrier for the others to end, and lets all of it go then', async () => {
    const run = new Run();
    const both: Pipeline = { name: 'p', chains: [chain('knowledge', 'Slow'), chain('grounded_skill', 'All')] };
    const kindsOf = ['grounded_skill', 'knowledge', 'grounded_skill'];
    const input = kindsOf.map((kind, n) => seedSample({ n, leaf_node_type: kind, turns: 40, children: 1, child: 0 }));
    const rows: unknown[] = [];
    const done = new Promise<void>((resolve) =>
      from(input)
        .pipe(compile(both, { catalog: new Map([...catalog, ...timed]), run }))
        .subscribe({ next: ({ n }) => rows.push(n), complete: resolve }),
    );
    await turns(20);
    expect([rows, run.gate.waiting()]).toEqual([[], [{ count: 2, for: 'end' }]]);
    await done;
    expect([rows, run.gate.waiting()]).toEqual([[1, 0, 2], []]);
  });

  it('lets go of what a barrier is done with, where nothing else is under way', async () => {
    let judged = 0;
    const judging = defineBlock({
      ...all,
      create: (_config, context: BlockContext) =>
        barrier<Sample, Sample>(context, () => ({
          judge(one) {
            judged++;
            return one;
          },
        })),
    });
    const alone = { name: 'p', chains: [chain('grounded_skill', 'All')] };
    const input = [0, 1, 2].map((n) => seedSample({ n, leaf_node_type: 'grounded_skill' }));
    const operator = compile(alone, { catalog: new Map([['All', judging]]) as Catalog });
    expect(
      await lastValueFrom(
        from(input).pipe(
          operator,
          map(() => judged),
          toArray(),
        ),
      ),
    ).toEqual([1, 2, 3]);
  });

  it('fails as its source or a chain fails', async () => {
    const broken = defineBlock({
      ...all,
      barrier: false,
      create: () =>
        map((): Sample => {
          throw new Error('broken');
        }),
    });
    const both: Pipeline = { name: 'p', chains: [chain('knowledge', 'Even'), chain('grounded_skill', 'All')] };
    const operator = compile(both, { catalog: new Map([...catalog, ['All', broken]]) as Catalog });
    await expect(lastValueFrom(from([seedSample({ leaf_node_type: 'grounded_skill' })]).pipe(operator))).rejects.toThrow('broken');
    await expect(lastValueFrom(throwError(() => new Error('no input')).pipe(operator))).rejects.toThrow('no input');
  });

  it('tells of each seed that is over, in the order of the rows', async () => {
    const over: number[] = [];
    const input = [3, 0, 1].map((waiting, n) => seedSample({ n, leaf_node_type: kinds[n % 2], turns: waiting, children: n, child: 0 }));
    const operator = compile(pipeline, { catalog, onSeedOver: (seed) => over.push(seed) });
    expect(
      await lastValueFrom(
        from(input).pipe(
          operator,
          map(({ n }) => n),
          toArray(),
        ),
      ),
    ).toEqual([1, 2]);
    expect(over).toEqual([0, 1, 2]);
  });

  it('ends also where there is no chain at all, and says so of every sample', async () => {
    const run = new Run();
    const output = from([{ leaf_node_type: 'knowledge' }, { a: 1 }]).pipe(compile({ name: 'p', chains: [] }, { catalog, run }), toArray());
    expect(await lastValueFrom(output)).toEqual([]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 2, filtered: 1, rejected: { 'unknown-leaf-type': 1 } });
  });
});
