import type { Reply, Sample, Teacher } from '@sdg/core';
import { expect, it } from 'vitest';
import { ask } from './test-support/ask.js';
import { chainOf } from './test-support/chain-of.js';
import { trySamples, type Trial } from './try-samples.js';

const catalog = new Map([[ask.type, ask as never]]);
const pipeline = { name: 'p', chains: [chainOf(undefined, [{ type: 'Ask', config: { children: 2 } }])] } as never;
const reply: Reply = { choices: [], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
const seeds: Sample[] = ['knowledge', 'knowledge', 'freeform_skill'].map((leaf_node_type, i) => ({ leaf_node_type, i }));

const trial = (replies: readonly Reply[], more: Partial<Teacher> = {}): Promise<Trial> => {
  const left = [...replies];
  return trySamples(pipeline, seeds, { catalog, teacher: { name: 't', complete: async () => left.shift()!, ...more } });
};

it('says how long a call took on average, of those that were made', async () => {
  const timed = (serviceMs: number): Reply => ({ ...reply, timing: { queuedMs: 0, serviceMs } });
  expect((await trial([timed(500), { ...timed(9000), cached: true }, timed(1500)])).secondsPerCall).toBe(1);
  const { secondsPerCall } = await trial([reply, reply, reply]);
  expect([secondsPerCall! >= 0, secondsPerCall! < 60]).toEqual([true, true]);
  expect((await trial(Array.from({ length: 3 }, () => ({ ...timed(500), cached: true })))).secondsPerCall).toBeUndefined();
});

it('counts seeds by kind, and gives the accounts', async () => {
  const { seeds: count, samples, accounts } = await trial([reply, reply, reply]);
  expect([count, samples(undefined), samples('knowledge'), samples('freeform_skill'), samples('grounded_skill')]).toEqual([3, 3, 2, 1, 0]);
  expect(accounts).toMatchObject([{ in: 3, made: 3, out: 6, calls: 3 }]);
});

it('follows what the teacher can take, and lets go of it', async () => {
  let listeners = 0;
  await trial([reply, reply, reply], { onLimit: (listener) => (listener(2), listeners++, () => void listeners--) });
  expect(listeners).toBe(0);
  let told = 0;
  await trial([reply, reply, reply], { onLimit: (listener) => (listener(2), told++, () => undefined) });
  expect(told).toBe(1);
});
