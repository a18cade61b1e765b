import { catalog } from '@sdg/blocks';
import { contentHash, envelopeOf, fromGated, Gate, inEnvelope, Run, type RejectRecord, rejectsTo, type Sample } from '@sdg/core';
import { offlineTeacher } from '@sdg/offline';
import { shippedUses, type ShippedUse } from '@sdg/testing';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { exactly } from './exactly.js';
import { Fold, type FoldStep, type Unit } from './fold.js';
import type { Pipeline } from './pipeline.js';
import { runUnit, type UnitAnswer } from './run-unit.js';
import { goalOf, openShipped, settings } from './test-support/shipped.js';

const lines = (rows: readonly Sample[]): string[] => rows.map((row) => JSON.stringify(row));
const samplesOf = (account: object): object =>
  Object.fromEntries(Object.entries(account).filter(([key]) => !/alls|okens|models/.test(key)));

/** One process: rows, accounts, rejects by seed, and the seeds that were acknowledged. */
async function inOneProcess({ seeds, goal }: ShippedUse, pipeline: Pipeline) {
  const gate = new Gate({ slots: 8 });
  const rejects: RejectRecord[] = [];
  const over: number[] = [];
  const until = goal && exactly(goalOf(pipeline, goal)!);
  const run = new Run({
    gate,
    settings,
    teacher: offlineTeacher(),
    observer: rejectsTo((record) => rejects.push(record)),
    ...until?.runOptions,
  });
  const compiled = compile(pipeline, { catalog, run, onSeedOver: (seed) => over.push(seed) });
  const rows = await lastValueFrom(fromGated(seeds, { gate }).pipe(until ? until.operator(run, compiled) : compiled, toArray()));
  run.close();
  return { rows: lines(rows), accounts: run.ledger.toJSON().map(samplesOf), rejects, over };
}

/** Every unit once for all: its answer depends on stage and sample alone. Through JSON, as over a wire. */
class Workers {
  readonly #teacher = offlineTeacher();
  readonly #answers = new Map<string, Promise<string>>();
  constructor(readonly seedRequests: boolean) {}

  async run({ stage, sample }: Unit): Promise<UnitAnswer> {
    const key = contentHash(stage.chain, String(stage.index), JSON.stringify(sample));
    let answer = this.#answers.get(key);
    if (!answer) {
      const far = JSON.parse(JSON.stringify({ stage, sample })) as Pick<Unit, 'stage' | 'sample'>;
      this.#answers.set(
        key,
        (answer = runUnit(stage, far.sample, { catalog, settings, teacher: this.#teacher, seedRequests: this.seedRequests }).then((made) =>
          JSON.stringify(made),
        )),
      );
    }
    return JSON.parse(await answer) as UnitAnswer;
  }
}

interface Told {
  readonly rows: Sample[];
  readonly rejects: RejectRecord[];
  readonly over: number[];
}

/** Runs a fold to its end. `choose` says which of the units under way is answered next; some answers come twice. */
async function folded(
  use: ShippedUse,
  pipeline: Pipeline,
  workers: Workers,
  choose: (count: number) => number,
  again: (count: number) => boolean,
  ordered = true,
) {
  const goal = goalOf(pipeline, use.goal);
  const fold = new Fold(pipeline, { catalog, settings, ordered, ...(goal && { goal }) });
  const told: Told = { rows: [], rejects: [], over: [] };
  const waiting: Unit[] = [];
  const taken: [string, UnitAnswer][] = [];
  const see = ({ units, rows, rejects, over }: FoldStep): void => {
    waiting.push(...units);
    told.rows.push(...rows);
    told.rejects.push(...rejects);
    told.over.push(...over);
  };
  for (const seed of use.seeds) see(fold.seed(seed));
  see(fold.end());
  while (waiting.length > 0 && !fold.isOver) {
    const [unit] = waiting.splice(choose(waiting.length), 1);
    const answer = await workers.run(unit!);
    see(fold.take(unit!.key, answer));
    taken.push([unit!.key, answer]);
    if (again(taken.length)) see(fold.take(...taken[choose(taken.length)]!));
  }
  expect(fold.isOver).toBe(true);
  return { fold, told, taken };
}

describe.each(shippedUses)('Fold: $name', (use) => {
  let pipeline: Pipeline;
  let expected: Awaited<ReturnType<typeof inOneProcess>>;
  const workers = new Workers(use.goal !== undefined);
  beforeAll(async () => {
    pipeline = await openShipped(use.pipeline);
    expected = await inOneProcess(use, pipeline);
  });

  it('gives the bytes of one process for answers in any order, any of them twice', async () => {
    expect(expected.rows.length).toBeGreaterThan(0);
    let rejects: string | undefined;
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (draws) => {
        const draw = (count: number): number => (draws.next().value as number) % count;
        const { fold, told } = await folded(use, pipeline, workers, draw, () => draw(3) === 0);
        expect(lines(told.rows)).toEqual(expected.rows);
        if (use.goal) return;
        fold.ledger.reconcile();
        expect(fold.ledger.toJSON().map(samplesOf)).toEqual(expected.accounts);
        expect([...told.over].sort((a, b) => a - b)).toEqual(use.seeds.map((_, i) => i));
        expect(told.rejects.map((record) => JSON.stringify(record)).sort()).toEqual(
          expected.rejects.map((record) => JSON.stringify(record)).sort(),
        );
        // Their order does not depend on that of the answers either.
        expect(JSON.stringify(told.rejects)).toBe((rejects ??= JSON.stringify(told.rejects)));
      }),
      { numRuns: 3 },
    );
  }, 120_000);

  if (!use.goal) {
    it('gives the same rows as they come, where order is not wanted', async () => {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (draws) => {
          const draw = (count: number): number => (draws.next().value as number) % count;
          const { fold, told } = await folded(use, pipeline, workers, draw, () => draw(3) === 0, false);
          expect(lines(told.rows).sort()).toEqual([...expected.rows].sort());
          expect(fold.ledger.toJSON().map(samplesOf)).toEqual(expected.accounts);
        }),
        { numRuns: 2 },
      );
    }, 120_000);
  }

  if (!use.goal) {
    it('keeps the numbers that seeds of a shard came with', async () => {
      const seeds = use.seeds.map((seed, i) => inEnvelope(seed, { seed: 3 * i + 1, shard: '2/3' }));
      const sharded = await inOneProcess({ ...use, seeds }, pipeline);
      expect(sharded.rows.length).toBeGreaterThan(0);
      const last = (count: number): number => count - 1;
      const { told } = await folded({ ...use, seeds }, pipeline, workers, last, () => false);
      expect(lines(told.rows)).toEqual(sharded.rows);
      expect(told.rows.every((row) => envelopeOf(row)?.shard === '2/3')).toBe(true);
    });
  }

  if (use.name === 'simple') {
    it('lets go of a row at once where order is not wanted', async () => {
      const fold = new Fold(pipeline, { catalog, settings, ordered: false });
      const units = use.seeds.flatMap((seed) => fold.seed(seed).units);
      // In order, all rows would wait for those of the first seed.
      const queue = units.slice(1);
      const rows: Sample[] = [];
      for (let unit = queue.shift(); unit; unit = queue.shift()) {
        const step = fold.take(unit.key, await workers.run(unit));
        queue.push(...step.units);
        rows.push(...step.rows);
      }
      expect(fold.isOver).toBe(false);
      expect(rows.length).toBeGreaterThan(0);
    });
  }

  it('is where it was when it begins again, with the answers before the units', async () => {
    const { taken } = await folded(
      use,
      pipeline,
      workers,
      () => 0,
      () => false,
    );
    const goal = goalOf(pipeline, use.goal);
    const fold = new Fold(pipeline, { catalog, settings, ...(goal && { goal }) });
    const rows: Sample[] = [];
    const units: Unit[] = [];
    for (const [key, answer] of [...taken].reverse()) fold.take(key, answer);
    for (const step of [...use.seeds.map((seed) => () => fold.seed(seed)), () => fold.end()]) {
      const told = step();
      rows.push(...told.rows);
      units.push(...told.units);
    }
    expect(lines(rows)).toEqual(expected.rows);
    if (!use.goal) expect(units).toEqual([]);
  });
});
