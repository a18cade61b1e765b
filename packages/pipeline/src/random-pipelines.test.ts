import { catalog } from '@sdg/blocks';
import { setImmediate as turn } from 'node:timers/promises';
import { contentHash, fromGated, Gate, rejectsTo, Run, seedSample, type RejectRecord, type Sample, type Teacher } from '@sdg/core';
import { exampleEmbedder, loadExample, scriptedTeacher, type Script } from '@sdg/testing';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { beforeAll, expect, it } from 'vitest';
import { compile } from './compile.js';
import { Fold, type Unit } from './fold.js';
import type { Pipeline } from './pipeline.js';
import { runUnit, type UnitAnswer } from './run-unit.js';
import { stagesOf } from './stages.js';
import { chainOf } from './test-support/chain-of.js';

/** Every example of every block: a config that works, samples for it and replies. */
const examples = [...catalog.values()].flatMap((spec) => spec.examples.map((example) => ({ spec, example })));
let configs: readonly unknown[];
beforeAll(async () => {
  configs = await Promise.all(examples.map(({ spec, example }) => loadExample(spec, example, catalog).catch(() => undefined)));
});

type Draw = (count: number) => number;

/** Says what the examples say, by the request alone: the same to whoever asks, after any time. */
const teacherOf = (picks: readonly number[], draw: Draw): Teacher =>
  scriptedTeacher(async (request) => {
    for (let i = draw(4); i > 0; i--) await turn();
    const at = Number(/\d+$/.exec(request.block!.replace('/drop_duplicates', ''))![0]);
    const replies: readonly (Script | undefined)[] = examples[picks[at]!]!.example.replies ?? [];
    const { messages, prompt, parameters } = request;
    const drawn = parseInt(contentHash(JSON.stringify([messages, prompt, parameters])).slice(0, 8), 16);
    return replies[drawn % Math.max(1, replies.length)] ?? 'a reply';
  });

const samplesOf = (account: object): object =>
  Object.fromEntries(Object.entries(account).filter(([key]) => !/alls|okens|models/.test(key)));
const bytes = (rows: readonly Sample[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

const sorted = (rejects: readonly RejectRecord[]): string[] => rejects.map((record) => JSON.stringify(record)).sort();

async function inLine(pipeline: Pipeline, seeds: readonly Sample[], picks: readonly number[], slots: number, draw: Draw) {
  const rejects: RejectRecord[] = [];
  const observer = rejectsTo((record) => rejects.push(record));
  const run = new Run({ gate: new Gate({ slots }), teacher: teacherOf(picks, draw), embedder: exampleEmbedder(), observer });
  const rows = await lastValueFrom(fromGated(seeds, run).pipe(compile(pipeline, { catalog, run }), toArray()));
  run.ledger.reconcile();
  expect([run.gate.resident, run.gate.held, run.gate.working]).toEqual([0, 0, 0]);
  return { rows: bytes(rows), accounts: run.ledger.toJSON().map(samplesOf), rejects: sorted(rejects) };
}

/** Unit by unit, those under way in any order, all that crosses going through JSON. */
async function unitByUnit(pipeline: Pipeline, seeds: readonly Sample[], picks: readonly number[], draw: Draw) {
  const fold = new Fold(pipeline, { catalog });
  const options = { catalog, teacher: teacherOf(picks, draw), embedder: exampleEmbedder() };
  const [rows, rejects]: [Sample[], RejectRecord[]] = [[], []];
  const waiting: Unit[] = [];
  const see = (step: ReturnType<Fold['end']>): void => {
    rows.push(...step.rows);
    rejects.push(...step.rejects);
    waiting.push(...step.units);
  };
  for (const seed of seeds) see(fold.seed(seed));
  see(fold.end());
  while (waiting.length > 0) {
    const [{ key, stage, sample } = {} as never] = waiting.splice(draw(waiting.length), 1);
    const [answer, again] = await Promise.all([0, 1].map(() => runUnit(stage, JSON.parse(JSON.stringify(sample)) as Sample, options)));
    // Whatever overtakes what within it.
    expect(JSON.stringify(again)).toBe(JSON.stringify(answer));
    see(fold.take(key, JSON.parse(JSON.stringify(answer)) as UnitAnswer));
  }
  fold.ledger.reconcile();
  return { rows: bytes(rows), accounts: fold.ledger.toJSON().map(samplesOf), rejects: sorted(rejects), inOrder: JSON.stringify(rejects) };
}

it('any pipeline of the catalogue gives the same bytes and accounts in line and unit by unit, at any number of slots', async () => {
  const pick = fc.record({
    at: fc.nat(examples.length - 1),
    dropDuplicates: fc.constantFrom([], [], [], ['leaf_node_path', 'n']),
    dropColumns: fc.constantFrom([], [], [], ['n']),
  });
  const seed = fc.record({ leaf: fc.constantFrom('a', 'b', undefined), input: fc.nat(5), n: fc.nat(3) });
  let [compared, withRows, withRejects] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(pick, { minLength: 1, maxLength: 6 }),
      fc.array(seed, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(1, 3, 64),
      fc.infiniteStream(fc.nat()),
      async (list, kinds, slots, draws) => {
        const picks = list.map(({ at }) => at).filter((at) => configs[at] !== undefined);
        const { blocks, ...chain } = chainOf(
          undefined,
          picks.map((at) => ({ type: examples[at]!.spec.type, config: configs[at] })),
        );
        const pipeline: Pipeline = {
          name: 'any',
          chains: [
            {
              ...chain,
              blocks: blocks.map((block, i) => ({ ...block, dropDuplicates: list[i]!.dropDuplicates, dropColumns: list[i]!.dropColumns })),
            },
          ],
        };
        const seeds = kinds.map(({ leaf, input, n }) =>
          seedSample(
            Object.assign(
              {},
              ...picks.toReversed().map((at) => examples[at]!.example.input.at(input % examples[at]!.example.input.length)),
              { n, ...(leaf !== undefined && { leaf_node_path: leaf }) },
            ) as Sample,
          ),
        );
        // A block that needs order and asks the teacher cannot be folded, and says so.
        fc.pre(stagesOf(pipeline, catalog).every(({ order, holds }) => order === 'none' || !holds));
        const draw: Draw = (count) => (draws.next().value as number) % count;
        const expected = await inLine(pipeline, seeds, picks, 8, () => 0);
        expect(await inLine(pipeline, seeds, picks, slots, draw)).toEqual(expected);
        const { inOrder, ...folded } = await unitByUnit(pipeline, seeds, picks, draw);
        expect(folded).toEqual(expected);
        // Rejects are told in an order that does not depend on that of the answers.
        expect((await unitByUnit(pipeline, seeds, picks, () => 0)).inOrder).toBe(inOrder);
        compared++;
        if (expected.rejects.length > 1) withRejects++;
        if (expected.rows !== '') withRows++;
      },
    ),
    { numRuns: 60 },
  );
  // Most pipelines must let something through, or nothing is compared.
  expect([withRows / compared > 0.2, withRejects / compared > 0.1]).toEqual([true, true]);
}, 120_000);
