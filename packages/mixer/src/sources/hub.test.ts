import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@sdg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHub } from './hub.js';
import { fromDotEnv } from './hub-token.js';
import { fromWebAddress, isInside, parseHubUrl } from './hub-url.js';

const TOKEN = 'hf_testtesttest';
const long = Array.from({ length: 3000 }, (_, i) => `{"question":"q${i}","answer":"a${i}"}\n`).join('');
const files: Record<string, string> = {
  'data/train-0.jsonl': long,
  'data/test-0.jsonl': '{"x":1}\n',
  'README.md': '#',
  '../../evil.jsonl': 'x',
};

let folder: string;
let server: Server;
let requests: string[];
/** Bytes after which the server hangs up, once. */
let cutAfter: number | undefined;
let env: Record<string, string>;

/** Cuts the connection when the client has put what came on disk. */
async function hangUpOnceSaved(response: ServerResponse, size: number): Promise<void> {
  const data = join(folder, 'sdg/datasets/owner/name/v2/data');
  for (let turn = 0; turn < 500; turn++) {
    const name = (await readdir(data)).find((one) => one.endsWith('.partial'));
    const found = name === undefined ? undefined : await stat(join(data, name)).catch(() => undefined);
    if (found && found.size >= size) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.destroy();
}

/** The list of a repository's files. */
function list(url: URL, response: ServerResponse): void {
  if (url.pathname.includes('/none/')) return void response.writeHead(404).end();
  response
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end(JSON.stringify(Object.entries(files).map(([path, text]) => ({ type: 'file', path, size: text.length, oid: 'x' }))));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, 'http://hub');
  requests.push(`${url.pathname} ${request.headers.range ?? ''}`.trim());
  const gated = url.pathname.includes('gated');
  if (gated && request.headers.authorization !== `Bearer ${TOKEN}`) {
    return void response.writeHead(401, { 'X-Error-Code': 'GatedRepo' }).end('no');
  }
  if (url.pathname.startsWith('/api/datasets/')) return list(url, response);
  const path = decodeURIComponent(url.pathname.split('/').slice(6).join('/'));
  const text = files[path];
  if (text === undefined) return void response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
  const [, from = '0', to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const part = text.slice(Number(from), to ? Number(to) + 1 : undefined);
  response.writeHead(request.headers.range ? 206 : 200, {
    ETag: '"v1"',
    'Content-Length': part.length,
    ...(request.headers.range && { 'Content-Range': `bytes ${from}-${to || text.length - 1}/${text.length}` }),
  });
  if (cutAfter !== undefined && part.length > 1) {
    response.write(part.slice(0, cutAfter));
    void hangUpOnceSaved(response, cutAfter);
    cutAfter = undefined;
  } else response.end(part);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-'));
  requests = [];
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  env = { HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, XDG_CACHE_HOME: folder, HF_HOME: folder };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function read(path: string, more = env): Promise<string> {
  const source = await openHub({ name: path, path, size: { kind: 'ratio', value: 1 } }, { env: more, folder });
  const parts: Buffer[] = [];
  for await (const { bytes } of source.blocks()) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

describe('openHub', () => {
  it('reads the training split and keeps it', async () => {
    expect(await read('hf://datasets/owner/name')).toBe(long);
    expect(requests.filter((request) => !request.includes('README'))).toEqual([
      '/api/datasets/owner/name/tree/main',
      '/datasets/owner/name/resolve/main/data/train-0.jsonl bytes=0-0',
      '/datasets/owner/name/resolve/main/data/train-0.jsonl',
    ]);
    expect(await read('hf://datasets/owner/name')).toBe(long);
    expect(requests.filter((request) => request.endsWith('.jsonl'))).toHaveLength(1);
    expect(await readdir(join(folder, 'sdg/datasets/owner/name/main/data'))).toEqual(['train-0.jsonl', 'train-0.jsonl.etag']);
  });

  it('goes on where a download stopped', async () => {
    cutAfter = 5000;
    await expect(read('hf://datasets/owner/name@v2/data/train-0.jsonl')).rejects.toThrow(
      /could not be fetched.*run again: downloads go on/,
    );
    expect(await read('hf://datasets/owner/name@v2/data/train-0.jsonl')).toBe(long);
    const last = requests.at(-1)!;
    expect(last).toMatch(/resolve\/v2\/data\/train-0\.jsonl bytes=\d+-$/);
    expect(last).toMatch(/bytes=5000-$/);
  });

  it('leaves alone what another process is downloading, and takes over what a dead one left', async () => {
    await read('hf://datasets/owner/name@v3/data/train-0.jsonl');
    const data = join(folder, 'sdg/datasets/owner/name/v3/data');
    const again = async (left: string, text: string): Promise<string> => {
      await writeFile(join(data, left), text);
      await rm(join(data, 'train-0.jsonl'));
      expect(await read('hf://datasets/owner/name@v3/data/train-0.jsonl')).toBe(long);
      return requests.at(-1)!;
    };
    const content = contentHash('"v1"').slice(0, 8);
    const host = contentHash(hostname()).slice(0, 8);
    const living = `train-0.jsonl.${content}.${host}-${process.ppid}.partial`;
    expect(await again(living, 'being written by another')).toMatch(/train-0\.jsonl$/);
    expect(await readFile(join(data, living), 'utf8')).toBe('being written by another');
    const elsewhere = `train-0.jsonl.${content}.00000000-1.partial`;
    expect(await again(elsewhere, 'on another machine')).toMatch(/train-0\.jsonl$/);
    await utimes(join(data, elsewhere), 0, 0);
    // Abandoned, and shorter than what this process has left itself.
    const dead = `train-0.jsonl.${content}.${host}-999999999.partial`;
    expect(await again(dead, long.slice(0, 4000))).toMatch(/bytes=4000-$/);
    expect(await again(`train-0.jsonl.00000000.${host}-999999999.partial`, 'old content')).toMatch(/train-0\.jsonl$/);
    expect((await readdir(data)).sort()).toEqual(['train-0.jsonl', living, 'train-0.jsonl.etag'].sort());
  });

  it('begins anew where more was left than there is', async () => {
    await read('hf://datasets/owner/name@v5/data/train-0.jsonl');
    const data = join(folder, 'sdg/datasets/owner/name/v5/data');
    await rm(join(data, 'train-0.jsonl'));
    const dead = `train-0.jsonl.${contentHash('"v1"').slice(0, 8)}.${contentHash(hostname()).slice(0, 8)}-999999999.partial`;
    await writeFile(join(data, dead), `${long}more`);
    expect(await read('hf://datasets/owner/name@v5/data/train-0.jsonl')).toBe(long);
    expect((await readdir(data)).sort()).toEqual(['train-0.jsonl', 'train-0.jsonl.etag']);
  });

  it('tells a full disk from a broken network', async () => {
    await read('hf://datasets/owner/name@v6/data/train-0.jsonl');
    const data = join(folder, 'sdg/datasets/owner/name/v6/data');
    await rm(join(data, 'train-0.jsonl'));
    const own = `train-0.jsonl.${contentHash('"v1"').slice(0, 8)}.${contentHash(hostname()).slice(0, 8)}-${process.pid}.partial`;
    await symlink('/dev/full', join(data, own));
    await expect(read('hf://datasets/owner/name@v6/data/train-0.jsonl')).rejects.toMatchObject({
      code: 'output',
      message: expect.stringMatching(/the disk is full/) as string,
    });
  });

  it('downloads a file once for all who want it', async () => {
    const path = 'hf://datasets/owner/name@v4/data/train-0.jsonl';
    expect(await Promise.all([read(path), read(path), read(path)])).toEqual([long, long, long]);
    expect(requests.filter((request) => request.endsWith('.jsonl'))).toHaveLength(1);
  });

  it('says what a gated set needs, and takes the token from the environment or .env', async () => {
    await expect(read('hf://datasets/owner/gated')).rejects.toThrow(/may not be read \(401\).*set HF_TOKEN/);
    expect(await read('hf://datasets/owner/gated', { ...env, HF_TOKEN: TOKEN })).toBe(long);
    await writeFile(join(folder, '.env'), `A=b\nHF_TOKEN = ""${TOKEN}""\n`);
    expect(await read('hf://datasets/owner/gated@b')).toBe(long);
    const error = await read('hf://datasets/owner/gated@c', { ...env, HF_TOKEN: 'hf_wrong' }).catch((e: Error) => e.message);
    expect(error).toMatch(/accept its terms/);
    expect(error).not.toContain('hf_wrong');
    await expect(read('hf://datasets/owner/gated', { ...env, HF_TOKEN: 'secret' })).rejects.toThrow('does not begin with hf_');
  });

  it('says what is not there', async () => {
    await expect(read('hf://datasets/none/name')).rejects.toThrow(/is not there \(404\); check owner/);
    await expect(read('hf://datasets/owner/name/no.jsonl')).rejects.toThrow(/is not there \(404\)/);
    await expect(read('hf://datasets/owner')).rejects.toThrow(/is no dataset of the Hub; write hf:/);
    await expect(read('hf://datasets/owner/name/../../x.jsonl')).rejects.toThrow(/outside the dataset/);
  });

  it('uses what it has when the Hub cannot be reached', async () => {
    await read('hf://datasets/owner/name/data/train-0.jsonl');
    const away = { ...env, HF_ENDPOINT: 'http://127.0.0.1:9' };
    expect(await read('hf://datasets/owner/name/data/train-0.jsonl', away)).toBe(long);
    await expect(read('hf://datasets/owner/other/data/train-0.jsonl', away)).rejects.toThrow(/check the network and HF_ENDPOINT/);
  });
});

describe('names', () => {
  it('takes URLs apart', () => {
    for (const revision of ['..', '.', '%2e%2e', '%zz']) {
      expect(() => parseHubUrl(`hf://datasets/a/b@${revision}/x.csv`)).toThrow(/is no dataset of the Hub/);
    }
    expect(parseHubUrl('hf://datasets/a/b@refs%2Fpr%2F1/x/y.csv')).toEqual({
      repo: 'a/b',
      revision: 'refs/pr/1',
      rest: 'x/y.csv',
      shown: 'hf://datasets/a/b@refs%2Fpr%2F1',
    });
    expect(parseHubUrl('hf://datasets/a/b:main/train')).toEqual({
      repo: 'a/b',
      revision: 'main',
      config: 'main',
      rest: 'train',
      shown: 'hf://datasets/a/b',
    });
    expect(
      [
        'https://huggingface.co/datasets/a/b',
        'https://hf.co/datasets/a/b/',
        'http://hub/datasets/a/b/resolve/v%202/x/y.parquet?download=true',
        'https://example.org/datasets/a/b',
      ].map((url) => fromWebAddress(url, 'http://hub')),
    ).toEqual(['hf://datasets/a/b', 'hf://datasets/a/b', 'hf://datasets/a/b@v%202/x/y.parquet', undefined]);
    expect(['../x', '/x', 'a/../b', 'a\\b', 'C:x', ''].map(isInside)).toEqual(Array(6).fill(false));
  });
  it('reads .env', () => {
    expect(fromDotEnv('export HF_TOKEN="x"', 'HF_TOKEN')).toBe('x');
    expect(fromDotEnv('MY_HF_TOKEN=x', 'HF_TOKEN')).toBeUndefined();
  });
});
