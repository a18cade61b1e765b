import { rmSync } from 'node:fs';
import { NatsServer } from '@sdg/testing';
import { expect, it, onTestFinished } from 'vitest';
import { Link } from './link.js';
import { openStreams, RunNames } from './names.js';
import { WorkQueue } from './work-queue.js';

it('says of no unit that it is done where its server has lost its disk: another is in its place', { timeout: 60_000 }, async () => {
  const server = await NatsServer.start();
  onTestFinished(() => server.close());
  const link = await Link.open(server.url);
  onTestFinished(() => link.close());
  const names = new RunNames('sdg', 'r');
  const put = async (id: string): Promise<void> => {
    await openStreams(link, names, { levels: [1], patienceMs: 60_000 });
    await link.publishFirst(names.workSubject(1, id), Uint8Array.of(1));
  };
  const queue = new WorkQueue(link, names.work, async () => false);
  await put('old');
  const [old] = await queue.pullNow('level_1', 1);
  await server.restart((folder) => rmSync(folder, { recursive: true, force: true }));
  await expect.poll(() => link.returns, { timeout: 20_000 }).toBe(1);
  await put('new');
  const [unit] = await queue.pullNow('level_1', 1);
  const left = async (): Promise<number> => {
    link.outbox.flush();
    await link.nc.flush();
    return (await link.jsm.streams.info(names.work)).state.messages;
  };
  old!.ack();
  await old!.giveBack();
  expect(await left()).toBe(1);
  unit!.ack();
  await expect.poll(left).toBe(0);
});
