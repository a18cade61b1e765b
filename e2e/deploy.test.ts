import { chmodSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { natsServerPath } from '@sdg/testing';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cleanEnvironment, shell } from './shell.js';

type Json = Record<string, unknown>;
const folder = fileURLToPath(new URL('../deploy', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

function documents(file: string): Json[] {
  const found = parseAllDocuments(text(file), { uniqueKeys: true });
  if (!Array.isArray(found)) return [];
  for (const { errors } of found) expect(errors, file).toEqual([]);
  return found.map((document) => document.toJS() as Json);
}

/** Every object within, itself included. */
function* objects(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const member of Object.values(value)) yield* objects(member);
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const manifests = files.filter((file) => file.startsWith('kubernetes/'));
const all = manifests.flatMap(documents);
const named = (kind: string): string[] =>
  all.filter((one) => one['kind'] === kind).map(({ metadata }) => String((metadata as Json)['name']));

/** Commands of ours in a file, each as a line. */
function commandsOf(file: string): string[] {
  const lines = file.endsWith('.yaml')
    ? documents(file).flatMap((one) =>
        [...objects(one)].flatMap(({ command, args }) => (command || args ? [[...strings(command), ...strings(args)].join(' ')] : [])),
      )
    : text(file)
        .split('\n')
        .filter((line) => !line.startsWith('#SBATCH'));
  return lines.flatMap((line) => line.match(/\bsdg(?:-read|-run|-mix| worker| merge| cluster)(?= ).*/g) ?? []);
}

describe('deploy/', () => {
  it.each(files.filter((file) => /\.(?:yaml|sbatch|md)$/.test(file)))('%s: knows every option that it gives', async (file) => {
    for (const command of commandsOf(file)) {
      const [program] = /^sdg(?:-\w+| \w+)/.exec(command)!;
      const { stdout } = await shell(`${program} --help`);
      for (const [, flag] of command.matchAll(/ (--[a-z][\w-]*)/g)) expect(stdout, command).toMatch(new RegExp(`${flag}\\b`));
    }
    if (!file.endsWith('.md')) expect(commandsOf(file).length + Number(file.endsWith('nats.yaml'))).toBeGreaterThan(0);
  });

  it.each(files.filter((file) => /\.(?:yaml|sbatch)$/.test(file)))('%s: puts no password where a list of processes shows it', (file) => {
    for (const command of commandsOf(file)) expect(command).not.toMatch(/\/\/[^\s/]*@|\$\{?(?:SDG_)?ON\b|PASSWORD/);
  });

  it('names in manifests what there is', () => {
    const core = { ConfigMap: 'v1', Service: 'v1', PersistentVolumeClaim: 'v1' };
    const kinds = { ...core, StatefulSet: 'apps/v1', Deployment: 'apps/v1', Job: 'batch/v1' };
    for (const one of all) expect(kinds).toMatchObject({ [String(one['kind'])]: one['apiVersion'] });
    for (const part of all.flatMap((one) => [...objects(one)])) {
      const { configMap, persistentVolumeClaim, secretKeyRef, serviceName } = part as Record<string, Json | undefined>;
      if (configMap) expect(named('ConfigMap')).toContain(configMap['name']);
      if (persistentVolumeClaim) expect(named('PersistentVolumeClaim')).toContain(persistentVolumeClaim['claimName']);
      const made = `secret generic ${String(secretKeyRef?.['name'])} --from-literal=${String(secretKeyRef?.['key'])}`;
      if (secretKeyRef) expect(text('kubernetes/nats.yaml')).toContain(made);
      if (serviceName) expect(named('Service')).toContain(serviceName);
    }
  });

  it('selects pods by the labels that they have, and mounts volumes that they declare', () => {
    const labels = all.flatMap(({ spec }) => {
      const template = (spec as Json | undefined)?.['template'] as { metadata: { labels: Json } } | undefined;
      return template ? [template.metadata.labels['app']] : [];
    });
    for (const { kind, spec } of all as { kind: string; spec: Json }[]) {
      const selector = (spec?.['selector'] as Json | undefined) ?? {};
      const app = ((selector['matchLabels'] as Json | undefined) ?? selector)['app'];
      if (['Service', 'StatefulSet', 'Deployment'].includes(kind)) expect(labels).toContain(app);
      const pod = [...objects(spec)].find(({ containers }) => containers);
      if (!pod) continue;
      const claims = [...objects(spec?.['volumeClaimTemplates'])].map(({ name }) => name);
      const volumes = [...((pod['volumes'] as Json[] | undefined) ?? []).map(({ name }) => name), ...claims];
      const mounts = [...objects(pod)].flatMap(({ volumeMounts }) => (volumeMounts as Json[] | undefined) ?? []);
      for (const { name } of mounts) expect(volumes).toContain(name);
      // What a command names in $(…) is in the environment of its container; what a value there names stands before it.
      for (const { command, env } of objects(pod)) {
        const variables = (env as Json[] | undefined) ?? [];
        const names = variables.map(({ name }) => name);
        const namedIn = (text: string): string[] => [...text.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name!);
        expect(names).toEqual(expect.arrayContaining(namedIn(strings(command).join(' '))));
        for (const [i, { value }] of variables.entries()) {
          expect(names.slice(0, i)).toEqual(expect.arrayContaining(namedIn(String(value))));
        }
      }
    }
    const [compose] = documents('compose.yaml') as { services: Record<string, Json> }[];
    for (const service of Object.values(compose!.services)) {
      for (const other of strings(service['depends_on'])) expect(Object.keys(compose!.services)).toContain(other);
    }
  });

  it('gives nats-server a configuration that it takes', async () => {
    const { data } = all.find(({ kind }) => kind === 'ConfigMap') as { data: Record<string, string> };
    const file = join(mkdtempSync(`${tmpdir()}/sdg-deploy-`), 'nats.conf');
    writeFileSync(file, data['nats.conf']!);
    const { code, stderr } = await shell(`POD_NAME=sdg-nats-0 NATS_PASSWORD=secret ${natsServerPath()} -t -c ${file}`);
    expect([code, stderr]).toEqual([0, expect.stringContaining('configuration file')]);
  });
});

describe('the Slurm scripts', () => {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-slurm-`);
  const path = join(cwd, 'bin');
  mkdirSync(path);
  // Three tasks of a step, without Slurm.
  writeFileSync(
    join(path, 'srun'),
    `#!/bin/bash
while [[ $1 == --* ]]; do shift; done
trap 'kill $(jobs -p); wait' TERM
for i in 0 1 2; do SLURM_PROCID=$i "$@" & done
wait
`,
  );
  chmodSync(join(path, 'srun'), 0o755);
  const clean = cleanEnvironment(cwd);
  const env = { ...clean, PATH: `${path}:${dirname(natsServerPath())}:${clean['PATH']}`, SDG_TEACHER: 'offline', SEEDS: 'seeds.jsonl' };
  const run = (line: string) => shell(line, { cwd, env });
  const alone = (async () => {
    const taxonomy = fileURLToPath(new URL('taxonomy', import.meta.url));
    return run(`sdg-read -q ${taxonomy} > all.jsonl; head -n 4 all.jsonl > seeds.jsonl; sdg-run simple seeds.jsonl -q > alone.jsonl`);
  })();

  it('give the rows of one process: an array of shards', { timeout: 120_000 }, async () => {
    expect((await alone).code).toBe(0);
    const script = join(folder, 'slurm/shards.sbatch');
    const tasks = [1, 2].map((i) => run(`SLURM_ARRAY_TASK_ID=${i} SLURM_ARRAY_TASK_COUNT=2 PIPELINE=simple bash ${script}`));
    for (const { code, stderr } of await Promise.all(tasks)) expect(code, stderr).toBe(0);
    const merge = 'sdg merge out/rows-*.jsonl out/run-* --run-dir out/run -q > merged.jsonl';
    const { code, stderr } = await run(`${merge} && cmp merged.jsonl alone.jsonl`);
    expect(code, stderr).toBe(0);
  });

  it('take some tasks of an array again, by themselves', { timeout: 120_000 }, async () => {
    expect((await alone).code).toBe(0);
    const script = join(folder, 'slurm/shards.sbatch');
    const task = (i: number, array: string) => run(`OUT=again SLURM_ARRAY_TASK_ID=${i} ${array} PIPELINE=simple bash ${script}`);
    const whole = 'SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3';
    const single = (i: number) => `SHARDS=3 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=${i} SLURM_ARRAY_TASK_MAX=${i}`;
    for (const { code, stderr } of [await task(1, whole), await task(3, single(3)), await task(2, single(2))]) expect(code, stderr).toBe(0);
    const { code, stderr } = await run('sdg merge again/rows-*.jsonl again/run-* -q | cmp - alone.jsonl');
    expect(code, stderr).toBe(0);
  });

  it('give the rows of one process: a cluster in one job', { timeout: 120_000 }, async () => {
    expect((await alone).code).toBe(0);
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as AddressInfo;
        server.close(() => resolve(free));
      });
    });
    const job = `OUT=job NATS_HOST=127.0.0.1 NATS_PORT=${port} SLURM_JOB_ID=7 PIPELINE=simple`;
    const { code, stderr } = await run(`${job} bash ${join(folder, 'slurm/cluster.sbatch')} && cmp job/generated.jsonl alone.jsonl`);
    expect(code, stderr).toBe(0);
    // No two workers open one cache: on a file system of several machines that would damage it.
    expect(readdirSync(join(cwd, 'job')).filter((name) => name.startsWith('cache'))).toEqual(['cache-0', 'cache-1', 'cache-2']);
  });
});
