import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { scriptedServer } from './scripted-server.js';
import { cleanEnvironment, shell } from './shell.js';

const folder = mkdtempSync(`${tmpdir()}/sdg-metrics-`);
const env = cleanEnvironment(folder);

/** A listener on a port of loopback that was free. */
async function listener(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

beforeAll(async () => {
  await shell('mkdir mine', { cwd: folder, env });
  writeFileSync(
    `${folder}/mine/all.yaml`,
    'version: "1.0"\nblocks:\n  - name: tell\n    type: LLMBlock\n    config: { config_path: tell.yaml, output_cols: [told] }\n',
  );
  writeFileSync(
    `${folder}/mine/tell.yaml`,
    JSON.stringify({
      ...{ system: null, introduction: 'Talk.', principles: null, examples: null, generation: 'Of {{seed_question}}.' },
      start_tags: [''],
      end_tags: [''],
    }),
  );
  writeFileSync(`${folder}/seeds.jsonl`, Array.from({ length: 6 }, (_, i) => `{"seed_question":"number ${i}"}\n`).join(''));
});

it('serves what the ledger holds while the run goes on, and all that the dashboard asks for', async () => {
  const free = await listener();
  await free.close();
  let seen = '';
  const server = await scriptedServer(async (_heard, index) => {
    if (index === 5) seen = await (await fetch(`http://127.0.0.1:${free.port}/metrics`)).text();
    return index === 1 ? '' : 'A "tale".';
  });
  const { stderr, code } = await shell(
    `sdg-run ./mine seeds.jsonl -t ${server.url} -m scripted --api chat -c 1 --metrics ${free.port} > out.jsonl`,
    { cwd: folder, env },
  );
  expect(code).toBe(0);
  expect(stderr).toContain(`metrics at http://127.0.0.1:${free.port}/metrics`);
  expect(seen).toMatch(/^sdg_calls_in_flight 1$/m);
  expect(seen).toMatch(/^sdg_calls_limit 1$/m);
  expect(seen).toMatch(/^sdg_samples_total\{block="tell",fate="in"\} [4-6]$/m);
  expect(seen).toMatch(/^gen_ai_client_operation_duration_seconds_bucket\{[^}]*gen_ai_request_model="scripted"[^}]*le="\+Inf"\} [1-5]$/m);
  expect(seen).toMatch(/^gen_ai_client_token_usage_sum\{[^}]*gen_ai_token_type="input"\} [1-5]0$/m);
  // One sample a line, in the shape that Prometheus reads.
  for (const line of seen.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? [\d.e+-]+)$/);
  }

  const dashboard = readFileSync(fileURLToPath(new URL('../deploy/grafana.json', import.meta.url)), 'utf8');
  const { panels } = JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] };
  const asked = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\b(sdg|gen_ai_client)_[a-z_]+/g) ?? [])));
  const parts = (name: string): string[] => ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`);
  const named = new Set(
    [...seen.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) => (type === 'histogram' ? parts(name!) : [name!])),
  );
  expect(asked.size).toBeGreaterThan(8);
  expect([...asked].filter((name) => !named.has(name))).toEqual([]);
});

it('says that a port is taken', async () => {
  const taken = await listener();
  onTestFinished(() => taken.close());
  const { stderr, code } = await shell(`sdg-run ./mine seeds.jsonl -t offline --quiet --metrics ${taken.port}`, { cwd: folder, env });
  expect(code).toBe(2);
  expect(stderr).toContain(`--metrics ${taken.port}: listen EADDRINUSE`);
});
