import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { collector, valueOf } from './collector.js';
import { scriptedServer } from './scripted-server.js';
import { cleanEnvironment, shell } from './shell.js';

// tools/fetch/otel.js has put it there before the tests, or said in a line that it could not.
const library = fileURLToPath(new URL('../.cache/otel/node_modules', import.meta.url));

/** A folder with a pipeline of one block and six seeds, with or without the library. */
function place(hasLibrary: boolean): { readonly cwd: string; readonly env: Record<string, string> } {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-otel-`);
  const prompt = { system: null, introduction: 'Talk.', principles: null, examples: null, generation: 'Of {{seed_question}}.' };
  writeFileSync(`${cwd}/tell.yaml`, JSON.stringify({ ...prompt, start_tags: [''], end_tags: [''] }));
  writeFileSync(
    `${cwd}/all.yaml`,
    'version: "1.0"\nblocks:\n  - name: tell\n    type: LLMBlock\n    config: { config_path: tell.yaml, output_cols: [told] }\n',
  );
  writeFileSync(
    `${cwd}/seeds.jsonl`,
    Array.from({ length: 6 }, (_, i) => `{"seed_question":"number ${i}","leaf_node_path":"leaf"}\n`).join(''),
  );
  if (hasLibrary) symlinkSync(library, `${cwd}/node_modules`);
  return { cwd, env: { ...cleanEnvironment(cwd), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } };
}

it('exports metrics and traces by the standard variables, in the names of the conventions', async () => {
  expect(existsSync(`${library}/@opentelemetry/sdk-node`), 'run node tools/fetch/otel.js: it says what is missing').toBe(true);
  const { cwd, env } = place(true);
  const [receiver, server] = [await collector(), await scriptedServer((_heard, index) => (index === 1 ? '' : 'A tale.'))];
  const line = `sdg-run ./all.yaml seeds.jsonl -q -t ${server.url} -m scripted --api chat -c 2 --header 'X-Secret: hush-hush' > rows.jsonl`;
  const printed = await shell(line, { cwd, env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
  expect([printed.stderr, printed.code]).toEqual(['', 0]);

  const { spans, metrics } = receiver;
  const [run] = spans.filter(({ name }) => name.startsWith('sdg-run'));
  expect(valueOf(run!.attributes, 'sdg.end')).toBe('done');
  const seeds = spans.filter(({ name }) => name === 'seed');
  expect(seeds).toHaveLength(6);
  for (const { links, traceId } of seeds) expect([links[0]!.spanId, traceId === run!.traceId]).toEqual([run!.spanId, false]);
  const calls = spans.filter(({ name }) => name === 'chat scripted');
  expect(calls.length).toBeGreaterThanOrEqual(6);
  for (const { attributes, parentSpanId, events, traceId } of calls) {
    const seed = seeds.find(({ spanId }) => spanId === parentSpanId)!;
    expect([seed.traceId, valueOf(attributes, 'sdg.seed.id')]).toEqual([traceId, valueOf(seed.attributes, 'sdg.seed.id')]);
    expect(valueOf(attributes, 'gen_ai.provider.name')).toBe('openai');
    expect(valueOf(attributes, 'gen_ai.usage.input_tokens')).toBeGreaterThan(0);
    expect(events[0]!.name).toBe('try');
  }

  expect(metrics.get('gen_ai.client.operation.duration')!.histogram!.dataPoints.reduce((sum, { count }) => sum + Number(count), 0)).toBe(
    server.heard.length,
  );
  expect(metrics.has('gen_ai.client.token.usage')).toBe(true);
  const entered = metrics.get('sdg.samples')!.sum!.dataPoints.find(({ attributes }) => valueOf(attributes, 'fate') === 'in')!;
  expect(Number(entered.asDouble ?? entered.asInt)).toBe(6);
  // Neither a secret nor the command line leaves.
  for (const body of receiver.bodies) expect(body).not.toMatch(/hush-hush|process\.command/);
});

it('traces as many as the sampler says, and harms no run where the collector is down', async () => {
  const { cwd, env } = place(true);
  const [receiver, broken] = [await collector(), await collector(500)];
  const run = (more: Record<string, string>) =>
    shell('sdg-run ./all.yaml seeds.jsonl -q -t offline > rows.jsonl', { cwd, env: { ...env, ...more } });
  const off = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER: 'always_off' });
  expect([off.stderr, off.code, receiver.spans]).toEqual(['', 0, []]);
  expect(receiver.metrics.has('sdg.samples')).toBe(true);
  const console = await run({ OTEL_TRACES_EXPORTER: 'console' });
  expect([console.stderr, console.code]).toEqual([
    expect.stringContaining('OTEL_TRACES_EXPORTER: console would write among the rows') as string,
    0,
  ]);
  const down = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: broken.url });
  expect([down.stderr, down.code]).toEqual([expect.stringMatching(/^sdg-run: OpenTelemetry: /) as string, 0]);
});

it('says in one line how to install what is missing, and goes on', async () => {
  const { cwd, env } = place(false);
  const { stderr, code, stdout } = await shell('sdg-run ./all.yaml seeds.jsonl -q -t offline', {
    cwd,
    env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  });
  expect([code, stdout.trim().split('\n').length]).toEqual([0, 6]);
  expect(stderr).toBe(
    'sdg-run: OpenTelemetry is asked for by the environment, and is not installed; ' +
      'npm install @opentelemetry/api@1.9.0 @opentelemetry/sdk-node@0.223.0, or set OTEL_SDK_DISABLED=true\n',
  );
});
