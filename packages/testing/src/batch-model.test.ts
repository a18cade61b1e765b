import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchModel } from './batch-model.js';

/** Runs to the end: the milliseconds, and the calls in the order in which they ended. */
function finish(model: BatchModel<number>): { readonly ms: number; readonly ended: number[]; readonly steps: number } {
  const ended: number[] = [];
  let [ms, steps] = [0, 0];
  for (let step = model.begin(); step !== undefined; step = model.begin()) {
    ms += step;
    steps++;
    ended.push(...model.end());
  }
  return { ms, ended, steps };
}

describe('BatchModel', () => {
  it('takes a step for the prompt and one for every token', () => {
    const model = new BatchModel<number>();
    model.add(1, 100, 3);
    const { ms, ended, steps } = finish(model);
    expect(ended).toEqual([1]);
    expect(steps).toBe(4);
    expect(ms).toBeCloseTo(4 * 8.03 + 4 + 4e-5 * (100 + 101 + 102 + 103), 9);
  });

  it('reads long prompts in pieces, and lets what is there be written meanwhile', () => {
    const model = new BatchModel<number>({ stepTokens: 10 });
    model.add(1, 5, 2);
    model.add(2, 25, 1);
    expect(model.begin()).toBeCloseTo(8 + 0.06 + 4e-4 + 0.4, 9);
    expect(model.end()).toEqual([]);
    expect(model.load).toEqual({ running: 2, waiting: 0, cacheUsage: 10 / 430_000 });
    expect(finish(model)).toMatchObject({ ended: [1, 2] });
  });

  it('lets calls wait beyond its sequences, first come, first served', () => {
    const model = new BatchModel<number>({ sequences: 1 });
    for (const call of [1, 2, 3]) model.add(call, 10, 5 - call);
    model.begin();
    expect(model.load).toMatchObject({ running: 1, waiting: 2 });
    expect(finish(model).ended).toEqual([1, 2, 3]);
  });

  it('preempts the youngest when the cache is full, and ends it later', () => {
    const model = new BatchModel<number>({ cacheTokens: 30, stepTokens: 100 });
    model.add(1, 10, 12);
    model.add(2, 10, 6);
    // Both would end with 38 tokens in the cache.
    expect(finish(model).ended).toEqual([1, 2]);
    expect(model.load).toEqual({ running: 0, waiting: 0, cacheUsage: 0 });
  });

  it('ends every call once, whatever there is room for', () => {
    const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 })), { maxLength: 30 });
    const room = fc.record({
      sequences: fc.integer({ min: 1, max: 8 }),
      cacheTokens: fc.integer({ min: 100, max: 300 }),
      stepTokens: fc.integer({ min: 10, max: 60 }),
    });
    fc.assert(
      fc.property(calls, room, (all, options) => {
        const model = new BatchModel<number>(options);
        for (const [call, [prompt, output]] of all.entries()) model.add(call, prompt, output);
        expect(finish(model).ended.sort((a, b) => a - b)).toEqual([...all.keys()]);
        expect(model.load).toEqual({ running: 0, waiting: 0, cacheUsage: 0 });
      }),
    );
  });
});
