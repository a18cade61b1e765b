import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lineageOf, type RejectRecord } from '@sdg/core';
import { openRejects } from './rejects.js';

const reject: RejectRecord = { block: 'ask', kind: 'rejected', reason: 'refusal', message: 'no', sample: {}, _sdg: lineageOf({ a: 1 }) };
const folder = mkdtempSync(join(tmpdir(), 'sdg-rejects-'));
const linesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

it('puts rejects where they are asked for and into the folder of the run, whose report reads them there', async () => {
  const [file, record] = [join(folder, 'mine.jsonl'), join(folder, 'rejects.jsonl')];
  const rejects = await openRejects(file, { record });
  rejects.take(reject);
  await rejects.close();
  expect([linesOf(file), linesOf(record)]).toEqual([[reject], [reject]]);
  expect(statSync(record).mode & 0o777).toBe(0o600);
});

it('writes a file once that is both', async () => {
  const record = join(folder, 'both.jsonl');
  const rejects = await openRejects(join(folder, '.', 'both.jsonl'), { record });
  rejects.take(reject);
  await rejects.close();
  expect(linesOf(record)).toEqual([reject]);
});

it.skipIf(process.platform !== 'linux')('says at once that it cannot write them', async () => {
  const told: string[] = [];
  const rejects = await openRejects('/dev/full', { onFailure: ({ message }) => told.push(message) });
  rejects.take(reject);
  await expect.poll(() => told).toEqual(['cannot write /dev/full: the disk is full; make room, or write elsewhere']);
  await expect(rejects.close()).rejects.toMatchObject({ code: 'output' });
});

it('counts and forgets them without a file, and empties no input', async () => {
  const rejects = await openRejects(undefined);
  rejects.take(reject);
  await rejects.close();
  const input = join(folder, 'seeds.jsonl');
  writeFileSync(input, '{}\n');
  await expect(openRejects(input, { inputs: [input] })).rejects.toThrow('is also an input');
});
