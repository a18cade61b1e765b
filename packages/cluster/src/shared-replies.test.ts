import type { ReplyStore } from '@sdg/core';
import { NatsServer, replyStoreLaws } from '@sdg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Link } from './link.js';
import { openBuckets } from './names.js';
import { Parcels } from './parcel.js';
import { SharedReplies } from './shared-replies.js';

let server: NatsServer;
let users = 0;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.close());

async function open(own?: ReplyStore): Promise<SharedReplies> {
  const link = await Link.open(server.url);
  const store = new SharedReplies(link, await openBuckets(link), new Parcels(link, 'sdg_replies'), `worker-${users++}`, { own });
  const { close } = store;
  return Object.assign(store, {
    close: async () => {
      await close.call(store);
      await link.close();
    },
  });
}

describe('SharedReplies keeps the laws of a store of replies', () => {
  it.each(replyStoreLaws(() => open()).map((law) => [law.name, law] as const))('%s', async (_name, law) => law.check(), 60_000);
});

it('gives everybody the reply that was put first, though a claim was taken over from a worker thought dead', async () => {
  const [lost, taker] = [await open(), await open()];
  const key = { exact: 'ab'.repeat(16), ending: 'ab'.repeat(12) };
  const output = (text: string) => ({ choice: { text, finishReason: 'stop' }, model: 'm', promptTokens: 1, completionTokens: 1 });
  const put = async (store: SharedReplies, text: string) =>
    (await store.put([[key, output(text)]], { api: 'chat', prompt: 'p' }))[0]!.choice.text;
  expect(await lost.claim([key.exact])).toBe(true);
  // Nobody has said that it lives, so its claim is taken over.
  expect(await taker.claim([key.exact])).toBe(true);
  expect(await put(taker, 'first')).toBe('first');
  expect(await put(lost, 'second')).toBe('first');
  expect((await lost.get([key.exact]))[0]!.choice.text).toBe('first');
  await Promise.all([lost.close(), taker.close()]);
});

it('shares what only the folder of this machine has, and asks again only for what is no answer', async () => {
  const key = 'cd'.repeat(16);
  const kept = { choice: { text: 'paid for', finishReason: 'stop' }, model: 'm', promptTokens: 1, completionTokens: 1 };
  const own = { get: async () => [kept], put: async () => [kept], close: async () => undefined };
  const [store, other] = [await open(own as unknown as ReplyStore), await open()];
  expect(await store.claim([key])).toBe(false);
  expect((await store.get([key]))[0]!.choice.text).toBe('paid for');
  expect((await other.get([key]))[0]!.choice.text).toBe('paid for');
  // Whoever claims what was looked at judges it to be none.
  for (let claims = 1; !(await store.claim([key])); claims++) expect(claims).toBeLessThan(3);
  await Promise.all([store.close(), other.close()]);
});
