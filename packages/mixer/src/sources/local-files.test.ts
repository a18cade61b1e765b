import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFiles } from './local-files.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'local-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The rows of what a path names, and what was said of it. */
async function read(path: string): Promise<{ readonly text: string; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const source = await openFiles(path, 'd', { note: (text) => notes.push(text.replaceAll(/[^ ]*\/links\//g, '')) });
  let text = '';
  for await (const { bytes } of source!.blocks()) text += bytes.toString();
  return { text, notes };
}

it('reads a folder of links, as the cache of the Hub is, and folders that lead in a circle', async () => {
  const snapshot = join(folder, 'cache/snapshots/1');
  await mkdir(join(snapshot, 'data'), { recursive: true });
  await mkdir(join(folder, 'cache/blobs'));
  await writeFile(join(folder, 'cache/blobs/ab'), '{"a":1}\n');
  await writeFile(join(folder, 'cache/blobs/cd'), '{"a":2}\n');
  await symlink('../../../blobs/ab', join(snapshot, 'data/train-0.jsonl'));
  await symlink('../../../blobs/cd', join(snapshot, 'data/train-1.jsonl'));
  await symlink('../nowhere', join(snapshot, 'data/train-2.jsonl'));
  await symlink('..', join(snapshot, 'data/loop'));
  const said =
    'd: reading split train (2 files); not data/loop/data/train-0.jsonl, which is data/train-0.jsonl, ' +
    'data/loop/data/train-1.jsonl, which is data/train-1.jsonl';
  expect(await read(snapshot)).toEqual({ text: '{"a":1}\n{"a":2}\n', notes: [said] });
});

it('reads a file once, by whatever links it has several names, and says so', async () => {
  const home = join(folder, 'links');
  await mkdir(home);
  await writeFile(join(home, 'train-0.jsonl'), '{"a":1}\n');
  await link(join(home, 'train-0.jsonl'), join(home, 'train-1.jsonl'));
  await symlink('train-0.jsonl', join(home, 'train-2.jsonl'));
  await writeFile(join(home, 'train-3.jsonl'), '{"a":1}\n');
  const not = 'not train-1.jsonl, which is train-0.jsonl, train-2.jsonl, which is train-0.jsonl';
  expect(await read(home)).toEqual({ text: '{"a":1}\n{"a":1}\n', notes: [`d: reading split train (2 files); ${not}`] });
  expect(await read(`${home}/*.jsonl`)).toEqual({ text: '{"a":1}\n{"a":1}\n', notes: [`d: reading 2 files; ${not}`] });
});
