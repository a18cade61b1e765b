import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { seedSample } from '@sdg/core';
import { CutLine, NatsServer } from '@sdg/testing';
import { expect, it, onTestFinished } from 'vitest';
import { Link } from './link.js';
import { openBuckets } from './names.js';
import { natsEngine } from './nats-engine.js';
import { countingTeacher } from './test-support/counting-teacher.js';
import { env, outcome } from './test-support/with-workers.js';
import { runWorker } from './worker.js';

const SLOTS = 4;
const COLUMNS = Array.from({ length: 12 }, (_, i) => `part_${i}`);

/** A pipeline that asks for every part of a sample: a dozen calls in one unit. */
function manyCalls(count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-many-calls-'));
  const flatten = `config: { var_cols: [${COLUMNS.join(', ')}], value_name: text, var_name: part }`;
  const lines = [
    'version: "1.0"',
    'blocks:',
    `  - { name: parts, type: FlattenColumnsBlock, ${flatten} }`,
    '  - { name: ask, type: LLMBlock, config: { config_path: ask.yaml, output_cols: [reply], model_family: telegraph } }',
  ];
  writeFileSync(join(folder, 'ask.yaml'), 'generation: "Write a sentence about {{ text }}."');
  writeFileSync(join(folder, 'p.yaml'), lines.join('\n'));
  const seeds = Array.from({ length: count }, (_, i) =>
    seedSample({ leaf_node_path: 'leaf', ...Object.fromEntries(COLUMNS.map((column) => [column, `${column} of river ${i}`])) }),
  );
  return { pipeline: join(folder, 'p.yaml'), seeds };
}

it('a worker that is cut off begins no more of the calls that it has claimed', { timeout: 60_000 }, async () => {
  const server = await NatsServer.start();
  onTestFinished(() => server.close());
  const line = await CutLine.to(server.port);
  onTestFinished(() => line.close());
  const teacher = await countingTeacher(150);
  const spec = { teacher: teacher.url, model: 'm', api: 'chat' as const, concurrency: SLOTS };
  const { pipeline, seeds } = manyCalls(6);
  const alone = await outcome({ ...spec, pipeline, noCache: true }, seeds);
  const asked = () => [...teacher.asked.values()].reduce((sum, times) => sum + times, 0);
  const before = asked();
  const stop = new AbortController();
  const cache = mkdtempSync(join(tmpdir(), 'sdg-cut-off-'));
  const nats = { patience: 4 };
  const worker = runWorker(line.url, { spec: { ...spec, cache }, catalog, env, signal: stop.signal, nats });
  const link = await Link.open(server.url);
  onTestFinished(() => link.close());
  const { replies } = await openBuckets(link);
  /** Replies that all have: the first byte of what is only claimed is 255. */
  const shared = async (): Promise<number> => {
    let count = 0;
    for await (const key of await replies.keys()) {
      const entry = await replies.get(key);
      if (entry?.operation === 'PUT' && entry.value[0] !== 0xff) count++;
    }
    return count;
  };
  let cut: Promise<{ readonly asked: number; readonly shared: number }> | undefined;
  const far = await outcome({ pipeline }, seeds, {
    engine: natsEngine(server.url, nats),
    onRow: () => {
      cut ??= (async () => {
        line.cut();
        // Well within its patience: by its own clock it is not dead yet.
        await new Promise((resolve) => setTimeout(resolve, 2000));
        const then = { asked: asked() - before, shared: await shared() };
        line.heal();
        return then;
      })();
    },
  });
  expect(far).toEqual(alone);
  const then = (await cut)!;
  expect(then.asked).toBeLessThan(seeds.length * COLUMNS.length - 3 * SLOTS);
  // A slot is given back when all have the reply, but for one whose reply is on its way.
  expect(then.asked - then.shared).toBeLessThanOrEqual(SLOTS + 1);
  stop.abort();
  await worker;
});
