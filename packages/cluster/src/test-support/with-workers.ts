import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import type { Catalog, Sample } from '@sdg/core';
import { openRun, type GivenSpec, type RunEngine, type TeacherSpec } from '@sdg/session';
import type { NatsOptions } from '../connection-options.js';
import { runWorker } from '../worker.js';

export const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'sdg-cluster-')) };

export interface Outcome {
  readonly rows: string[];
  readonly accounts: unknown;
  readonly exitCode: number;
}

interface Further {
  readonly engine?: RunEngine;
  readonly notice?: (text: string) => void;
  /** Aborted: the run drains. */
  readonly draining?: AbortSignal;
  readonly onRow?: () => unknown;
}

/** Runs something to its end, in this process or on an engine. */
export async function outcome(spec: GivenSpec, seeds: readonly Sample[], further: Further = {}): Promise<Outcome> {
  const { engine, notice, draining, onRow } = further;
  const around = { ...(engine && { engine }), ...(notice && { observer: { notice } }) };
  const run = await openRun({ scaleFactor: 4, ...spec, catalog, env, seeds, ...around });
  draining?.addEventListener('abort', () => run.drain());
  const rows: string[] = [];
  for await (const sample of run) {
    rows.push(JSON.stringify(sample));
    onRow?.();
  }
  const { exitCode, error } = await run.end();
  if (error) throw error;
  const accounts = run.run.ledger.toJSON().map(({ block, in: entered, made, out, filtered, deduplicated, rejected }) => ({
    ...{ block, entered, made, out, filtered, deduplicated, rejected },
  }));
  return { rows, accounts, exitCode };
}

interface Fleet {
  readonly address: string;
  readonly count: number;
  readonly catalog?: Catalog;
  readonly nats?: NatsOptions;
  readonly notice?: (text: string) => void;
  /** Further options of the workers, such as the address of their embedder. */
  readonly spec?: TeacherSpec;
}

/** Does something while workers with the offline teacher serve runs, each with a cache of its own. */
export async function withWorkers<T>(
  { address, count, nats, notice, spec, catalog: blocks = catalog }: Fleet,
  use: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const workers = Array.from({ length: count }, (_, i) =>
    runWorker(address, {
      spec: { teacher: 'offline', cache: join(env.XDG_CACHE_HOME, `w${i}`), ...spec },
      catalog: blocks,
      env,
      signal: stop.signal,
      ...(nats && { nats }),
      ...(notice && { observer: { notice } }),
    }),
  );
  try {
    return await use();
  } finally {
    stop.abort();
    await Promise.all(workers);
  }
}
