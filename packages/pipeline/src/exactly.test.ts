import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import {
  concurrentMap,
  defineBlock,
  derive,
  expand,
  filtered,
  fromGated,
  Gate,
  lineageOf,
  Random,
  Run,
  seedSample,
  type BlockContext,
  type BlockSpec,
  type Catalog,
  type RunOptions,
  type Sample,
} from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { from, lastValueFrom, map, take, tap, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { exactly, type ExactlyOptions } from './exactly.js';
import type { LeafEnd } from './exactly-plan.js';
import { expectedRows } from './exactly-expected.js';
import type { LeafKind, Pipeline } from './pipeline.js';
import { chainOf } from './test-support/chain-of.js';

const columns = () => ({ reads: [], adds: [], removes: [] });

/** Makes 0 to 4 samples of one, by its id and by all that the pool shows it, after a time that depends on the seed `pace`. */
const make = (pace: number) =>
  defineBlock({
    type: 'Make',
    summary: 'Makes.',
    config: Type.Object({}),
    columns,
    examples: [],
    cost: () => ({ calls: 1, fanOut: 2, assumed: true }),
    create: (_config, context: BlockContext) =>
      concurrentMap(context, async (sample: Sample, signal) => {
        const shown = (context.pool?.accepted(sample) ?? []).map((made) => lineageOf(made).id);
        const random = new Random(lineageOf(sample).id, shown.join());
        await turn();
        for (let i = new Random(pace, lineageOf(sample).id).below(pace); i > 0 && !signal.aborted; i--) await turn();
        const count = sample['barren'] === true ? 0 : random.below(5);
        if (count === 0) return filtered();
        return Array.from({ length: count }, (_, index) =>
          derive(sample, { ...sample, text: random.below(1000), shown: shown.length }, { block: 'make', index }),
        );
      }),
  });
const keep = defineBlock({
  type: 'Keep',
  summary: 'Keeps most.',
  config: Type.Object({}),
  columns,
  examples: [],
  create: (_config, context) => expand(context, () => (sample) => (Number(sample['text']) % 4 === 0 ? filtered() : sample)),
});
const catalogOf = (pace: number): Catalog => new Map([make(pace), keep].map((spec) => [spec.type, spec]));
const chain = (kind: LeafKind) =>
  chainOf(
    kind,
    ['Make', 'Keep', 'Make'].map((type) => ({ type })),
  );
const pipeline: Pipeline = { name: 'p', chains: [chain('freeform_skill'), chain('grounded_skill')] };

const seedsOf = (leaves: number, each: number, further: object = {}): Sample[] =>
  Array.from({ length: leaves * each }, (_, i) =>
    seedSample({ i, leaf_node_path: `leaf ${i % leaves}`, leaf_node_type: i % 3 === 2 ? 'grounded_skill' : 'freeform_skill', ...further }),
  );

async function go(
  seeds: readonly Sample[],
  options: ExactlyOptions,
  { pace = 1, slots = 4, stopAt }: { pace?: number; slots?: number; stopAt?: number } = {},
) {
  const ends: LeafEnd[] = [];
  const catalog = catalogOf(pace);
  const until = exactly({ ...options, onLeafEnd: (end) => ends.push(end) });
  const gate = new Gate({ slots });
  const run = new Run({ gate, ...until.runOptions });
  let count = 0;
  const output = await lastValueFrom(
    fromGated(seeds, { gate }).pipe(
      until.operator(run, compile(pipeline, { catalog, run })),
      tap(() => ++count === stopAt && run.drain()),
      toArray(),
    ),
  );
  run.ledger.reconcile();
  expect([gate.resident, gate.working]).toEqual([0, 0]);
  return { output, ends, account: run.ledger.toJSON().at(-1)!, ledger: run.ledger };
}

describe('exactly', () => {
  it('fault: N is a lower bound; here it is exact, in order of the attempts, whatever the timing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (leaves, each, numOutputs, attemptsUnderWay) => {
          const seeds = seedsOf(leaves, each);
          const options = { numOutputs, attemptsUnderWay };
          const first = await go(seeds, options, { pace: 1, slots: 1 });
          expect(first.output).toHaveLength(numOutputs);
          for (const [pace, slots] of [
            [7, 3],
            [40, 32],
          ] as const) {
            const other = await go(seeds, options, { pace, slots });
            expect(JSON.stringify(other.output)).toBe(JSON.stringify(first.output));
            expect(other.ends).toEqual(first.ends);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('shares N out evenly, or gives each leaf its own, and takes what the seeds themselves ask for', async () => {
    const counts = async (options: ExactlyOptions, further?: object) => {
      const { output } = await go(seedsOf(3, 2, further), options);
      return [0, 1, 2].map((i) => output.filter(({ leaf_node_path: leaf }) => leaf === `leaf ${i}`).length);
    };
    expect(await counts({ numOutputs: 20 })).toEqual([7, 7, 6]);
    expect(await counts({ perLeaf: 9 })).toEqual([9, 9, 9]);
    expect(await counts({}, { num_outputs: 4 })).toEqual([4, 4, 4]);
    expect(await counts({ perLeaf: 2 }, { num_outputs: 4 })).toEqual([2, 2, 2]);
    expect(await counts({ numOutputs: 2 })).toEqual([1, 1, 0]);
  });

  it('sends seeds through once each whose leaf says no number, beside leaves that do', async () => {
    const seeds = seedsOf(2, 3).map((seed) => (seed['leaf_node_path'] === 'leaf 1' ? { ...seed, num_outputs: 4 } : seed));
    for (const order of [seeds, [...seeds].reverse()]) {
      const { output, ends } = await go(order, { maxStalledAttempts: 1000 }, { pace: 3 });
      const of = (leaf: string) => ({
        rows: output.filter(({ leaf_node_path }) => leaf_node_path === leaf),
        end: ends.find((end) => end.leaf === leaf),
      });
      expect(of('leaf 1').rows).toHaveLength(4);
      const { rows, end } = of('leaf 0');
      expect(end).toMatchObject({ wanted: Infinity, accepted: rows.length, attempts: 3, reason: 'enough' });
      const alone = await go(
        order.filter(({ leaf_node_path }) => leaf_node_path === 'leaf 0'),
        { perLeaf: 1 },
      );
      expect(rows[0]).toEqual(alone.output[0]);
    }
    const { ends } = await go(
      [...seedsOf(1, 2, { num_outputs: 3 }), seedSample({ leaf_node_path: 'barren', leaf_node_type: 'freeform_skill', barren: true })],
      { maxStalledAttempts: 1 },
    );
    expect(ends[1]).toMatchObject({ leaf: 'barren', accepted: 0, attempts: 1, reason: 'enough' });
  });

  it('shows to an attempt what was accepted before it began, and nothing of other leaves', async () => {
    const { output } = await go(seedsOf(1, 2), { numOutputs: 60, attemptsUnderWay: 3 });
    expect(output[0]).toMatchObject({ shown: 0 });
    expect(Math.max(...output.map(({ shown }) => Number(shown)))).toBeGreaterThan(30);
    expect(JSON.stringify(output)).not.toContain('attempt');
    const two = await go(seedsOf(2, 1), { perLeaf: 30 });
    for (const { shown } of two.output) expect(shown).toBeLessThanOrEqual(30);
  });

  it('a task with a single seed example goes round and round, each time under an id of its own', async () => {
    const { output } = await go(seedsOf(1, 1), { numOutputs: 50 });
    expect(output).toHaveLength(50);
    expect(new Set(output.map(({ _sdg }) => _sdg?.id)).size).toBe(50);
    expect(new Set(output.map(({ _sdg }) => _sdg?.root)).size).toBe(1);
  });

  it('gives a leaf up after so many attempts in a row without a sample, and goes on with the others', async () => {
    const seeds = [...seedsOf(1, 2), seedSample({ leaf_node_path: 'barren', leaf_node_type: 'freeform_skill', barren: true })];
    const { output, ends } = await go(seeds, { perLeaf: 10, maxStalledAttempts: 7 });
    expect(output).toHaveLength(10);
    expect(ends).toMatchObject([
      { leaf: 'leaf 0', wanted: 10, accepted: 10, reason: 'enough' },
      { leaf: 'barren', wanted: 10, accepted: 0, attempts: 7, reason: 'stalled', stalled: 7 },
    ]);
  });

  it('fault: --max-stalled-requests does nothing; here the number decides', async () => {
    for (const maxStalledAttempts of [1, 3, 20]) {
      const { ends } = await go(seedsOf(1, 1, { barren: true }), { numOutputs: 5, maxStalledAttempts });
      expect(ends).toMatchObject([{ attempts: maxStalledAttempts, reason: 'stalled' }]);
    }
  });

  it('has few attempts under way where few are needed, and cancels what is in flight at the end', async () => {
    const catalog = catalogOf(3);
    const expected = expectedRows(pipeline, catalog, { scaleFactor: 1 });
    expect(expected(seedsOf(1, 1)[0]!)).toBe(4);
    const { ledger, account } = await go(seedsOf(1, 4), { numOutputs: 100, expected }, { pace: 3, slots: 64 });
    const attempts = ledger.toJSON()[0]!.in;
    expect(account).toMatchObject({ block: 'accept', out: 100 });
    // The yield is about 3 rows an attempt: some 33 are needed.
    expect(attempts).toBeLessThan(60);
    const { ledger: one } = await go(seedsOf(1, 4), { numOutputs: 1, expected }, { pace: 3, slots: 64 });
    expect(one.toJSON()[0]!.in).toBeLessThan(5);
  });

  it('keeps what was accepted when it is stopped, and blames no leaf for it', async () => {
    const { output, ends } = await go(seedsOf(2, 2), { perLeaf: 500, maxStalledAttempts: 1000 }, { pace: 5, stopAt: 40 });
    expect(output.length).toBeGreaterThanOrEqual(40);
    expect(output.length).toBeLessThan(1000);
    expect(ends.map(({ reason }) => reason)).toEqual(['stopped', 'stopped']);
  });

  it('gives back all room when the consumer leaves early, and ends at once without seeds or wishes', async () => {
    const gate = new Gate({ slots: 4 });
    const until = exactly({ numOutputs: 50 });
    const run = new Run({ gate, ...until.runOptions });
    const operator = until.operator(run, compile(pipeline, { catalog: catalogOf(3), run }));
    expect(await lastValueFrom(from(seedsOf(1, 2)).pipe(operator, take(3), toArray()))).toHaveLength(3);
    await turn();
    expect([gate.resident, gate.working]).toEqual([0, 0]);
    expect((await go([], { numOutputs: 5 })).output).toEqual([]);
    expect((await go(seedsOf(1, 1), {})).output).toEqual([]);
  });

  it('makes no more rows than were taken, and leaves nothing that listens', async () => {
    for (const count of [1, 2, 5, 9, 14]) {
      const until = exactly({ numOutputs: 50 });
      const run = new Run(until.runOptions);
      const operator = until.operator(run, compile(pipeline, { catalog: catalogOf(9), run }));
      await lastValueFrom(from(seedsOf(1, 2)).pipe(operator, take(count), toArray()));
      await turn();
      expect(run.ledger.toJSON().at(-1)).toMatchObject({ block: 'accept', out: count });
      expect(getEventListeners(run.draining, 'abort')).toEqual([]);
    }
    const none = exactly({ numOutputs: 0, perLeaf: undefined as never });
    const other = new Run(none.runOptions);
    const nothing = none.operator(other, compile(pipeline, { catalog: catalogOf(1), run: other }));
    expect(await lastValueFrom(from(seedsOf(1, 1)).pipe(nothing, toArray()))).toEqual([]);
  });

  /** A run of one chain of these blocks, whatever their types. */
  const running = (blocks: readonly BlockSpec[], options: ExactlyOptions, more: RunOptions = {}) => {
    const until = exactly(options);
    const run = new Run({ ...more, ...until.runOptions });
    const only: Pipeline = { name: 'p', chains: [chainOf(undefined, blocks)] };
    const operator = until.operator(run, compile(only, { catalog: new Map(blocks.map((spec) => [spec.type, spec])), run }));
    return { run, operator };
  };
  const block = (type: string, create: BlockSpec['create']) =>
    defineBlock({ type, summary: 'Does.', config: Type.Object({}), columns, examples: [], create }) as BlockSpec;

  it('fails as its source or a block fails', async () => {
    const broken = block('Broken', (_config, context) =>
      expand(context, () => () => {
        throw new Error('broken');
      }),
    );
    const { operator } = running([broken], { numOutputs: 1 });
    await expect(lastValueFrom(from(seedsOf(1, 1)).pipe(operator))).rejects.toThrow('broken');
    await expect(
      lastValueFrom(throwError(() => new Error('no input')).pipe(running([broken], { numOutputs: 1 }).operator)),
    ).rejects.toThrow('no input');
  });

  it('says how many rows wait for which attempt', async () => {
    let first: (() => void) | undefined;
    const held = block('Held', (_config, context) =>
      concurrentMap(context, async (sample: Sample) => {
        if (!first) await new Promise<void>((resolve) => (first = resolve));
        return [sample];
      }),
    );
    const { run, operator } = running([held], { numOutputs: 3, attemptsUnderWay: 3 });
    const rows = lastValueFrom(from(seedsOf(1, 3)).pipe(operator, toArray()));
    for (let i = 0; i < 5; i++) await turn();
    expect(run.gate.waiting()).toEqual([{ count: 2, for: 0 }]);
    first!();
    expect(await rows).toHaveLength(3);
  });

  it('ends although a block loses whose samples are', async () => {
    const losing = block('Losing', () => map(({ i }: Sample) => ({ i, text: Math.floor(Number(i) / 2) })));
    const { operator } = running([losing, keep as BlockSpec], { perLeaf: 9, maxStalledAttempts: 3 });
    const rows = await lastValueFrom(from(seedsOf(1, 6)).pipe(operator, toArray()));
    expect(rows.map(({ i }) => i)).toEqual([2, 3, 4, 5]);
  });

  it('asks each attempt with a seed of its own, and shows it the seeds of its leaf and when that is done', async () => {
    const seen: unknown[] = [];
    const teacher = scriptedTeacher((request) => `reply ${request.parameters.seed}`);
    const asking = block('Asking', (_config, context) =>
      concurrentMap(context, async (sample: Sample) => {
        seen.push([context.pool!.seeds(sample).length, context.pool!.done!(sample)!.aborted]);
        const sampleId = lineageOf(sample).id;
        const { choices } = await context.complete({ prompt: 'again', parameters: { temperature: 1 }, sampleId });
        return [{ ...sample, reply: choices[0]!.text }];
      }),
    );
    const { operator } = running([asking], { perLeaf: 2 }, { teacher });
    const rows = await lastValueFrom(from(seedsOf(1, 1)).pipe(operator, toArray()));
    expect(new Set(rows.map(({ reply }) => reply)).size).toBe(2);
    expect(seen[0]).toEqual([1, false]);
  });

  it('drops what equals an earlier row of its leaf', async () => {
    const twice = defineBlock({
      type: 'Make',
      summary: 'Makes the same again.',
      config: Type.Object({}),
      columns,
      examples: [],
      create: (_config, context) =>
        expand(context, () => (sample: Sample) => [0, 1].map((index) => derive(sample, sample, { block: 'make', index }))),
    });
    const ends: LeafEnd[] = [];
    const until = exactly({ numOutputs: 5, maxStalledAttempts: 6, onLeafEnd: (end) => ends.push(end) });
    const run = new Run({ ...until.runOptions });
    const only: Pipeline = { name: 'p', chains: [{ ...chain('freeform_skill'), blocks: chain('freeform_skill').blocks.slice(0, 1) }] };
    const input = [0, 1].map((n) => seedSample({ n, leaf_node_type: 'freeform_skill' }));
    const output = await lastValueFrom(
      from(input).pipe(until.operator(run, compile(only, { catalog: new Map([['Make', twice]]), run })), toArray()),
    );
    expect(output.map(({ n }) => n)).toEqual([0, 1]);
    expect(ends).toMatchObject([{ accepted: 2, reason: 'stalled', attempts: 8 }]);
  });

  it('refuses to count where output is unordered', async () => {
    const until = exactly({ numOutputs: 5 });
    const run = new Run({ ordered: false, ...until.runOptions });
    await expect(
      lastValueFrom(from(seedsOf(1, 1)).pipe(until.operator(run, compile(pipeline, { catalog: catalogOf(1), run })))),
    ).rejects.toThrow('a number of outputs cannot be kept to while samples come out as they finish; leave out --unordered');
  });

  it('judges no attempt by what a stop kept it from bringing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 30 }),
        async (leaves, stopAt, pace) => {
          const options = { perLeaf: 25, maxStalledAttempts: 3, attemptsUnderWay: 9 };
          const whole = await go(seedsOf(leaves, 2), options, { pace });
          const { ends, output } = await go(seedsOf(leaves, 2), options, { pace, stopAt });
          const given = (all: readonly LeafEnd[]): string[] => all.filter(({ reason }) => reason === 'stalled').map(({ leaf }) => leaf);
          expect(given(whole.ends)).toEqual(expect.arrayContaining(given(ends)));
          if (whole.output.length > stopAt) expect(output.slice(0, stopAt)).toEqual(whole.output.slice(0, stopAt));
          expect(output.length).toBeGreaterThanOrEqual(Math.min(stopAt, whole.output.length));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([Number.NaN, 2.5, -1, Infinity, '3' as never])('takes no number of outputs that is none: %s', (numOutputs) => {
    expect(() => exactly({ numOutputs })).toThrow(`exactly: numOutputs takes a whole number from 0 up; not ${numOutputs}`);
  });
});
