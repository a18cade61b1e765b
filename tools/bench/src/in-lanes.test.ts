import { expect, it } from 'vitest';
import { inLanes } from './in-lanes.js';

it('does so many jobs at a time and gives their results in the order of the jobs', async () => {
  const starts: number[] = [];
  const ends: (() => void)[] = [];
  const job = (i: number) => async (): Promise<number> => {
    starts.push(i);
    await new Promise<void>((resolve) => (ends[i] = resolve));
    return i;
  };
  const results = inLanes(2, [0, 1, 2, 3].map(job));
  const first = results.next();
  await expect.poll(() => starts).toEqual([0, 1]);
  ends[1]!();
  await expect.poll(() => starts).toEqual([0, 1, 2]);
  ends[0]!();
  expect(await first).toEqual({ done: false, value: 0 });
  await expect.poll(() => starts).toEqual([0, 1, 2, 3]);
  for (const i of [2, 3]) ends[i]!();
  const rest: number[] = [];
  for await (const result of results) rest.push(result);
  expect(rest).toEqual([1, 2, 3]);
});

it('throws a failure where its result is asked for, and goes on', async () => {
  const done: number[] = [];
  const jobs = [
    () => Promise.reject(new Error('no')),
    async () => void done.push(1),
  ];
  await expect(async () => {
    for await (const result of inLanes(1, jobs)) done.push(-1, Number(result));
  }).rejects.toThrow('no');
  await expect.poll(() => done).toEqual([1]);
});
