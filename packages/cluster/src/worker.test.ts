import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import type { Teacher, TeacherOptions } from '@sdg/core';
import type { GivenSpec } from '@sdg/session';
import { NatsServer, shippedUses } from '@sdg/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterStatus } from './cluster-status.js';
import { Link } from './link.js';
import { openBuckets } from './names.js';
import { natsEngine } from './nats-engine.js';
import { env, outcome, withWorkers } from './test-support/with-workers.js';
import { runWorker } from './worker.js';

const usage = { promptTokens: 1, completionTokens: 1 };

describe('runWorker', () => {
  it("works with a teacher of one's own that does not say how busy it is", { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    let calls = 0;
    const complete: Teacher['complete'] = async ({ n = 1 }) => {
      calls++;
      const text = '[Question]\nWhat for?\n[Answer]\nFor this.\n[End]';
      return { choices: Array.from({ length: n }, () => ({ text, finishReason: 'stop' as const })), model: 'bare', usage };
    };
    const providers = [{ schemes: ['bare'], open: async () => ({ name: 'bare', complete }) }];
    const stop = new AbortController();
    const spec = { teacher: 'bare:x', concurrency: 3, noCache: true };
    const worker = runWorker(server.url, { spec, catalog, env, providers, signal: stop.signal });
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const { exitCode } = await outcome({ pipeline: 'simple' }, seeds, { engine: natsEngine(server.url) });
    expect([exitCode, calls]).toEqual([0, seeds.length]);
    stop.abort();
    await worker;
  });

  it('does not wait for a teacher that is still being opened when it is to stop', { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const stop = new AbortController();
    const told: string[] = [];
    let given: AbortSignal | undefined;
    const open = (_address: string, { signal }: TeacherOptions): Promise<Teacher> => {
      given = signal;
      setImmediate(() => stop.abort());
      return new Promise(() => undefined);
    };
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const draining = new AbortController();
    const run = outcome({ pipeline: 'simple' }, seeds, { engine: natsEngine(server.url), draining: draining.signal });
    const observer = { notice: (text: string) => void told.push(text) };
    const providers = [{ schemes: ['deaf'], open }];
    expect(
      await runWorker(server.url, { spec: { teacher: 'deaf:x' }, catalog, env, providers, signal: stop.signal, observer }),
    ).toBeUndefined();
    expect(given?.aborted).toBe(true);
    expect(told.filter((text) => text.includes('not served'))).toEqual([]);
    draining.abort();
    await expect(run).rejects.toThrow('stopped on request');
  });

  it('has the coordinator told what its teacher says in place of replies', { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const teacher = createServer((request, response) => {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"loading the model"}}');
    });
    await new Promise<void>((resolve) => teacher.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void teacher.close());
    const { port } = teacher.address() as { port: number };
    const stop = new AbortController();
    const spec = { teacher: `http://127.0.0.1:${port}/v1`, model: 'm', api: 'chat' as const, noCache: true };
    const worker = runWorker(server.url, { spec, catalog, env, signal: stop.signal });
    const told: string[] = [];
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const draining = new AbortController();
    const run = outcome({ pipeline: 'simple' }, seeds, {
      ...{ engine: natsEngine(server.url), draining: draining.signal },
      notice: (text) => told.push(text),
    });
    await expect.poll(() => told.join('\n'), { timeout: 30_000 }).toMatch(/^worker \S+: no reply any more: .*loading the model/m);
    draining.abort();
    await expect(run).rejects.toThrow('stopped on request');
    stop.abort();
    await worker;
  });

  it('is another where the server has lost the last that it took: nobody waits for calls that it has claimed there', async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const link = await Link.open(server.url, { patience: 2 });
    onTestFinished(() => link.close());
    const ids = async (): Promise<string[]> => (await clusterStatus(link)).workers.map(({ id }) => id);
    await withWorkers({ address: server.url, count: 1 }, async () => {
      await expect.poll(ids, { timeout: 20_000 }).toHaveLength(1);
      const [first] = await ids();
      const before = await server.kept();
      const { workers } = await openBuckets(link);
      const said = async (): Promise<number> => (await link.persist(() => workers.get(first!)))!.revision;
      const then = await said();
      await expect.poll(said, { timeout: 20_000 }).toBeGreaterThan(then + 3);
      await server.restart(before);
      await expect.poll(async () => (await ids()).join(), { timeout: 20_000 }).not.toContain(first);
      await expect.poll(ids, { timeout: 20_000 }).toHaveLength(1);
    });
  }, 60_000);

  it('stays for other runs where one asks for what is not there', { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const teacher = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url!.endsWith('/models')) return void response.end('{"data":[{"id":"good"}]}');
      request.resume();
      response.writeHead(404).end('{"error":{"message":"The model does not exist.","code":404}}');
    });
    await new Promise<void>((resolve) => teacher.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void teacher.close());
    const { port } = teacher.address() as { port: number };
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const stop = new AbortController();
    const serve = (address: string) =>
      runWorker(server.url, { spec: { teacher: address, giveUpAfter: 0 }, catalog, env, signal: stop.signal });
    const refused = async (spec: Partial<GivenSpec>, why: RegExp): Promise<void> => {
      const told: string[] = [];
      const draining = new AbortController();
      const run = outcome({ pipeline: 'simple', ...spec }, seeds, {
        ...{ engine: natsEngine(server.url), draining: draining.signal },
        notice: (text) => told.push(text),
      });
      run.catch(() => undefined);
      await expect.poll(() => told.join('\n'), { timeout: 20_000 }).toMatch(why);
      draining.abort();
      await expect(run).rejects.toThrow('stopped on request');
    };
    const strict = serve(`http://127.0.0.1:${port}/v1`);
    await refused({ model: 'typo' }, /^worker \S+ does not serve this run: model "typo" is not served by /m);
    await refused({ model: 'other' }, /^worker \S+ does not serve this run: model "other" is not served by /m);
    const replay = outcome({ pipeline: 'simple', model: 'good', api: 'chat', replay: true }, seeds, { engine: natsEngine(server.url) });
    await expect(replay).rejects.toThrow(/^worker \S+: .* not in the cache; run once without --replay/);
    stop.abort();
    expect(await strict).toBeUndefined();
  });

  it('says why its embedder gives nothing', { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const pipeline = join(env.XDG_CACHE_HOME, 'embed.yaml');
    const config = '{ columns: [seed_question], vector_col: meaning }';
    writeFileSync(pipeline, `version: "1.0"\nblocks:\n  - { name: embed, type: EmbedBlock, config: ${config} }\n`);
    const embedder = createServer((_request, response) => void response.writeHead(401).end('{"error":{"message":"no such key"}}'));
    await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void embedder.close());
    const { port } = embedder.address() as { port: number };
    const spec = { embedder: `http://127.0.0.1:${port}/v1`, embeddingModel: 'm' };
    await withWorkers({ address: server.url, count: 1, spec }, async () => {
      const told: string[] = [];
      const draining = new AbortController();
      const around = { engine: natsEngine(server.url), draining: draining.signal, notice: (text: string) => told.push(text) };
      const run = outcome({ pipeline }, [{ seed_question: 'Why?' }], around);
      run.catch(() => undefined);
      await expect.poll(() => told.join('\n'), { timeout: 20_000 }).toMatch(/^worker \S+ does not serve this run: the embedder /m);
      draining.abort();
      await expect(run).rejects.toThrow('stopped on request');
    });
  });

  it('stays where the server of a block cannot be reached', { timeout: 60_000 }, async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const config = join(env.XDG_CACHE_HOME, 'judge.yaml');
    const judge = '{ url: "http://127.0.0.1:1/v1", model: m, api: chat }';
    writeFileSync(config, `teachers: { judge: ${judge} }\nblocks: { "gen_*": { teacher: judge } }\n`);
    await withWorkers({ address: server.url, count: 1, spec: { giveUpAfter: 0 } }, async () => {
      const told: string[] = [];
      const draining = new AbortController();
      const around = { engine: natsEngine(server.url), draining: draining.signal, notice: (text: string) => told.push(text) };
      const run = outcome({ pipeline: 'simple', config }, seeds, around);
      run.catch(() => undefined);
      await expect.poll(() => told.join('\n'), { timeout: 20_000 }).toMatch(/^worker \S+ does not serve this run: .*127\.0\.0\.1:1/m);
      draining.abort();
      await expect(run).rejects.toThrow('stopped on request');
      const { exitCode } = await outcome({ pipeline: 'simple' }, seeds, { engine: natsEngine(server.url) });
      expect(exitCode).toBe(0);
    });
  });
});
