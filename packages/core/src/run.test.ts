import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { SdgError } from './errors.js';
import { concurrentMap } from './concurrent-map.js';
import { expand } from './expand.js';
import { derive, seedSample } from './lineage.js';
import { filtered, rejected } from './outcome.js';
import { Run } from './run.js';
import type { Sample } from './sample.js';
import type { Reply, Teacher } from './teacher.js';

const teacher = (name: string): Teacher => ({
  name,
  complete: async (): Promise<Reply> => ({
    choices: [{ text: name, finishReason: 'stop' }],
    model: name,
    usage: { promptTokens: 1, completionTokens: 1 },
  }),
});

describe('Run', () => {
  it("asks the teacher that a block has of its own, and the run's for all others", async () => {
    const own = teacher('judge');
    const run = new Run({ teacher: teacher('common'), teacherOf: (block) => (block === 'judge' ? own : undefined) });
    const ask = async (block: string): Promise<string> => (await run.block(block).complete({ prompt: '', parameters: {} })).model;
    expect([await ask('generate'), await ask('judge')]).toEqual(['common', 'judge']);
  });

  it('puts on the account what a failing call has paid for, and of a reply what was paid for now', async () => {
    const [some, all] = [2, 5].map((tokens) => ({ promptTokens: tokens, completionTokens: tokens }));
    const reply: Reply = { choices: [], model: 'm', usage: all! };
    const run = new Run({
      teacher: {
        name: 'halting',
        async complete({ prompt }, options) {
          if (prompt === 'whole') return { ...reply, paid: some! };
          options?.onSpent?.({ ...reply, usage: some! });
          throw new SdgError('budget', 'spent');
        },
      },
    });
    const block = run.block('ask');
    await expect(block.complete({ prompt: 'part', parameters: {} })).rejects.toMatchObject({ code: 'budget' });
    await block.complete({ prompt: 'whole', parameters: {} });
    expect(block.ledger.toJSON()).toMatchObject({
      calls: 2,
      promptTokens: 7,
      models: { m: { calls: 2, promptTokens: 4, completionTokens: 4 } },
    });
  });

  it('refuses options that are not known', () => {
    expect(() => new Run({ techer: undefined } as object)).toThrow('Run: option "techer" is not known; did you mean "teacher"?');
  });

  it('tells of every living sample: more where it fans out, less where one ends', async () => {
    const living = new Map<unknown, number>();
    const change = (sample: Sample, by: number): unknown => living.set(sample['root'], (living.get(sample['root']) ?? 1) + by);
    const run = new Run({
      observer: {
        sampleMade: (_block, sample, more) => change(sample, more),
        sampleDropped: (_block, sample) => change(sample, -1),
      },
    });
    const [fan, keep] = [run.block('fan'), run.block('keep')];
    const input = [0, 1, 2, 3].map((root) => seedSample({ root }));
    const output = await lastValueFrom(
      from(input).pipe(
        concurrentMap(fan, async (sample: Sample) => {
          const count = Number(sample['root']);
          return count === 0
            ? rejected('none')
            : Array.from({ length: count }, (_, index) => derive(sample, { ...sample, index }, { block: 'fan', index }));
        }),
        expand(keep, () => (sample: Sample) => (sample['index'] === 1 ? filtered() : sample)),
        toArray(),
      ),
    );
    expect(output.map(({ root }) => root)).toEqual([1, 2, 3, 3]);
    expect([...living].sort()).toEqual([
      [0, 0],
      [2, 1],
      [3, 2],
    ]);
    run.ledger.reconcile();
  });
});
