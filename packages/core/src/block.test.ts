import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { type BlockSpec, type ConfigLoader, defineBlock, orderOf } from './block.js';

const parts = {
  type: 'KeepBlock',
  summary: 'Keeps a sample.',
  config: Type.Object({ first: Type.Optional(Type.Boolean()) }),
  examples: [],
  columns: () => ({ reads: [], adds: [], removes: [] }),
  create: () => (source: unknown) => source as never,
};

describe('defineBlock', () => {
  it('answers what most blocks would: nothing held, no order, no files, no calls, one out for one in', async () => {
    const block = defineBlock(parts);
    expect(block).toMatchObject({ type: 'KeepBlock', holds: false, barrier: false, needsOrder: false });
    expect(await block.load({ first: true }, {} as ConfigLoader)).toEqual({ first: true });
    expect(block.cost({}, { scaleFactor: 30 })).toEqual({ calls: 0, fanOut: 1, assumed: false });
    expect(() => Object.assign(block, { type: 'OtherBlock' })).toThrow(TypeError);
  });

  it('leaves what a block says itself', () => {
    const cost = { calls: 2, fanOut: 3, assumed: true };
    expect(defineBlock({ ...parts, holds: true, barrier: true, cost: () => cost })).toMatchObject({ holds: true, barrier: true });
    expect(defineBlock({ ...parts, cost: () => cost }).cost({}, { scaleFactor: 30 })).toBe(cost);
  });
});

describe('orderOf', () => {
  const order = (more: Partial<BlockSpec<object>>, config = {}) => orderOf(more as BlockSpec<object>, config);

  it('takes a block of a plug-in that does not say to need the order of the whole stream', () => {
    expect(order({})).toBe('stream');
  });

  it.each([
    [{ needsOrder: false }, 'none'],
    [{ needsOrder: false, scope: 'leaf' as const }, 'none'],
    [{ needsOrder: true }, 'stream'],
    [{ needsOrder: true, scope: 'leaf' as const }, 'leaf'],
  ])('%j: %s', (spec, expected) => expect(order(spec)).toBe(expected));

  it('goes by the config where the block does', () => {
    const spec = { needsOrder: false, orderOf: ({ first }: { first?: boolean }) => (first ? ('leaf' as const) : ('none' as const)) };
    expect([order(spec), order(spec, { first: true })]).toEqual(['none', 'leaf']);
  });
});
