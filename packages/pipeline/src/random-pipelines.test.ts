import { catalog } from '@sdg/blocks';
import { contentHash, fromGated, Gate, Run, seedSample, type Sample, type Teacher } from '@sdg/core';
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

/** Says what the examples say, by the request alone: the same to whoever asks. */
const teacherOf = (picks: readonly number[]): Teacher =>
  scriptedTeacher((request) => {
    const at = Number(/\d+$/.exec(request.block!.replace('/drop_duplicates', ''))![0]);
    const replies: readonly (Script | undefined)[] = examples[picks[at]!]!.example.replies ?? [];
    const { messages, prompt, parameters } = request;
    const draw = parseInt(contentHash(JSON.stringify([messages, prompt, parameters])).slice(0, 8), 16);
    return replies[draw % Math.max(1, replies.length)] ?? 'a reply';
  });

const samplesOf = (account: object): object =>
  Object.fromEntries(Object.entries(account).filter(([key]) => !/alls|okens|models/.test(key)));
const bytes = (rows: readonly Sample[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

async function inLine(pipeline: Pipeline, seeds: readonly Sample[], picks: readonly number[], slots: number) {
  const run = new Run({ gate: new Gate({ slots }), teacher: teacherOf(picks), embedder: exampleEmbedder() });
  const rows = await lastValueFrom(fromGated(seeds, run).pipe(compile(pipeline, { catalog, run }), toArray()));
  run.ledger.reconcile();
  expect([run.gate.resident, run.gate.held, run.gate.working]).toEqual([0, 0, 0]);
  return { rows: bytes(rows), accounts: run.ledger.toJSON().map(samplesOf) };
}

/** Unit by unit, those under way in any order, all that crosses going through JSON. */
async function unitByUnit(pipeline: Pipeline, seeds: readonly Sample[], picks: readonly number[], draw: (count: number) => number) {
  const fold = new Fold(pipeline, { catalog });
  const options = { catalog, teacher: teacherOf(picks), embedder: exampleEmbedder() };
  const rows: Sample[] = [];
  const waiting: Unit[] = [];
  const see = (step: ReturnType<Fold['end']>): void => {
    rows.push(...step.rows);
    waiting.push(...step.units);
  };
  for (const seed of seeds) see(fold.seed(seed));
  see(fold.end());
  while (waiting.length > 0) {
    const [{ key, stage, sample } = {} as never] = waiting.splice(draw(waiting.length), 1);
    const answer = await runUnit(stage, JSON.parse(JSON.stringify(sample)) as Sample, options);
    see(fold.take(key, JSON.parse(JSON.stringify(answer)) as UnitAnswer));
  }
  fold.ledger.reconcile();
  return { rows: bytes(rows), accounts: fold.ledger.toJSON().map(samplesOf) };
}

it('any pipeline of the catalogue gives the same bytes and accounts in line and unit by unit, at any number of slots', async () => {
  const pick = fc.record({
    at: fc.nat(examples.length - 1),
    dropDuplicates: fc.constantFrom([], [], [], ['leaf_node_path', 'n']),
    dropColumns: fc.constantFrom([], [], [], ['n']),
  });
  const seed = fc.record({ leaf: fc.constantFrom('a', 'b', undefined), input: fc.nat(5), n: fc.nat(3) });
  let [compared, withRows] = [0, 0];
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
        const expected = await inLine(pipeline, seeds, picks, 8);
        expect(await inLine(pipeline, seeds, picks, slots)).toEqual(expected);
        expect(await unitByUnit(pipeline, seeds, picks, (count) => (draws.next().value as number) % count)).toEqual(expected);
        compared++;
        if (expected.rows !== '') withRows++;
      },
    ),
    { numRuns: 60 },
  );
  // Most pipelines must let something through, or nothing is compared.
  expect(withRows / compared).toBeGreaterThan(0.2);
}, 120_000);
