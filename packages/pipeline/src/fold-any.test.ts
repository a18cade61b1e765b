import { fromGated, Gate, inEnvelope, rejectsTo, Run, seedSample, type BlockAccount, type RejectRecord, type Sample } from '@sdg/core';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { ExactlyGoal } from './exactly-plan.js';
import { exactly } from './exactly.js';
import { Fold, type FoldOptions, type FoldStep, type Unit } from './fold.js';
import type { Pipeline } from './pipeline.js';
import { runUnit, type UnitAnswer } from './run-unit.js';
import { pipelineOf, smallWorld as catalog } from './test-support/small-world.js';

const lines = (list: readonly unknown[]): string[] => list.map((one) => JSON.stringify(one));
const samplesOf = (account: object): object => Object.fromEntries(Object.entries(account).filter(([key]) => !/alls|okens/.test(key)));

async function inOneProcess(pipeline: Pipeline, seeds: readonly Sample[], goal?: ExactlyGoal) {
  const rejects: RejectRecord[] = [];
  const over: number[] = [];
  const until = goal && exactly(goal);
  const run = new Run({ gate: new Gate({ slots: 8 }), observer: rejectsTo((record) => rejects.push(record)), ...until?.runOptions });
  const compiled = compile(pipeline, { catalog, run, onSeedOver: (seed) => over.push(seed) });
  const rows = await lastValueFrom(fromGated(seeds, run).pipe(until ? until.operator(run, compiled) : compiled, toArray()));
  return {
    rows: lines(rows),
    accounts: run.ledger.toJSON().map(samplesOf),
    rejects: lines(rejects).sort(),
    over: over.sort((a, b) => a - b),
  };
}

type Choose = (count: number) => number;

/** A fold to its end; `choose` says which unit is answered next, and now and then an answer is given once more. */
async function folded(pipeline: Pipeline, seeds: readonly Sample[], choose: Choose, options: Partial<FoldOptions> = {}) {
  const fold = new Fold(pipeline, { catalog, ...options });
  const [rows, rejects, over, waiting]: [Sample[], RejectRecord[], number[], Unit[]] = [[], [], [], []];
  const answers: [string, UnitAnswer][] = [];
  const see = (step: FoldStep): void => {
    rows.push(...step.rows);
    rejects.push(...step.rejects);
    over.push(...step.over);
    waiting.push(...step.units);
  };
  for (const seed of seeds) see(fold.seed(seed));
  expect(fold.isOver).toBe(false);
  see(fold.end());
  // With a goal, attempts that are not needed are left where they are.
  while (!fold.isOver) {
    const [{ key, stage, sample } = {} as never] = waiting.splice(choose(waiting.length), 1);
    answers.push([key, await runUnit(stage, sample, { catalog })]);
    see(fold.take(...answers.at(-1)!));
    see(fold.take(...answers[choose(answers.length)]!));
  }
  if (!options.goal) expect([waiting, fold.waiting()]).toEqual([[], []]);
  return { fold, rows: lines(rows), rejects: lines(rejects), over, answers };
}

const seedOf = (
  n: number,
  { leaf = 'a', kind, children = 1, wait = 0 }: { leaf?: string; kind?: unknown; children?: number; wait?: number },
): Sample => seedSample({ n, leaf_node_path: leaf, children, wait, ...(kind !== undefined && { leaf_node_type: kind }) } as Sample);

const pipelinesOf = (...known: readonly string[]) => {
  const rich = ['Make', 'Leaf', 'Make', 'Stream', 'Make'].filter((type) => known.includes(type));
  const types = fc.array(fc.constantFrom(...known), { minLength: 2, maxLength: 6, size: 'max' });
  return fc.oneof(
    fc.constant(pipelineOf(['knowledge', ...rich], ['freeform_skill', ...rich.slice(2)])),
    fc.tuple(fc.constantFrom(undefined, undefined, 'knowledge' as const), types).map(([kind, all]) => pipelineOf([kind, ...all])),
    fc.tuple(types, types).map(([one, other]) => pipelineOf(['knowledge', ...one], ['freeform_skill', ...other])),
  );
};
const pipelines = pipelinesOf('Make', 'Make', 'Make', 'Leaf', 'Stream', 'Barrier');
/** A run that goes on has no end of input for a barrier to wait for. */
const endless = pipelinesOf('Make', 'Make', 'Leaf', 'Stream');
/** Of a leaf that has enough, one process cuts off what is under way: what counts the samples of all leaves would see when. */
const byLeaf = pipelinesOf('Make', 'Make', 'Leaf');
const seedLists = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.record({
        leaf: fc.constantFrom('a', 'b', 'c'),
        kind: fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom('knowledge', 'freeform_skill') },
          fc.constantFrom('grounded_skill', 'none', undefined),
        ),
        children: fc.constantFrom(1, 2, 3, 3, 0),
        wait: fc.nat(3),
      }),
      { minLength: 1, maxLength: 9, size: 'max' },
    ),
  )
  .map(([isShard, list]) =>
    list.map((one, n) => (isShard ? inEnvelope(seedOf(n, one), { seed: 3 * n + 1, shard: '2/3' }) : seedOf(n, one))),
  );
const chooser = fc.infiniteStream(fc.nat()).map(
  (draws): Choose =>
    (count) =>
      (draws.next().value as number) % count,
);

describe('Fold, of any chains', () => {
  it('does what one process does, for answers in any order', async () => {
    await fc.assert(
      fc.asyncProperty(pipelines, seedLists, chooser, async (pipeline, seeds, choose) => {
        const expected = await inOneProcess(pipeline, seeds);
        const { fold, rows, rejects, over } = await folded(pipeline, seeds, choose);
        fold.ledger.reconcile();
        const accounts = fold.ledger.toJSON().map(samplesOf);
        expect({ rows, accounts, rejects: [...rejects].sort(), over: [...over].sort((a, b) => a - b) }).toEqual(expected);
        expect((await folded(pipeline, seeds, () => 0)).rejects).toEqual(rejects);
      }),
      { numRuns: 30 },
    );
  });

  it('goes on until so many are accepted as one process does', async () => {
    const wanted = fc.record({ perLeaf: fc.integer({ min: 1, max: 5 }), maxStalledAttempts: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(byLeaf, seedLists, chooser, wanted, fc.boolean(), async (pipeline, seeds, choose, goal, ordered) => {
        const expected = await inOneProcess(pipeline, seeds, goal);
        const { fold, rows, over } = await folded(pipeline, seeds, choose, { goal, ordered });
        expect(rows).toEqual(expected.rows);
        // All attempts that were judged, in order; the last ones are not, where all leaves have enough.
        expect(over).toEqual(over.map((_, i) => i));
        expect(over).toHaveLength(fold.ends().reduce((sum, { attempts }) => sum + attempts, 0));
      }),
      { numRuns: 30 },
    );
  });

  it('is where it was when it begins again with the answers, whenever they come', async () => {
    const goals = fc.constantFrom(undefined, { perLeaf: 2, maxStalledAttempts: 2 });
    await fc.assert(
      fc.asyncProperty(endless, seedLists, chooser, goals, async (pipeline, seeds, choose, goal) => {
        const options = goal && { goal };
        const { rows, answers } = await folded(pipeline, seeds, choose, options);
        const again = new Fold(pipeline, { catalog, ...options });
        const steps: FoldStep[] = [];
        const left = answers.toReversed();
        for (const seed of [...seeds, undefined]) {
          for (let count = choose(left.length + 1); count > 0; count--) steps.push(again.take(...left.splice(choose(left.length), 1)[0]!));
          if (seed) steps.push(again.seed(seed));
        }
        for (const answer of left) steps.push(again.take(...answer));
        steps.push(again.end());
        expect(lines(steps.flatMap((step) => step.rows))).toEqual(rows);
        const asked = steps.flatMap((step) => step.units).map(({ key }) => key);
        if (!goal) expect(asked.filter((key) => !answers.some(([answered]) => answered === key))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same rows as they come, where order is not wanted', async () => {
    await fc.assert(
      fc.asyncProperty(pipelines, seedLists, chooser, async (pipeline, seeds, choose) => {
        const { rows } = await folded(pipeline, seeds, choose, { ordered: false });
        expect(rows.sort()).toEqual((await inOneProcess(pipeline, seeds)).rows.sort());
      }),
      { numRuns: 10 },
    );
  });
});

describe('Fold', () => {
  const one = pipelineOf([undefined, 'Make']);

  it('keeps the order of all where blocks need it twice, with that of leaves in between', async () => {
    const pipeline = pipelineOf([undefined, 'Make', 'Leaf', 'Stream', 'Leaf', 'Stream']);
    const seeds = ['a', 'b', 'c'].map((leaf, n) => seedOf(n, { leaf }));
    const { rows } = await folded(pipeline, seeds, (count) => count - 1);
    expect(rows).toEqual((await inOneProcess(pipeline, seeds)).rows);
  });

  it('lets go of a row as soon as it may', async () => {
    const first = async (ordered: boolean) => {
      const fold = new Fold(one, { catalog, ordered });
      const [, unit] = [0, 1, 2].flatMap((n) => fold.seed(seedOf(n, {})).units);
      const { rows } = fold.take(unit!.key, await runUnit(unit!.stage, unit!.sample, { catalog }));
      return [rows.length, fold.waiting()];
    };
    expect(await first(false)).toEqual([1, []]);
    expect(await first(true)).toEqual([0, [{ count: 1, for: 0 }]]);
  });

  it('says what waits, for which seed and before which block', async () => {
    const fold = new Fold(pipelineOf([undefined, 'Make', 'Leaf', 'Make', 'Stream', 'Make', 'Barrier']), { catalog });
    const waiting = [0, 1, 2].flatMap((n) => fold.seed(seedOf(n, { leaf: n < 2 ? 'a' : 'b' })).units);
    const answer = async (at: number) => {
      const [unit] = waiting.splice(at, 1);
      waiting.push(...fold.take(unit!.key, await runUnit(unit!.stage, unit!.sample, { catalog })).units);
      return fold.waiting();
    };
    expect(await answer(1)).toEqual([{ count: 1, for: 0, before: 'all.1' }]);
    // The one of the other leaf goes on, up to the block that needs the order of all.
    await answer(1);
    expect(await answer(1)).toEqual([
      { count: 2, for: 0, before: 'all.3' },
      { count: 1, for: 0, before: 'all.1' },
    ]);
    while (waiting.length > 0) await answer(0);
    expect(fold.waiting()).toEqual([{ count: 6, for: 'end', before: 'all.5' }]);

    const rows = new Fold(pipelineOf(['knowledge', 'Make'], ['freeform_skill', 'Stream']), { catalog });
    rows.seed(seedOf(0, { kind: 'knowledge' }));
    rows.seed(seedOf(1, { kind: 'freeform_skill' }));
    expect(rows.waiting()).toEqual([{ count: 1, for: 0 }]);
    const attempts = new Fold(one, { catalog, goal: { perLeaf: 2 } });
    attempts.seed(seedOf(0, {}));
    const [, second] = attempts.end().units;
    attempts.take(second!.key, await runUnit(second!.stage, second!.sample, { catalog }));
    expect(attempts.waiting()).toEqual([{ count: 1, for: 0 }]);
  });

  it('lets any number of samples through a barrier', async () => {
    const seeds = Array.from({ length: 300 }, (_, n) => seedOf(n, {}));
    const { rows } = await folded(pipelineOf([undefined, 'Barrier']), seeds, () => 0);
    expect(rows).toHaveLength(225);
  });

  it('tells the observer of each answer once, with its leaf and account', async () => {
    const told: [string, readonly BlockAccount[]][] = [];
    const observer = { unitAnswered: (leaf: string, accounts: readonly BlockAccount[]) => told.push([leaf, accounts]) };
    await folded(one, [seedOf(0, { leaf: 'x' }), seedOf(1, { leaf: 'y' })], () => 0, { observer });
    expect(told.map(([leaf, [account]]) => [leaf, account!.in])).toEqual([
      ['x', 1],
      ['y', 1],
    ]);
  });

  it('says what became of each leaf, where so many are wanted', async () => {
    const seeds = [seedOf(0, { leaf: 'x', children: 3 }), seedOf(1, { leaf: 'y' })];
    const { fold, rows } = await folded(one, seeds, () => 0, { goal: { perLeaf: 2, maxStalledAttempts: 2 } });
    expect(fold.ends().map(({ leaf, accepted, reason }) => [leaf, accepted, reason])).toEqual([
      ['x', 2, 'enough'],
      ['y', 1, 'stalled'],
    ]);
    expect(rows).toHaveLength(3);
    expect(new Fold(one, { catalog }).ends()).toEqual([]);
  });

  it('takes no seed after the end, and no block that needs order and asks the teacher', () => {
    const fold = new Fold(one, { catalog });
    fold.end();
    expect(() => fold.seed(seedOf(0, {}))).toThrow('a seed came after the end of the input');
    expect(() => new Fold(pipelineOf([undefined, 'AskInOrder']), { catalog })).toThrow('chain all: a block that needs order and asks');
  });
});
