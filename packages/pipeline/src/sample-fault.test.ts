import { isDeepStrictEqual } from 'node:util';
import { catalog as shipped } from '@sdg/blocks';
import { defineBlock, expand, readNdjson, Run, seedSample, type BlockContext, type Catalog, type Sample } from '@sdg/core';
import fc from 'fast-check';
import { from, lastValueFrom, map, toArray, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { runUnit } from './run-unit.js';
import { sampleFault } from './sample-fault.js';
import { stagesOf } from './stages.js';
import { chainOf } from './test-support/chain-of.js';

/** The same with 0 for -0, which JSON does not tell apart, and with the prototypes that JSON gives. */
const alike = (value: unknown): unknown => {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, alike(inner)]));
};

describe('sampleFault', () => {
  it('finds nothing in what JSON gives, whatever its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__')), fc.jsonValue()), (columns) => {
        expect(sampleFault(JSON.parse(JSON.stringify(columns)))).toBeUndefined();
      }),
    );
  });

  it('lets nothing pass that is another after JSON', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
    });
    fc.assert(
      fc.property(fc.oneof(anything, fc.dictionary(fc.string(), anything)), (value) => {
        const isSame = (): boolean => isDeepStrictEqual(JSON.parse(JSON.stringify(value)), alike(value));
        if (sampleFault(value) === undefined) expect(isSame()).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [null, 'is null, which is no sample'],
    [undefined, 'is undefined, which is no sample'],
    ['text', 'is a string, which is no sample'],
    [[1], 'is a list, which is no sample'],
    [Promise.resolve(), 'is a Promise, which is no sample'],
    [{ a: [1, { b: 1 / 0 }] }, 'has Infinity in column "a", which JSON cannot carry'],
    [{ a: new Date(0) }, 'has a Date in column "a", which JSON cannot carry'],
    [{ a: undefined }, 'has undefined in column "a", which JSON cannot carry'],
    [{ a: [, 1] }, 'has undefined in column "a", which JSON cannot carry'], // eslint-disable-line no-sparse-arrays
    [{ a: { toJSON: () => 1 } }, 'has a function in column "a", which JSON cannot carry'],
  ])('says what it is: %o', (value, fault) => expect(sampleFault(value)).toBe(fault));

  it('takes as many levels as the reader does, and no ring', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const read = async (text: string): Promise<number> => {
      let rows = 0;
      for await (const _ of readNdjson([Buffer.from(text)] as never, { name: 'x', onBadLine: () => undefined })) rows++;
      return rows;
    };
    const ring: unknown[] = [];
    ring.push(ring);
    const tooDeep = 'has what is nested too deeply, or in itself, in column "a", which JSON cannot carry';
    expect(sampleFault({ a: ring })).toBe(tooDeep);
    expect(sampleFault(JSON.parse(nested(1000)))).toBeUndefined();
    expect(sampleFault(JSON.parse(nested(1001)))).toBe(tooDeep);
    return expect(Promise.all([1000, 1001].map((levels) => read(nested(levels))))).resolves.toEqual([1, 0]);
  });
});

describe('a block that gives what is no plain sample', () => {
  const block = (create: (config: unknown, context: BlockContext) => unknown): Catalog => {
    const common = {
      summary: 'x.',
      config: { type: 'object' } as never,
      examples: [],
      columns: () => ({ reads: [], adds: [], removes: [] }),
    };
    const odd = defineBlock({ ...common, type: 'Odd', create: create as () => OperatorFunction<Sample, Sample> });
    return new Map([...shipped, ['Odd', odd]]);
  };
  const pipeline = { name: 'p', chains: [chainOf(undefined, [{ type: 'Odd' }])] };
  const rows = (catalog: Catalog): Promise<Sample[]> =>
    lastValueFrom(from([seedSample({ a: 1 })]).pipe(compile(pipeline, { catalog, run: new Run() }), toArray()));

  it.each([
    ['of any operator', () => map((sample: Sample) => ({ ...sample, odd: Number.NaN }))],
    ['of expand', (_: unknown, context: BlockContext) => expand(context, () => (sample) => ({ ...sample, odd: Number.NaN }))],
  ])('ends the run, by name: %s', async (_, create) => {
    const catalog = block(create);
    const fault = /^block all\.0: what came out of Odd has NaN in column "odd", which JSON cannot carry; mend the block: /;
    await expect(rows(catalog)).rejects.toThrow(fault);
    const [stage] = stagesOf(pipeline, catalog).map((one) => ({ ...one, order: 'none' as const }));
    await expect(runUnit(stage!, seedSample({ a: 1 }), { catalog })).rejects.toThrow(fault);
  });

  it('is not blamed for what a seed has', async () => {
    const passing = block(() => (source: unknown) => source);
    const odd = from([{ a: undefined }]).pipe(compile(pipeline, { catalog: passing }));
    await expect(lastValueFrom(odd)).rejects.toThrow('a seed has undefined in column "a", which JSON cannot carry; give samples as JSON');
  });

  it('ends the run where it gives no operator', async () => {
    await expect(rows(block(() => 5))).rejects.toThrow(/^block all\.0: Odd made no operator of its config; mend the block/);
  });
});
