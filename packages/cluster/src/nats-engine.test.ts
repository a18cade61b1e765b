import { catalog } from '@sdg/blocks';
import type { Sample } from '@sdg/core';
import { NatsServer } from '@sdg/testing';
import { openRun, type GivenSpec, type RunEngine } from '@sdg/session';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsEngine } from './coordinator.js';
import { runWorker } from './worker.js';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.close());

const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'sdg-cluster-')) };

const seeds: Sample[] = Array.from({ length: 6 }, (_, i) => ({
  task_description: `To teach a model about the letter ${i}`,
  seed_question: `What is the letter number ${i} of the alphabet?`,
  seed_response: `Letter number ${i} is ${'abcdef'[i]}, and it is written with a single stroke of the pen by most people.`,
  leaf_node_path: `letters->${i % 2}`,
  leaf_node_type: 'freeform_skill',
}));

interface Outcome {
  readonly rows: string[];
  readonly accounts: unknown;
  readonly exitCode: number;
}

async function outcome(spec: GivenSpec, engine?: RunEngine): Promise<Outcome> {
  const run = await openRun({ scaleFactor: 4, ...spec, catalog, env, seeds, ...(engine && { engine }) });
  const rows: string[] = [];
  for await (const sample of run) rows.push(JSON.stringify(sample));
  const { exitCode, error } = await run.end();
  if (error) throw error;
  const accounts = run.run.ledger.toJSON().map(({ block, in: entered, made, out, filtered, deduplicated, rejected }) => ({
    ...{ block, entered, made, out, filtered, deduplicated, rejected },
  }));
  return { rows, accounts, exitCode };
}

async function withWorkers<T>(count: number, use: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const workers = Array.from({ length: count }, (_, i) =>
    runWorker(server.url, { spec: { teacher: 'offline', cache: join(env.XDG_CACHE_HOME, `w${i}`) }, catalog, env, signal: stop.signal }),
  );
  try {
    return await use();
  } finally {
    stop.abort();
    await Promise.all(workers);
  }
}

describe('natsEngine', () => {
  it.each([
    ['simple', 1],
    ['full', 2],
    ['full', 3],
  ])('gives the rows and accounts of one process: %s with %i workers', { timeout: 60_000 }, async (pipeline, count) => {
    const alone = await outcome({ pipeline, noCache: true });
    expect(alone.rows.length).toBeGreaterThan(0);
    expect(await withWorkers(count, () => outcome({ pipeline }, natsEngine(server.url)))).toEqual(alone);
  });

  it('gives exactly N, as one process does', { timeout: 60_000 }, async () => {
    const spec = { pipeline: 'simple', numOutputs: 9 };
    const alone = await outcome({ ...spec, noCache: true });
    expect(alone.rows).toHaveLength(9);
    const { rows } = await withWorkers(2, () => outcome(spec, natsEngine(server.url)));
    expect(rows).toEqual(alone.rows);
  });
});
