import { createServer } from 'node:http';
import { catalog } from '@sdg/blocks';
import { NatsServer, shippedUses } from '@sdg/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { natsEngine } from './nats-engine.js';
import { env, outcome } from './test-support/with-workers.js';
import { runWorker } from './worker.js';

describe('runWorker', () => {
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
