import { concurrentMap, defineBlock, filtered, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';

export interface AskConfig {
  /** Samples made of each. */
  readonly children: number;
  /** Of the children of one sample every so many is dropped; default 0: none. */
  readonly dropEvery?: number;
}

/** A block that asks the teacher for as long as it takes, makes `children` of each sample, and drops some of them. */
export const ask = defineBlock<ReturnType<typeof Type.Object>, AskConfig>({
  type: 'Ask',
  summary: 'Asks.',
  config: Type.Object({}),
  holds: true,
  examples: [],
  columns: () => ({ reads: [], adds: [], removes: [] }),
  create: ({ children, dropEvery = 0 }, context) =>
    concurrentMap(context, async (sample: Sample) => {
      await context.complete({ prompt: '', parameters: {} });
      if (dropEvery > 0 && (sample['child'] as number) % dropEvery === dropEvery - 1) return filtered();
      return Array.from({ length: children }, (_, child) => (children > 1 ? { ...sample, child } : sample));
    }),
});
