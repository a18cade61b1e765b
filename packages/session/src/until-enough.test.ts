import { seedSample, type Sample } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { lookAhead } from './until-enough.js';

const never = new AbortController().signal;
const plain: Sample = seedSample({ n: 0 });
const silent: Sample = seedSample({ n: 1, task_name: 'a' });
const asking: Sample = seedSample({ n: 2, task_name: 'b', num_outputs: 3 });

/** The samples, and how many were read. */
function source(samples: readonly Sample[], failure?: Error) {
  const read = { count: 0 };
  async function* all(): AsyncGenerator<Sample> {
    for (const sample of samples) {
      read.count++;
      yield await Promise.resolve(sample);
    }
    if (failure) throw failure;
  }
  return { first: samples[0], all: all(), read };
}
const numbers = async (all: AsyncIterable<Sample>): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { n } of all) found.push(n);
  return found;
};

describe('lookAhead', () => {
  it('finds a task that asks behind one that does not, and still gives all samples in order', async () => {
    const { first, all } = await lookAhead(source([silent, silent, asking, silent]), never);
    expect(first).toBe(asking);
    expect(await numbers(all)).toEqual([1, 1, 2, 1]);
    const none = await lookAhead(source([silent, silent]), never);
    expect([none.first, await numbers(none.all)]).toEqual([silent, [1, 1]]);
  });

  it('reads nothing ahead of samples that are of no task, or where the first asks', async () => {
    for (const first of [plain, asking]) {
      const { read, ...peeked } = source([first, asking]);
      const found = await lookAhead(peeked, never);
      expect([found.first, read.count]).toEqual([first, 0]);
    }
    expect(await numbers((await lookAhead(source([]), never)).all)).toEqual([]);
  });

  it('keeps an error for whoever reads all, and does not wait on when aborted', async () => {
    const { first, all } = await lookAhead(source([silent], new Error('broken')), never);
    expect(first).toBe(silent);
    await expect(numbers(all)).rejects.toThrow('broken');
    const stop = new AbortController();
    async function* stuck(): AsyncGenerator<Sample> {
      yield silent;
      stop.abort();
      await new Promise(() => undefined);
    }
    expect((await lookAhead({ first: silent, all: stuck() }, stop.signal)).first).toBe(silent);
  });
});
