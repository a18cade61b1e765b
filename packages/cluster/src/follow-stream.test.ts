import { NatsServer } from '@sdg/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followBucket, followStream } from './follow-stream.js';
import { Link } from './link.js';
import { isMissing } from './server-errors.js';
import { bucketName, openBuckets } from './names.js';

async function linked(onNotice?: (text: string) => void): Promise<{ server: NatsServer; link: Link }> {
  const server = await NatsServer.start();
  onTestFinished(() => server.close());
  const link = await Link.open(server.url, { onNotice });
  onTestFinished(() => link.close());
  return { server, link };
}

describe('followBucket', { timeout: 60_000 }, () => {
  it('gives each key as it is, then as it changes, those that are removed too, over the end of a server', async () => {
    const { server, link } = await linked();
    const { runs } = await openBuckets(link);
    await runs.put('a.state', '1');
    await runs.put('a.state', '2');
    await runs.put('a.spec', '0');
    const followed = followBucket(link, bucketName(link, 'runs'), { keys: '*.state', onLost: () => openBuckets(link) });
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const { key, json } of followed) seen.push([key, json()]);
    })();
    await expect.poll(() => seen).toEqual([['a.state', 2]]);
    await runs.purge('a.state');
    await expect.poll(() => seen).toHaveLength(2);
    await server.restart();
    await link.persist(() => runs.put('b.state', '3'));
    await expect
      .poll(() => seen, { timeout: 30_000 })
      .toEqual([
        ['a.state', 2],
        ['a.state', undefined],
        ['b.state', 3],
      ]);
    followed.stop();
    await following;
  });
});

describe('followStream', { timeout: 60_000 }, () => {
  it('fails where the stream is not there', async () => {
    const { link } = await linked();
    const read = async (): Promise<void> => {
      for await (const message of followStream(link, 'none')) message.ack();
    };
    await expect(read()).rejects.toSatisfy(isMissing);
  });

  it('says once what the server refuses, and goes on when it does no more', async () => {
    const told: string[] = [];
    const { link } = await linked((text) => told.push(text));
    await link.jsm.streams.add({ name: 'some', subjects: ['some'], max_consumers: 1 });
    await link.jsm.consumers.add('some', { durable_name: 'other', ack_policy: 'explicit' });
    await link.js.publish('some', '1');
    const seen: string[] = [];
    const followed = followStream(link, 'some');
    const reading = (async () => {
      for await (const message of followed) seen.push(message.string());
    })();
    await expect.poll(() => told, { timeout: 20_000 }).toHaveLength(1);
    expect(told[0]).toMatch(/^the server at \S+ refuses: maximum consumers limit reached; give the account what it needs/);
    await link.jsm.consumers.delete('some', 'other');
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['1']);
    expect(told).toHaveLength(1);
    followed.stop();
    await reading;
  });

  it('fails where the stream has lost its end: others will be in the places of what was read', async () => {
    const { server, link } = await linked();
    await link.jsm.streams.add({ name: 'some', subjects: ['some'] });
    const put = (text: string): Promise<unknown> => link.persist(() => link.js.publish('some', text));
    await put('1');
    const before = await server.kept();
    await put('2');
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const message of followStream(link, 'some')) seen.push(message.string());
    };
    const reading = expect(read()).rejects.toSatisfy(isMissing);
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['1', '2']);
    await server.restart(before);
    await reading;
  });
});
