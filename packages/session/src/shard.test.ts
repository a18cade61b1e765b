import { envelopeOf, inEnvelope, type Sample, sumOf } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignGreedily, parseShard, sameShard, takeShard } from './shard.js';

async function* each(samples: readonly Sample[]): AsyncGenerator<Sample> {
  yield* samples;
}
async function all(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const list: Sample[] = [];
  for await (const sample of samples) list.push(sample);
  return list;
}
const seedOf = (sample: Sample): number => envelopeOf(sample)!.seed!;

describe('parseShard', () => {
  const slurm = { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '5', SLURM_ARRAY_TASK_MAX: '7' };
  it.each([
    ['2/8', {}, [2, 8]],
    ['1/1', slurm, [1, 1]],
    ['auto', slurm, [3, 3]],
    ['auto', { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_COUNT: '4' }, [2, 4]],
    ['auto', { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_MAX: '3' }, [1, 4]],
    [
      'auto',
      {
        SLURM_ARRAY_TASK_ID: '20',
        SLURM_ARRAY_TASK_COUNT: '4',
        SLURM_ARRAY_TASK_MIN: '0',
        SLURM_ARRAY_TASK_MAX: '30',
        SLURM_ARRAY_TASK_STEP: '10',
      },
      [3, 4],
    ],
    // One task of an array, submitted again by itself.
    ['auto/8', { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_COUNT: '1', SLURM_ARRAY_TASK_MIN: '5', SLURM_ARRAY_TASK_MAX: '5' }, [5, 8]],
    ['auto/8', { JOB_COMPLETION_INDEX: '0' }, [1, 8]],
    ['auto/8', { JOB_COMPLETION_INDEX: '7' }, [8, 8]],
  ] as const)('%s', (text, env, [index, count]) => {
    expect(parseShard(text, env)).toEqual({ index, count });
  });

  it.each([
    ['2', {}, '--shard takes I/N, auto or auto/N; not "2"; write --shard 2/8 for the second of eight'],
    ['-1/3', {}, 'not "-1/3"'],
    ['0/3', {}, '--shard 0/3: there is no shard 0 of 3; shards count from 1 to 3'],
    ['4/3', {}, 'there is no shard 4 of 3'],
    ['1/0', {}, 'there is no shard 1 of 0'],
    [
      'auto',
      {},
      '--shard auto: this is no task of a Slurm array (SLURM_ARRAY_TASK_ID) and no indexed job (JOB_COMPLETION_INDEX); write --shard I/N',
    ],
    [
      'auto',
      { JOB_COMPLETION_INDEX: '1' },
      "JOB_COMPLETION_INDEX does not say of how many; write --shard auto/N, with N the job's completions",
    ],
    ['auto', { SLURM_ARRAY_TASK_ID: '1' }, 'no SLURM_ARRAY_TASK_COUNT'],
    ['auto', { ...slurm, SLURM_ARRAY_TASK_MAX: '12' }, 'the ids of the Slurm array have gaps (3 tasks from 5 to 12)'],
    ['auto/8', { SLURM_ARRAY_TASK_ID: '0' }, 'shards count from 1 to 8, so the ids of an array do with auto/N'],
  ])('%s is refused with %j', (text, env, message) => {
    expect(() => parseShard(text, env)).toThrow(message);
  });
});

const seeds = fc.array(fc.record({ leaf_node_path: fc.constantFrom('a', 'b', 'c', 'd', 'e'), weight: fc.integer({ min: 1, max: 9 }) }), {
  maxLength: 40,
});

describe('takeShard', () => {
  it('divides: every seed is in one shard, with its number, in order; leaves are whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom('leaf' as const, 'seed' as const),
        async (input, count, by) => {
          const weightOf = (seed: Sample): number => seed['weight'] as number;
          const totals: number[] = [];
          const shards = await Promise.all(
            Array.from({ length: count }, (_, i) =>
              all(takeShard(each(input), { shard: { index: i + 1, count }, by, weightOf, onTotal: (total) => totals.push(total) })),
            ),
          );
          for (const [i, shard] of shards.entries()) {
            const numbers = shard.map(seedOf);
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
            for (const sample of shard) {
              const { _sdg, ...columns } = sample;
              expect(columns).toEqual(input[seedOf(sample)]);
              expect(envelopeOf(sample)!.shard).toBe(`${i + 1}/${count}`);
            }
          }
          expect(shards.flatMap((shard) => shard.map(seedOf)).sort((a, b) => a - b)).toEqual(input.map((_, i) => i));
          expect(totals).toEqual(shards.map(() => input.length));
          if (by === 'leaf') {
            const leaves = shards.map((shard) => new Set(shard.map(({ leaf_node_path: leaf }) => leaf)));
            expect(sumOf(leaves, ({ size }) => size)).toBe(new Set(input.map(({ leaf_node_path: leaf }) => leaf)).size);
          } else {
            const loads = shards.map((shard) => sumOf(shard, (sample) => weightOf(sample)));
            expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(9);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('divides no tasks of which one asks for a number of outputs, not even into shards without that one', async () => {
    const tasks = ['a', 'b'].map((task_name) => ({ task_name, leaf_node_path: task_name, ...(task_name === 'b' && { num_outputs: 5 }) }));
    for (const index of [1, 2]) {
      await expect(all(takeShard(each(tasks), { shard: { index, count: 2 }, by: 'leaf' }))).rejects.toThrow(
        '--shard: a run for a number of outputs goes on by what all leaves have so far',
      );
    }
  });

  it('is not given what is a shard already', async () => {
    const samples = [inEnvelope({ a: 1 }, { seed: 3, shard: '1/2' })];
    await expect(all(takeShard(each(samples), { shard: { index: 1, count: 2 }, by: 'seed' }))).rejects.toThrow(
      'the input is shard 1/2 already',
    );
  });
});

it('assignGreedily leaves nobody with more than the mean and a part of the heaviest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      (weights, count) => {
        const loads = new Array<number>(count).fill(0);
        assignGreedily(weights, count).forEach((owner, i) => (loads[owner]! += weights[i]!));
        const sum = sumOf(weights);
        expect(Math.max(...loads)).toBeLessThanOrEqual(sum / count + Math.max(...weights) * (1 - 1 / count) + 1e-9);
      },
    ),
  );
  expect(assignGreedily([1, 1], 1_000_000)).toEqual([0, 1]);
  // Heavy ones first, though they come last.
  expect(assignGreedily([3, 3, 4, 5, 5], 2)).toEqual([1, 1, 0, 0, 1]);
});

describe('sameShard', () => {
  const of = (seed: number, shard: string): Sample => inEnvelope({ n: seed }, { seed, shard });
  it('asks once whether the pipeline may be divided, and only for shards', async () => {
    let checks = 0;
    const check = (): void => void checks++;
    await all(sameShard(each([{ a: 1 }, { a: 2 }]), check));
    expect(checks).toBe(0);
    expect(await all(sameShard(each([of(1, '1/2'), of(5, '1/2')]), check))).toHaveLength(2);
    expect(checks).toBe(1);
  });

  it('refuses samples of several shards', async () => {
    await expect(all(sameShard(each([of(1, '1/2'), of(2, '2/2')]), () => undefined))).rejects.toThrow(
      'samples of shard 1/2 and samples of shard 2/2 are in one input',
    );
    await expect(all(sameShard(each([{ a: 1 }, of(2, '2/2')]), () => undefined))).rejects.toThrow(
      'samples of no shard and samples of shard 2/2',
    );
  });
});
