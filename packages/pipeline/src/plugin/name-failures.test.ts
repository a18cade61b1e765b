import { concurrentMap, defineBlock, expand, Run, seedSample, type BlockContext, type Sample } from '@sdg/core';
import { lastValueFrom, map, mergeMap, of, throwError, toArray, type Observable, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../pipeline.js';
import { compile } from '../compile.js';
import { withNamedFailures } from './name-failures.js';

type Create = (config: unknown, context: BlockContext) => OperatorFunction<Sample, Sample>;

const breaks = (sample: Sample): Sample => {
  if (sample['n'] === 3) throw new Error('no such column');
  return sample;
};
const three = of(...[1, 2, 3].map((n) => seedSample({ n })));

/** What a run of one block of one's own fails with. */
async function failureOf(create: Create, { source = three, run }: { source?: Observable<Sample>; run?: Run } = {}): Promise<unknown> {
  const columns = () => ({ reads: [], adds: [], removes: [] });
  const spec = withNamedFailures(
    defineBlock({ type: 'MyBlock', summary: 'x.', config: {} as never, examples: [], columns, create }),
    'my.mjs',
  );
  const block = { name: 'mine', type: 'MyBlock', config: {}, dropColumns: [], dropDuplicates: [] };
  const pipeline = { name: 'p', chains: [{ name: 'p', blocks: [block] }] } as unknown as Pipeline;
  const operator = compile(pipeline, { catalog: new Map([['MyBlock', spec]]), ...(run && { run }) });
  return lastValueFrom(source.pipe(operator, toArray())).catch((error: unknown) => error);
}

describe('a block of one’s own that throws', () => {
  it.each<[string, Create, string]>([
    ['at once', (_, context) => expand(context, () => breaks), ' at sample 3'],
    ['before it promises', (_, context) => concurrentMap(context, (sample) => Promise.resolve(breaks(sample))), ' at sample 3'],
    ['later', (_, context) => concurrentMap(context, async (sample) => breaks(await Promise.resolve(sample))), ' at sample 3'],
    ['in operators of RxJS', () => (source) => source.pipe(map(breaks)), ' at sample 3'],
    ['nobody knows where', () => (source) => source.pipe(mergeMap(async (sample) => breaks(await Promise.resolve(sample)))), ''],
  ])('is named with its file and the sample: %s', async (_, create, at) => {
    expect(await failureOf(create)).toMatchObject({
      code: 'config',
      message: `plugin my.mjs: block mine: MyBlock failed${at}: no such column; mend it; --debug shows where`,
    });
  });

  it('is told from its teacher and its source, which speak for themselves', async () => {
    const broken = new Error('no model');
    const teacher = { name: 't', complete: () => Promise.reject(broken) };
    const asks: Create = (_, context) =>
      concurrentMap(context, async (sample, signal) => {
        await context.complete({ parameters: {} }, signal);
        return sample;
      });
    expect(await failureOf(asks, { run: new Run({ teacher }) })).toBe(broken);
    expect(await failureOf(asks, { source: throwError(() => broken) })).toBe(broken);
  });
});
