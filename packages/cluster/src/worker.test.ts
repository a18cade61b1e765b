import { createServer } from 'node:http';
import { catalog } from '@sdg/blocks';
import type { Teacher, TeacherOptions } from '@sdg/core';
import { NatsServer, shippedUses } from '@sdg/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { natsEngine } from './nats-engine.js';
import { env, outcome } from './test-support/with-workers.js';
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
});
