import { jsonLines } from '@sdg/testing/json-lines';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFile } from '../sources/open-source.js';
import { configsOf } from '../sources/data-files.js';
import { datasetCard } from './dataset-card.js';
import { pushRows } from './push-rows.js';

let server: Server;
let env: Record<string, string>;
let folder: string;
let stored: Map<string, Buffer>;
let commits: { readonly key: string; readonly value: Record<string, unknown> }[];
let asked: string[];
let repos: Set<string>;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What the Hub does with a commit of files: which go by LFS, where they are put, and the commit itself. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, 'http://hub');
  const body = await bodyOf(request);
  const json = (status: number, value: unknown): void =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  asked.push(`${request.method} ${url.pathname}`);
  const base = `http://${request.headers.host}`;
  if (url.pathname.startsWith('/store/')) {
    stored.set(url.pathname.slice('/store/'.length), body);
    return void response.writeHead(200).end();
  }
  if (request.headers.authorization !== 'Bearer hf_writer') return json(403, { error: 'You may not write here' });
  if (url.pathname === '/api/repos/create') {
    const { name, organization } = JSON.parse(body.toString()) as { name: string; organization: string };
    if (repos.has(`${organization}/${name}`)) return json(409, { error: 'You already created this dataset repo' });
    repos.add(`${organization}/${name}`);
    return json(200, { url: `${base}/datasets/${organization}/${name}`, id: '1' });
  }
  if (url.pathname.includes('/preupload/')) {
    const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
    return json(200, { files: files.map(({ path }) => ({ path, uploadMode: path.endsWith('.parquet') ? 'lfs' : 'regular' })) });
  }
  if (url.pathname.endsWith('/info/lfs/objects/batch')) {
    const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    return json(200, {
      transfer: 'basic',
      objects: objects.map((object) => ({ ...object, actions: { upload: { href: `${base}/store/${object.oid}`, header: {} } } })),
    });
  }
  if (url.pathname.includes('/commit/')) {
    commits.push(...jsonLines<(typeof commits)[number]>(body.toString()));
    return json(200, { success: true, commitOid: 'a'.repeat(40), commitUrl: `${base}/commit` });
  }
  json(404, { error: 'not here' });
}

beforeEach(async () => {
  [stored, commits, asked, repos] = [new Map(), [], [], new Set()];
  folder = await mkdtemp(join(tmpdir(), 'push-'));
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  env = { HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, HF_TOKEN: 'hf_writer', HF_HOME: folder };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const rows = Array.from({ length: 5 }, (_, i) => ({
  id: `r${i}`,
  messages: [
    { role: 'user', content: `q${i}` },
    { role: 'assistant', content: 'a' },
  ],
  metadata: '{}',
  unmask: false,
}));
async function* pieces(list: readonly object[] = rows): AsyncGenerator<Buffer> {
  for (const row of list) yield Buffer.from(`${JSON.stringify(row)}\n`);
}
const push = (url: string, more: object = {}) =>
  pushRows(pieces(), { url, env, card: ({ repo, shards }) => `# ${repo} in ${shards}\n`, ...more });

it('uploads Parquet and a README in one commit, and makes the repository if there is none', async () => {
  for (let i = 0; i < 2; i++) {
    expect((await push('hf://datasets/owner/name')).files).toEqual(['data/train-00000-of-00001.parquet', 'README.md']);
  }
  expect(asked.filter((one) => one.includes('/commit/'))).toEqual(Array(2).fill('POST /api/datasets/owner/name/commit/main'));
  const file = commits.find(({ key }) => key === 'lfsFile')!.value as { path: string; oid: string };
  const bytes = stored.get(file.oid)!;
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.oid);
  await writeFile(join(folder, 'x.parquet'), bytes);
  const parts: string[] = [];
  for await (const block of (await openFile(join(folder, 'x.parquet'))).blocks()) parts.push(block.bytes.toString());
  expect(jsonLines<unknown>(parts.join(''))).toEqual(rows);
  const readme = commits.find(({ key, value }) => key === 'file' && value['path'] === 'README.md')!.value as { content: string };
  expect(Buffer.from(readme.content, 'base64').toString()).toBe('# owner/name in 1\n');
});

it('cuts rows into shards, on a branch', async () => {
  const { files } = await pushRows(pieces(Array.from({ length: 3 }, () => ({ ...rows[0], more: 'x'.repeat(1 << 20) }))), {
    url: 'hf://datasets/owner/name@v2',
    env,
    card: () => '#',
    shardBytes: 1,
  });
  expect(files).toEqual([0, 1, 2].map((i) => `data/train-0000${i}-of-00003.parquet`).concat('README.md'));
  expect(asked.at(-1)).toBe('POST /api/datasets/owner/name/commit/v2');
});

it('says what is wrong before or after, and never the token', async () => {
  const { HF_TOKEN: _, ...without } = env;
  await expect(push('hf://datasets/owner/name', { env: without })).rejects.toThrow(/needs a token that may write; set HF_TOKEN/);
  await expect(push('hf://datasets/owner/name/train')).rejects.toThrow(
    /a whole repository is written; push to hf:\/\/datasets\/owner\/name/,
  );
  const error = await push('hf://datasets/owner/name', { env: { ...env, HF_TOKEN: 'hf_reader' } }).catch((e: Error) => e.message);
  expect(error).toMatch(/could not push to owner\/name \(403\).*check that the token may write/);
  expect(error).not.toContain('hf_reader');
  await expect(pushRows(pieces([]), { url: 'hf://datasets/owner/name', env, card: () => '' })).rejects.toThrow(
    'no row came out, so nothing was pushed',
  );
});

it('writes a card that says what the Hub reads, the sources and how to make it again', () => {
  const dataset = {
    name: 'a|b',
    path: 'hf://datasets/x/y',
    license: 'mit',
    format: 'messages',
    columns: [],
    rows: 10,
    bad: 0,
    dropped: { 'no answer': 1 },
    contaminatedBy: {},
    changes: {},
    duplicates: 0,
    notSelected: 0,
    overLeafCap: 0,
    cut: 0,
    available: 10,
    wanted: 9,
    out: 9,
    repeated: 0,
  };
  const card = datasetCard({
    repo: 'owner/name',
    format: 'messages',
    command: 'sdg-mix hf://datasets/x/y',
    version: '1',
    shards: 1,
    bytes: 1e6,
    recipe: { datasets: [{ name: 'a|b', path: 'hf://datasets/x/y', size: { kind: 'ratio', value: 1 } }] },
    summary: { datasets: [dataset], out: 9, seed: 42 },
  });
  expect(configsOf(card)).toEqual([{ name: 'default', isDefault: true, splits: [{ name: 'train', patterns: ['data/train-*'] }] }]);
  for (const part of [
    'source_datasets:\n  - x/y',
    'n<1K',
    '| a\\|b | `messages` | mit | 10 | 9 | 1 dropped (no answer) |',
    'license: mit',
    'sdg-mix hf://datasets/x/y',
    'seed 42',
  ]) {
    expect(card).toContain(part);
  }
});

it('writes the recipe into the card, and of files of this machine their names alone', () => {
  const path = '/home/someone/rows.jsonl';
  const card = datasetCard({
    ...{ repo: 'owner/name', format: 'messages', version: '1', shards: 1, bytes: 1 },
    ...{ command: `sdg-mix ${path}=1.0 --recipe mine.yaml`, recipes: [`datasets:\n  - path: ${path}\n    sampling_size: 1.0\n`] },
    recipe: { datasets: [{ name: path, path, size: { kind: 'ratio', value: 1 } }] },
    summary: { datasets: [], out: 0, seed: 42 },
  });
  expect(card).toContain('sdg-mix rows.jsonl=1.0 --recipe mine.yaml');
  expect(card).toContain('```yaml\ndatasets:\n  - path: rows.jsonl\n    sampling_size: 1.0\n```');
  expect(card).not.toContain('/home');
});
