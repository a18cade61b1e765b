import { isDeepStrictEqual } from 'node:util';
import {
  Gate,
  Run,
  columnsOf,
  envelopeOf,
  fromGated,
  inEnvelope,
  seedSample,
  type BlockExample,
  type BlockSpec,
  type Catalog,
  type Sample,
} from '@sdg/core';
import { EMPTY, NEVER, type Observable, concat, from, lastValueFrom, of, take, throwError, toArray, type OperatorFunction } from 'rxjs';
import { exampleEmbedder } from './fixed-embedder.js';
import { loadExample } from './run-block.js';
import { scriptedTeacher, type Script } from './scripted-teacher.js';

/** One law that every block keeps. `check` fails where it does not. */
export interface Law {
  readonly name: string;
  check(): Promise<void>;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

const fail = (message: string): never => {
  throw new Error(message);
};
const same = (actual: unknown, expected: unknown, what: string): void => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) fail(`${what}: expected ${b}, got ${a}`);
};

/**
 * The laws of a block, checked with one of its examples, where order is kept and where it is not. The teacher repeats the
 * example's replies in turn.
 */
export const blockLaws = (spec: BlockSpec, example: BlockExample, catalog?: Catalog): readonly Law[] => [
  ...lawsOf(spec, example, catalog, true),
  ...lawsOf(spec, example, catalog, false).map(({ name, check }) => ({ name: `unordered: ${name}`, check })),
];

function lawsOf(spec: BlockSpec, example: BlockExample, catalog: Catalog | undefined, ordered: boolean): readonly Law[] {
  const script = example.replies ?? [];
  const speak = (_request: unknown, index: number): Script => script[index % Math.max(1, script.length)] ?? 'a reply';
  const seeds = (times = 1): Sample[] =>
    Array.from({ length: times }, () => example.input)
      .flat()
      .map((columns) => freeze(seedSample(columns)));
  const setUp = async (reply: Parameters<typeof scriptedTeacher>[0] = speak) => {
    const gate = new Gate({ slots: 2, windowPerSlot: 2 });
    const run = new Run({ teacher: scriptedTeacher(reply), embedder: exampleEmbedder(), gate, ordered });
    const operator = spec.create(await loadExample(spec, example, catalog), run.block(spec.type));
    const settled = (): void => {
      run.ledger.reconcile();
      same([gate.resident, gate.working], [0, 0], 'resident and working samples at the end');
    };
    return { gate, run, operator, settled };
  };
  const collect = (source: Observable<Sample>, operator: OperatorFunction<Sample, Sample>): Promise<Sample[]> =>
    lastValueFrom(source.pipe(operator, toArray()));
  /** What is the same in every run: the samples, and where it is kept their order. */
  const told = (samples: readonly object[]): readonly unknown[] =>
    ordered ? samples : samples.map((sample) => JSON.stringify(sample)).sort();
  const law = (name: string, check: () => Promise<void>): Law => ({ name, check });

  return [
    law('never: stays silent, and lets go when it is left', async () => {
      const { operator, settled } = await setUp();
      const said: string[] = [];
      const subscription = NEVER.pipe(operator).subscribe({
        next: () => said.push('next'),
        error: () => said.push('error'),
        complete: () => said.push('complete'),
      });
      await new Promise((resolve) => setImmediate(resolve));
      subscription.unsubscribe();
      same(said, [], 'notifications');
      settled();
    }),
    law('empty: completes with nothing', async () => {
      const { operator, settled } = await setUp();
      same(await collect(EMPTY, operator), [], 'output');
      settled();
    }),
    law('one: completes, and every sample is accounted for', async () => {
      const { operator, settled } = await setUp();
      await collect(of(seeds()[0]!), operator);
      settled();
    }),
    law('many: completes behind a small gate, and every sample is accounted for', async () => {
      const { gate, operator, settled } = await setUp();
      await collect(fromGated(seeds(25), { gate }), operator);
      settled();
    }),
    law('the same input and replies give the same output, in the same order, with ids of their own', async () => {
      const outputs = await Promise.all(
        [1, 2].map(async () => {
          const { gate, operator } = await setUp();
          return collect(fromGated(seeds(), { gate }), operator);
        }),
      );
      same(told(outputs[0]!), told(outputs[1]!), 'second run');
      const ids = outputs[0]!.map(({ _sdg }) => _sdg?.id ?? fail('a sample came out without lineage'));
      if (new Set(seeds().map(({ _sdg }) => _sdg?.id)).size === example.input.length) same(new Set(ids).size, ids.length, 'distinct ids');
    }),
    law('an error of the source comes out as it is', async () => {
      const { operator, settled } = await setUp();
      const error = new Error('source');
      const caught: unknown = await collect(
        concat(
          from(seeds()),
          throwError(() => error),
        ),
        operator,
      ).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (caught !== error) fail(`expected the error of the source, got ${String(caught)}`);
      settled();
    }),
    law('an error of the teacher that ends the run comes out, and everything is let go', async () => {
      if (spec.cost(await loadExample(spec, example, catalog), new Run().settings).calls === 0) return;
      const error = new Error('callback');
      const { operator, settled } = await setUp(() => {
        throw error;
      });
      const caught: unknown = await collect(from(seeds()), operator).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (caught !== error) fail(`expected the error of the teacher, got ${String(caught)}`);
      settled();
    }),
    law('early unsubscribe stops the source and gives back all room', async () => {
      const { gate, run, operator } = await setUp();
      const output = await lastValueFrom(fromGated(seeds(50), { gate }).pipe(operator, take(1), toArray()));
      if (output.length > 1) fail('take(1) gave more than one sample');
      same([gate.resident, gate.working], [0, 0], 'resident and working samples at the end');
      const whole = run.ledger.blocks[0]!.in >= 50 * example.input.length;
      const config = await loadExample(spec, example, catalog);
      if (whole && output.length === 1 && !(spec.isBarrier?.(config) ?? spec.barrier)) fail('the whole source was read for one sample');
    }),
    law('samples survive JSON, and their envelope survives the block', async () => {
      const { operator } = await setUp();
      const at = { seed: 7, turn: [3] };
      for (const sample of await collect(from(seeds().map((seed) => freeze(inEnvelope(seed, at)))), operator)) {
        if (!isDeepStrictEqual(JSON.parse(JSON.stringify(sample)), sample)) {
          fail(`a sample is another after JSON: ${JSON.stringify(sample)}`);
        }
        const came = envelopeOf(sample);
        if (came?.seed !== 7 || came.turn?.[0] !== 3) fail(`a sample lost its envelope: ${JSON.stringify(came)}`);
      }
    }),
    law('frozen samples pass: input is never mutated', async () => {
      const { operator } = await setUp();
      const input = seeds();
      const before = JSON.stringify(input);
      await collect(from(input), operator);
      same(JSON.stringify(input), before, 'input after the run');
    }),
    law('one operator can be used many times, without state between uses', async () => {
      const { operator } = await setUp();
      const [first, second] = [await collect(from(seeds()), operator), await collect(from(seeds()), operator)];
      same(told(first.map(columnsOf)), told(second.map(columnsOf)), 'second use');
    }),
    law('columns that it says it adds are there, those it says it removes are gone', async () => {
      const config = await loadExample(spec, example, catalog);
      const { adds, removes } = spec.columns(config);
      const { operator } = await setUp();
      for (const sample of await collect(from(seeds()), operator)) {
        for (const column of adds) if (!(column in sample) && !optional(column, example)) fail(`column ${column} is missing`);
        for (const column of removes) if (column in sample && !adds.includes(column)) fail(`column ${column} is still there`);
      }
    }),
    law('a sample that lacks a column it reads is rejected, not lost', async () => {
      const { reads } = spec.columns(await loadExample(spec, example, catalog));
      if (reads.length === 0) return;
      const { operator, run, settled } = await setUp();
      await collect(of(freeze(seedSample({ unrelated: true }))), operator);
      settled();
      if (run.ledger.blocks[0]!.rejected === 0) fail('nothing was rejected');
    }),
    law('several of one subscription at a time do not disturb each other', async () => {
      const { operator } = await setUp(() => (script[0] as Script | undefined) ?? 'a reply');
      const outputs = await Promise.all([1, 2].map(() => collect(from(seeds()), operator)));
      same(told(outputs[0]!.map(columnsOf)), told(outputs[1]!.map(columnsOf)), 'the other subscription');
    }),
  ];
}

/** A column that not every sample gets: a table of a populator may lack what another has. */
const optional = (column: string, { output }: BlockExample): boolean => !output.every((sample) => column in sample);
