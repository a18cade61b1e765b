import { catalog } from '@sdg/blocks';
import { seedSample } from '@sdg/core';
import type { GivenSpec, TeacherSpec } from '@sdg/session';
import { extendCatalog, loadPlugin } from '@sdg/pipeline';
import { NatsServer, shippedUses } from '@sdg/testing';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { natsEngine } from './nats-engine.js';
import { countingTeacher, twoQuestions } from './test-support/counting-teacher.js';
import { env, outcome, withWorkers } from './test-support/with-workers.js';
import { runWorker } from './worker.js';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.close());

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
      const far = await withWorkers({ address: server.url, count: workers }, () =>
        outcome(spec, seeds, { engine: natsEngine(server.url) }),
      );
      // What a run for a number of outputs tried beyond need is not the same from run to run.
      expect(goal ? far.rows : far).toEqual(goal ? alone.rows : alone);
    },
  );

  it('takes no reply of the offline teacher for another seed, nor for that of a model', { timeout: 60_000 }, async () => {
    const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
    const onWorker = async (spec: GivenSpec, teacher: TeacherSpec, input = seeds): Promise<void> => {
      const alone = await outcome({ ...spec, ...teacher, noCache: true }, input);
      const engine = natsEngine(server.url);
      expect(await withWorkers({ address: server.url, count: 1, spec: teacher }, () => outcome(spec, input, { engine }))).toEqual(alone);
    };
    for (const seed of [42, 7]) await onWorker({ pipeline: 'simple', seed }, { teacher: 'offline' });
    const asked = twoQuestions(3);
    const { url } = await countingTeacher();
    for (const teacher of ['offline', url]) {
      await onWorker({ pipeline: asked.pipeline, model: 'm' }, { teacher, model: 'm', api: 'chat' }, asked.seeds);
    }
  });

  it('has workers ask their embedder, and drops what means the same here', { timeout: 60_000 }, async () => {
    const meanings: Readonly<Record<string, readonly number[]>> = { river: [1, 0, 0], stream: [0.99, 0.1, 0], bread: [0, 1, 0] };
    const vectors = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { input, model } = JSON.parse(body) as { input: string[]; model: string };
        const data = input.map((text, index) => ({ index, embedding: meanings[text.split(' ')[0]!] ?? [0, 0, 1] }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ model, data, usage: { prompt_tokens: 1 } }));
      });
    });
    await new Promise<void>((resolve) => vectors.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void vectors.close());
    const embedder = `http://127.0.0.1:${(vectors.address() as { port: number }).port}/v1`;
    const here = mkdtempSync(join(tmpdir(), 'sdg-meaning-'));
    const pipeline = [
      'version: "1.0"',
      'blocks:',
      '  - { name: embed, type: EmbedBlock, config: { columns: [text], vector_col: vector } }',
      '  - { name: same, type: SemanticDuplicatesBlock, config: { columns: [text], vector_col: vector }, drop_columns: [vector] }',
      '  - { name: ask, type: LLMBlock, config: { config_path: ask.yaml, output_cols: [reply], model_family: telegraph } }',
    ].join('\n');
    writeFileSync(join(here, 'p.yaml'), pipeline);
    writeFileSync(join(here, 'ask.yaml'), 'generation: "Write a sentence about {{ text }}."');
    const texts = ['river 1', 'bread 1', 'stream 1', 'snow 1', 'bread 2', 'river 2'];
    const seeds = texts.map((text, i) => seedSample({ text, leaf_node_path: `l${i % 2}` }));
    const spec = { pipeline: join(here, 'p.yaml'), embeddingModel: 'm' };
    const alone = await outcome({ ...spec, embedder, noCache: true }, seeds);
    expect(alone.rows).toHaveLength(5);
    const far = await withWorkers({ address: server.url, count: 2, spec: { embedder } }, () =>
      outcome(spec, seeds, { engine: natsEngine(server.url) }),
    );
    expect(far).toEqual(alone);
  });

  it('runs barriers, plugins and changed blocks; a worker without the plugin is told apart', { timeout: 60_000 }, async () => {
    const plugin = fileURLToPath(new URL('../../pipeline/examples/shout-plugin.js', import.meta.url));
    const here = mkdtempSync(join(tmpdir(), 'sdg-barrier-'));
    const files = {
      'ask.yaml': 'generation: "Write a sentence about {{ text }}."',
      'again.yaml': 'generation: "Say more about {{ text }}: {{ reply }}"',
      'p.yaml': [
        'version: "1.0"',
        'blocks:',
        '  - { name: shout, type: ShoutBlock, config: { column: text } }',
        '  - { name: ask, type: LLMBlock, config: { config_path: ask.yaml, output_cols: [reply], model_family: telegraph, ' +
          'gen_kwargs: { n: 2 } } }',
        '  - { name: vote, type: SetToMajorityValueBlock, config: { col_name: text } }',
        '  - { name: again, type: LLMBlock, config: { config_path: again.yaml, output_cols: [second] } }',
      ].join('\n'),
      'config.yaml':
        'teachers: { big: { url: offline, model: big, rpm: 100000 } }\nblocks: { again: { teacher: big, gen_kwargs: { n: 2 } } }',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(here, name), text);
    const seeds = Array.from({ length: 6 }, (_, i) => seedSample({ text: `river ${i}`, leaf_node_path: `l${i % 2}` }));
    const spec = { pipeline: join(here, 'p.yaml'), config: join(here, 'config.yaml'), plugin: [plugin], rpm: 100_000, tpm: 10_000_000 };
    const alone = await outcome({ ...spec, noCache: true }, seeds);
    expect(alone.rows).toHaveLength(24);
    expect(alone.rows.every((row) => row.includes('STOP'))).toBe(true);
    const notices: string[] = [];
    const stop = new AbortController();
    const blind = runWorker(server.url, { ...{ spec: { teacher: 'offline', noCache: true }, catalog, env }, signal: stop.signal });
    const extended = extendCatalog(catalog, [await loadPlugin(plugin)]);
    const far = await withWorkers({ address: server.url, count: 2, catalog: extended }, () =>
      outcome(spec, seeds, { engine: natsEngine(server.url), notice: (text) => notices.push(text) }),
    );
    stop.abort();
    await blind;
    expect(far).toEqual(alone);
    expect(notices.join('\n')).toMatch(
      /^worker \S+ does not serve this run: its blocks are not those of this worker[^;]*; use the same version[^;]*$/m,
    );
  });
});
