import { catalog } from '@sdg/blocks';
import type { Sample } from '@sdg/core';
import { NatsServer, shippedUses } from '@sdg/testing';
import { openRun, type GivenSpec, type RunEngine } from '@sdg/session';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsEngine } from './coordinator.js';
import { runWorker } from './worker.js';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.close());

const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'sdg-cluster-')) };

interface Outcome {
  readonly rows: string[];
  readonly accounts: unknown;
  readonly exitCode: number;
}

async function outcome(spec: GivenSpec, seeds: readonly Sample[], engine?: RunEngine): Promise<Outcome> {
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

const folder = fileURLToPath(new URL('../../../pipelines', import.meta.url));
const COUNTS = [1, 2, 3, 7];

describe('natsEngine', () => {
  it.each(shippedUses.map((use, i) => ({ ...use, workers: COUNTS[i % COUNTS.length]! })))(
    'gives the rows and accounts of one process: $name with $workers workers',
    { timeout: 60_000 },
    async ({ pipeline, seeds, goal, workers }) => {
      const spec = {
        pipeline: join(folder, pipeline),
        ...(goal?.numOutputs !== undefined && { numOutputs: goal.numOutputs }),
        ...(goal?.perLeaf !== undefined && { numOutputsPerLeaf: goal.perLeaf }),
        ...(goal?.maxStalledAttempts !== undefined && { maxStalledAttempts: goal.maxStalledAttempts }),
      };
      const alone = await outcome({ ...spec, noCache: true }, seeds);
      expect(alone.rows.length).toBeGreaterThan(0);
      const far = await withWorkers(workers, () => outcome(spec, seeds, natsEngine(server.url)));
      // What a run for a number of outputs tried beyond need is not the same from run to run.
      expect(goal ? far.rows : far).toEqual(goal ? alone.rows : alone);
    },
  );
});
