import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { NatsServer } from '@sdg/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterStatus } from './cluster-status.js';
import { Link } from './link.js';
import { dismissRun, openBuckets, RunNames } from './names.js';
import { natsEngine } from './nats-engine.js';
import { countingTeacher, twoQuestions, type CountingTeacher } from './test-support/counting-teacher.js';
import { env, outcome } from './test-support/with-workers.js';
import { runWorker } from './worker.js';
import { WorkQueue, type Delivery } from './work-queue.js';

async function start(): Promise<NatsServer> {
  const server = await NatsServer.start();
  onTestFinished(() => server.close());
  return server;
}

const specOf = ({ url }: CountingTeacher) => ({
  ...{ teacher: url, model: 'm', api: 'chat' as const },
  cache: mkdtempSync(join(tmpdir(), 'sdg-mishaps-')),
});

/** A worker to the end of the test. */
function work(url: string, teacher: CountingTeacher, more: object = {}, said: string[] = []): void {
  const stop = new AbortController();
  const observer = { notice: (text: string) => void said.push(text) };
  const worker = runWorker(url, { spec: { ...specOf(teacher), ...more }, catalog, env, signal: stop.signal, observer });
  onTestFinished(async () => {
    stop.abort();
    await worker;
  });
}

describe('a run on workers', { timeout: 60_000 }, () => {
  it('loses nothing to workers whose teacher refuses everything, however often they come', async () => {
    const { url } = await start();
    const teacher = await countingTeacher();
    const { pipeline, seeds } = twoQuestions(3);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    teacher.refuses = true;
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    for (let life = 0; life < 12; life++) {
      expect(await runWorker(url, { spec: specOf(teacher), catalog, env })).toMatchObject({ exitCode: 3 });
    }
    teacher.refuses = false;
    work(url, teacher);
    expect(await far).toEqual(alone);
  });

  it('makes each call once, however often a worker is asked for the same', async () => {
    const { url } = await start();
    const teacher = await countingTeacher();
    const { pipeline, seeds } = twoQuestions(40);
    // The same every other time: what was asked for last was not there, so claims come before looks.
    const repeating = seeds.map((seed, i) => ({ ...seed, ...(i % 2 === 0 && { text: 'river 0' }) }));
    work(url, teacher, { concurrency: 1 });
    expect((await outcome({ pipeline }, repeating, { engine: natsEngine(url) })).rows).toHaveLength(40);
    expect([...teacher.asked.values()].filter((times) => times > 1)).toEqual([]);
  });

  it('has a worker that is stopped end its calls and keep them', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(300);
    const { pipeline, seeds } = twoQuestions(12);
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    const stop = new AbortController();
    const first = runWorker(url, { spec: { ...specOf(teacher), concurrency: 4 }, catalog, env, signal: stop.signal });
    await expect.poll(() => teacher.asked.size, { timeout: 20_000 }).toBeGreaterThan(3);
    stop.abort();
    await first;
    work(url, teacher);
    expect((await far).rows).toHaveLength(12);
    expect([...teacher.asked.values()].filter((times) => times > 1)).toEqual([]);
  });

  it('waits for the call of a worker that lives, though its unit is given to another meanwhile', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(1500);
    const { pipeline, seeds } = twoQuestions(3);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    const before = new Map(teacher.asked);
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    work(url, teacher, { concurrency: 3 });
    const again = (): number => [...teacher.asked].filter(([body, times]) => times > before.get(body)!).length;
    await expect.poll(again, { timeout: 20_000 }).toBe(3);
    const { run } = (await clusterStatus(link)).runs[0]!;
    const { work: stream } = new RunNames('sdg', run);
    const { state } = await link.jsm.streams.info(stream);
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await link.jsm.streams.getMessage(stream, { seq });
      await link.js.publish(message!.subject, message!.data);
    }
    work(url, teacher, { concurrency: 3 });
    expect(await far).toEqual(alone);
    expect([...teacher.asked].filter(([body, times]) => times > before.get(body)! + 1)).toEqual([]);
  });

  it('goes on when another with the same beginning comes to its end, or is stopped', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(40);
    const { pipeline, seeds } = twoQuestions(40);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    work(url, teacher, { concurrency: 2 });
    const told: string[] = [];
    const engine = natsEngine(url);
    const whole = outcome({ pipeline }, seeds, { engine, notice: (text) => told.push(text) });
    const few = await outcome({ pipeline }, seeds.slice(0, 3), { engine });
    expect(few.rows).toEqual(alone.rows.slice(0, 3));
    const stop = new AbortController();
    await expect(outcome({ pipeline }, seeds.slice(0, 30), { engine, draining: stop.signal, onRow: () => stop.abort() })).rejects.toThrow(
      'stopped on request',
    );
    expect((await whole).rows).toEqual(alone.rows);
    expect(told.join('\n')).toMatch(/^run \w+ is gone at the server; putting it up again$/m);
  });

  /** Every unit is delivered to workers that die over it, so many of them. */
  async function loseAll(link: Link, units: number, times: number): Promise<void> {
    await expect.poll(async () => (await clusterStatus(link)).runs[0]?.waiting, { timeout: 20_000 }).toBe(units);
    const names = new RunNames('sdg', (await clusterStatus(link)).runs[0]!.run);
    const queue = new WorkQueue(link, names.work, async () => false);
    const [level] = await link.jsm.consumers.list(names.work).next();
    for (let i = 0; i < times; i++) {
      const messages: Delivery[] = [];
      // What was given back a moment ago is delivered again when the server has come to it.
      const pull = async (): Promise<number> => messages.push(...(await queue.pullNow(level!.name, units - messages.length)));
      await expect.poll(pull, { timeout: 20_000 }).toBe(units);
      for (const { message } of messages) link.nc.publish(message.reply!, '-NAK');
      await link.nc.flush();
    }
  }

  it('has units that workers were lost over worked on alone, so that none ends for another', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(20);
    const { pipeline, seeds } = twoQuestions(6);
    const alone = await outcome({ ...specOf(teacher), pipeline, concurrency: 1 }, seeds);
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    await loseAll(link, 6, 3);
    work(url, teacher, { concurrency: 8 });
    expect(await far).toEqual(alone);
    expect(teacher.greatest).toBe(1);
  });

  it('books a unit that ten workers were lost over', async () => {
    const { url } = await start();
    const teacher = await countingTeacher();
    const { pipeline, seeds } = twoQuestions(1);
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    await loseAll(link, 1, 10);
    work(url, teacher);
    await expect(far).rejects.toThrow(/worker-lost/);
    expect(teacher.asked.size).toBe(0);
  });

  it('obeys a budget that the same command brings when the first has died without a word', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(100);
    const { pipeline, seeds } = twoQuestions(40);
    work(url, teacher, { concurrency: 2 });
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const worker = async () => (await clusterStatus(link)).workers[0];
    const stop = new AbortController();
    const engine = natsEngine(url);
    const free = outcome({ pipeline }, seeds, { engine, draining: stop.signal });
    await expect.poll(async () => (await worker())?.runs, { timeout: 20_000 }).toHaveLength(1);
    expect(Object.keys((await worker())!.spent)).toEqual([]);
    const bound = outcome({ pipeline, maxTokensTotal: 100_000 }, seeds, { engine, draining: stop.signal });
    await expect.poll(async () => Object.keys((await worker())!.spent), { timeout: 20_000 }).toHaveLength(1);
    stop.abort();
    await Promise.all([free, bound].map((run) => expect(run).rejects.toThrow('stopped on request')));
  });

  it('ends where it is removed, and its workers give up what nobody takes any more', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(300);
    const { pipeline, seeds } = twoQuestions(20);
    const said: string[] = [];
    work(url, teacher, { concurrency: 4 }, said);
    const run = outcome({ pipeline }, seeds, { engine: natsEngine(url) });
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    await expect.poll(async () => (await clusterStatus(link)).runs[0]?.inHand ?? 0, { timeout: 20_000 }).toBeGreaterThan(3);
    const { run: id } = (await clusterStatus(link)).runs[0]!;
    await Promise.all([
      expect(run).rejects.toThrow(`run ${id} was removed at the server; run the same command again`),
      dismissRun(link, await openBuckets(link), new RunNames('sdg', id)),
    ]);
    // Said when it has left: what it had in hand is over.
    await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toContain(`run ${id} has ended`);
  });

  it('is put up again where the server has lost its disk', async () => {
    const server = await start();
    const teacher = await countingTeacher(30);
    const { pipeline, seeds } = twoQuestions(30);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    work(server.url, teacher, { concurrency: 2 });
    let rows = 0;
    let lost: Promise<void> | undefined;
    const far = outcome({ pipeline }, seeds, {
      engine: natsEngine(server.url),
      onRow: () => {
        if (++rows === 5) {
          lost = server.restart((folder) => rmSync(folder, { recursive: true, force: true }));
        }
      },
    });
    expect(await far).toEqual(alone);
    await lost;
  });

  it('is the same where the server has lost the last that it took, with its machine', async () => {
    const server = await start();
    const teacher = await countingTeacher(30);
    const { pipeline, seeds } = twoQuestions(100);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    for (let i = 0; i < 2; i++) work(server.url, teacher, { concurrency: 3 });
    let rows = 0;
    let kept: Promise<(folder: string) => void> | undefined;
    let lost: Promise<void> | undefined;
    const far = outcome({ pipeline }, seeds, {
      engine: natsEngine(server.url),
      onRow: () => {
        if (++rows === 5) kept = server.kept();
        if (rows === 20) lost = kept!.then((before) => server.restart(before));
      },
    });
    expect(await far).toEqual(alone);
    await lost;
  });

  it('goes on where the server has forgotten what units are asked of, though nobody lost contact', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(30);
    const { pipeline, seeds } = twoQuestions(30);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    work(url, teacher, { concurrency: 2 });
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const forget = async (): Promise<void> => {
      const names = new RunNames('sdg', (await clusterStatus(link)).runs[0]!.run);
      for await (const { name } of link.jsm.consumers.list(names.work)) await link.jsm.consumers.delete(names.work, name);
    };
    let forgotten: Promise<void> | undefined;
    expect(await outcome({ pipeline }, seeds, { engine: natsEngine(url), onRow: () => (forgotten ??= forget()) })).toEqual(alone);
    await forgotten;
  });

  it('makes no call twice where a server fell over and has forgotten who has which unit', async () => {
    const server = await start();
    const teacher = await countingTeacher(150);
    const { pipeline, seeds } = twoQuestions(80);
    const alone = await outcome({ ...specOf(teacher), pipeline }, seeds);
    const before = new Map(teacher.asked);
    for (let i = 0; i < 2; i++) work(server.url, teacher, { concurrency: 4 });
    const link = await Link.open(server.url);
    onTestFinished(() => link.close());
    const inHand = async (): Promise<number> => (await clusterStatus(link)).runs[0]?.inHand ?? 0;
    const far = outcome({ pipeline }, seeds, { engine: natsEngine(server.url) });
    await expect.poll(inHand, { timeout: 20_000 }).toBeGreaterThan(3);
    await server.restart();
    expect(await far).toEqual(alone);
    expect([...teacher.asked].filter(([body, times]) => times > before.get(body)! + 1)).toEqual([]);
  });

  it('is asked for no call that another at the same worker has under way, and at the pace of that worker', async () => {
    const { url } = await start();
    const teacher = await countingTeacher(50);
    const { pipeline, seeds } = twoQuestions(16);
    work(url, teacher, { concurrency: 4 });
    const engine = natsEngine(url);
    const [there, back] = await Promise.all([
      outcome({ pipeline }, seeds, { engine }),
      outcome({ pipeline }, seeds.toReversed(), { engine }),
    ]);
    expect(there.rows).toHaveLength(16);
    expect(back.rows).toHaveLength(16);
    expect([...teacher.asked.values()].filter((times) => times > 1)).toEqual([]);
    expect(teacher.greatest).toBe(4);
  });
});
