import { expect, it } from 'vitest';
import { peek } from './peek.js';

async function every<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* items(more: () => void = () => undefined): AsyncGenerator<number> {
  try {
    for (let i = 0; i < 3; i++) {
      yield i;
    }
  } finally {
    more();
  }
}

it('gives the first item, and all of them with it', async () => {
  let closed = 0;
  const { first, all } = await peek(items(() => closed++));
  expect([first, closed, await every(all), closed]).toEqual([0, 0, [0, 1, 2], 1]);
  const left = await peek(items(() => closed++));
  for await (const item of left.all) if (item === 0) break;
  expect(closed).toBe(2);
  expect((await peek((async function* (): AsyncGenerator<number> {})())).first).toBeUndefined();
});

it('keeps an error for whoever reads, and gives up waiting when it is aborted', async () => {
  const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) };
  const { first, all } = await peek<number>(broken);
  expect(first).toBeUndefined();
  await expect(every(all)).rejects.toThrow('broken');
  const abort = new AbortController();
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
  const waiting = peek(never, abort.signal);
  abort.abort();
  expect((await waiting).first).toBeUndefined();
  expect((await peek(never, abort.signal)).first).toBeUndefined();
});
