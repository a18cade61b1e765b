import type { ReplyStore, StoredOutput } from '@sdg/core';
import { NatsServer, replyStoreLaws } from '@sdg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Claims } from './claims.js';
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

async function open(own?: ReplyStore, claims = new Claims()): Promise<SharedReplies> {
  const link = await Link.open(server.url);
  const store = new SharedReplies(link, await openBuckets(link), new Parcels(link, 'sdg_replies'), `worker-${users++}`, { own, claims });
  const { close } = store;
  return Object.assign(store, {
    close: async () => {
      await close.call(store);
      await link.close();
    },
  });
}

const facts = { api: 'chat', prompt: 'p' } as const;

describe('SharedReplies keeps the laws of a store of replies', () => {
  it.each(replyStoreLaws(() => open()).map((law) => [law.name, law] as const))('%s', async (_name, law) => law.check(), 60_000);
});

it('gives everybody the reply that was put first, though a claim was taken over from a worker thought dead', async () => {
  const [lost, taker] = [await open(), await open()];
  const key = { exact: 'ab'.repeat(16), ending: 'ab'.repeat(12) };
  const output = (text: string) => ({ choice: { text, finishReason: 'stop' }, model: 'm', promptTokens: 1, completionTokens: 1 });
  const put = async (store: SharedReplies, text: string) => (await store.put([[key, output(text)]], facts))[0]!.choice.text;
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
  // However often it is wanted, by whoever: another claim is no judgement.
  for (let times = 0; times < 5; times++) {
    expect(await store.claim([key])).toBe(false);
    expect(await other.claim([key])).toBe(false);
    await store.get([key]);
  }
  // Whoever claims what was looked at judges it to be none; not what took its place since.
  expect(await store.claim([key], true)).toBe(true);
  await other.put(
    [
      [
        { exact: key, ending: key.slice(0, 24) },
        { ...kept, choice: { ...kept.choice, text: 'better' } },
      ],
    ],
    facts,
    true,
  );
  expect(await store.claim([key], true)).toBe(false);
  await Promise.all([store.close(), other.close()]);
});

it('does not make a call wait for the server when it is safe here, and tells when others use another', async () => {
  const kept = new Map<string, StoredOutput>();
  const own = {
    get: async (keys: readonly string[]) => keys.map((key) => kept.get(key)),
    put: async (outputs: Parameters<ReplyStore['put']>[0]) => outputs.map(([{ exact }, output]) => (kept.set(exact, output), output)),
    close: async () => undefined,
  };
  const claims = new Claims();
  const [store, other] = [await open(own as unknown as ReplyStore, claims), await open()];
  const output = (text: string) => ({ choice: { text, finishReason: 'stop' }, model: 'm', promptTokens: 1, completionTokens: 1 });
  const key = (digits: string) => ({ exact: digits.repeat(16), ending: digits.repeat(12) });
  const put = async (where: SharedReplies, digits: string, text: string) =>
    (await where.put([[key(digits), output(text)]], facts))[0]!.choice.text;

  expect(await store.claim([key('ef').exact])).toBe(true);
  expect(await put(store, 'ef', 'ours')).toBe('ours');
  await store.release([key('ef').exact]);
  await claims.allShared();
  expect(claims.overruled).toBe(0);
  expect((await other.get([key('ef').exact]))[0]!.choice.text).toBe('ours');

  // Taken over by somebody who thinks us dead, and is quicker.
  expect(await store.claim([key('fe').exact])).toBe(true);
  expect(await other.claim([key('fe').exact])).toBe(true);
  expect(await put(other, 'fe', 'theirs')).toBe('theirs');
  await put(store, 'fe', 'ours');
  await claims.allShared();
  expect(claims.overruled).toBe(1);
  expect((await store.get([key('fe').exact]))[0]!.choice.text).toBe('theirs');
  expect(kept.get(key('fe').exact)!.choice.text).toBe('theirs');
  await Promise.all([store.close(), other.close()]);
});
