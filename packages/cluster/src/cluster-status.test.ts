import { NatsServer, shippedUses } from '@sdg/testing';
import { expect, it, onTestFinished } from 'vitest';
import { clusterStatus } from './cluster-status.js';
import { Link } from './link.js';
import { dismissRun, openBuckets, openStreams, RunNames } from './names.js';
import { natsEngine } from './nats-engine.js';
import { outcome, withWorkers } from './test-support/with-workers.js';

it('shows runs that were half removed, or that another program wrote; they are in nobody’s way', { timeout: 60_000 }, async () => {
  const server = await NatsServer.start();
  onTestFinished(() => server.close());
  const link = await Link.open(server.url);
  onTestFinished(() => link.close());
  const buckets = await openBuckets(link);
  const running = { status: 'running', ended: false, at: 1_700_000_000_000 };
  await buckets.runs.put('half.state', JSON.stringify(running));
  await buckets.runs.put('alien.state', '{');
  await buckets.runs.put('alien.spec', 'no parcel');
  await openStreams(link, new RunNames('sdg', 'alien'), { levels: [1], patienceMs: 10_000 });
  const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
  await withWorkers({ address: server.url, count: 1 }, async () => {
    expect((await outcome({ pipeline: 'simple' }, seeds, { engine: natsEngine(server.url) })).exitCode).toBe(0);
  });
  const runs = async () => (await clusterStatus(link)).runs;
  const nothing = { pipeline: '?', waiting: 0, inHand: 0, answered: 0, bytes: 0 };
  expect(await runs()).toEqual([
    { ...nothing, run: 'alien', status: 'stopped', at: expect.any(Number) as number },
    { ...nothing, run: 'half', status: 'running', at: running.at },
  ]);
  for (const run of ['alien', 'half']) await dismissRun(link, buckets, new RunNames('sdg', run));
  expect(await runs()).toEqual([]);
  const streams: string[] = [];
  for await (const { config } of link.jsm.streams.list()) streams.push(config.name);
  expect(streams.filter((name) => name.startsWith('sdg_'))).toEqual([]);
});
