import { NatsServer, replyStoreLaws } from '@sdg/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
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

async function open(): Promise<SharedReplies> {
  const link = await Link.open(server.url);
  const store = new SharedReplies(link, await openBuckets(link), new Parcels(link, 'sdg_replies'), `worker-${users++}`);
  const { close } = store;
  return Object.assign(store, {
    close: async () => {
      await close.call(store);
      await link.close();
    },
  });
}

describe('SharedReplies keeps the laws of a store of replies', () => {
  it.each(replyStoreLaws(open).map((law) => [law.name, law] as const))('%s', async (_name, law) => law.check(), 60_000);
});
