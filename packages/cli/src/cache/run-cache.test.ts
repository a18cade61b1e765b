import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CallCache } from '@sdg/teacher';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CacheInvocation } from '../commands/cache.js';
import { runCache } from './run-cache.js';

const folder = mkdtempSync(`${tmpdir()}/sdg-cache-cli-`);

beforeAll(async () => {
  const cache = CallCache.open(folder);
  for (const [i, finishReason] of ['stop', 'length', 'stop'].entries()) {
    const key = { exact: `${i}`.repeat(32), ending: `${i}`.repeat(24) };
    const output = {
      choice: { text: `text ${i}`, finishReason },
      model: i === 2 ? 'other' : 'mixtral',
      promptTokens: 1000,
      completionTokens: 20,
    };
    await cache.put([[key, output]], { api: 'chat', block: 'gen', prompt: 'Say something.' });
  }
  await cache.close();
});

/** What the command writes to stdout, and its notes. */
async function run(positionals: readonly string[], flags: Partial<CacheInvocation['flags']> = {}) {
  const stdout = new PassThrough();
  const notes: string[] = [];
  const printed = text(stdout);
  const invocation = {
    name: 'sdg cache',
    positionals,
    flags: { cache: folder, ...flags },
    env: {},
    stdout,
    say: (note: string) => notes.push(note),
    interrupted: new AbortController().signal,
  };
  try {
    await runCache(invocation as unknown as CacheInvocation);
  } finally {
    stdout.end();
  }
  return { stdout: await printed, notes };
}

describe('sdg cache', () => {
  it('counts by model', async () => {
    const { stdout } = await run(['stats']);
    expect(
      stdout
        .split('\n')
        .slice(1, 4)
        .map((line) => line.split(/\s{2,}/).slice(0, 5)),
    ).toEqual([
      ['model', 'outputs', 'truncated', 'tokens in', 'tokens out'],
      ['mixtral', '2', '1', '2,000', '40'],
      ['other', '1', '0', '1,000', '20'],
    ]);
    expect(JSON.parse((await run(['stats'], { format: 'json' })).stdout)).toMatchObject({ outputs: 3 });
  });

  it('shows by the beginning of a key, and exports what filters let through', async () => {
    expect((await run(['show', '222'])).stdout).toContain('text 2');
    const { stdout } = await run(['export'], { model: 'mixtral' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { text: string }).text),
    ).toEqual(['text 0', 'text 1']);
  });

  it('prunes only what it is told to', async () => {
    await expect(run(['prune'])).rejects.toThrow('prune needs to know what');
    await expect(run(['prune'], { all: true, model: 'm' })).rejects.toThrow('--all goes with no other filter');
    expect((await run(['prune'], { truncated: true })).notes).toEqual(['1 output removed, 2 left; their room in the file is used again']);
    expect((await run(['prune'], { 'older-than': 1 })).notes[0]).toMatch(/^0 outputs/);
  });

  it('says what is wrong', async () => {
    await expect(run(['stat'])).rejects.toThrow('did you mean stats?');
    await expect(run(['show', 'xyz'])).rejects.toThrow('not the beginning of a key');
    await expect(run(['stats'], { cache: `${folder}/none` })).rejects.toThrow('there is no call cache');
  });
});
