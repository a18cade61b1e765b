import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone, checkPlaces } from './mcp-output.js';

const base = mkdtempSync(`${tmpdir()}/sdg-mcp-output-`);
const outside = `${base}/outside`;
const before = process.cwd();

beforeAll(() => {
  for (const name of ['start', 'outside', 'start/docs', 'start/run', 'start/plain', 'start/cache', 'start/deep/below']) {
    mkdirSync(`${base}/${name}`, { recursive: true });
  }
  process.chdir(`${base}/start`);
  symlinkSync('../outside/new.jsonl', 'dangle.jsonl');
  symlinkSync('dangle.jsonl', 'twice.jsonl');
  symlinkSync('../outside', 'away');
  symlinkSync('inner.jsonl', 'near.jsonl');
  symlinkSync('round.jsonl', 'round.jsonl');
  symlinkSync('../../outside/page.html', 'run/report.html');
  symlinkSync('../../../outside', 'deep/below/cache');
  for (const name of ['doc2.md', 'seeds.jsonl', 'docs/a.md', 'docs/old.jsonl']) writeFileSync(name, 'x\n');
  symlinkSync('seeds.jsonl', 'same.jsonl');
});
afterAll(() => process.chdir(before));

describe('checkPlaces', () => {
  it.each([
    ['read', { paths: ['doc2.md'], output: 'dangle.jsonl' }, 'output'],
    ['read', { paths: ['doc2.md'], output: 'twice.jsonl' }, 'output'],
    ['read', { paths: ['doc2.md'], output: 'away/x.jsonl' }, 'output'],
    ['read', { paths: ['doc2.md'], output: 'away/../x.jsonl' }, 'output'],
    ['read', { paths: ['doc2.md'], output: 'x.jsonl', dropped: 'away/missing/y.jsonl' }, 'dropped'],
    ['report', { run: 'run' }, 'run'],
    ['report', { run: 'away' }, 'run'],
    ['run', { files: ['seeds.jsonl'], output: 'x.jsonl', 'run-dir': 'run' }, 'run-dir'],
    ['preview', { files: ['seeds.jsonl'], cache: 'deep' }, 'cache'],
  ])('refuses %s %j', async (name, args, key) => {
    await expect(checkPlaces(name, args)).rejects.toThrow(new RegExp(`^${name}: "${key}" leads to .*, outside of the folder`));
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(`${base}/x.jsonl`)).toBe(false);
  });

  it('refuses links that lead in a circle', async () => {
    await expect(checkPlaces('read', { output: 'round.jsonl' })).rejects.toThrow('its links lead in a circle');
  });

  it.each([
    ['read', { paths: ['doc2.md'], output: 'doc2.md' }, 'doc2.md is read as "paths"'],
    ['read', { paths: 'doc2.md', output: 'docs/../doc2.md' }, 'docs/../doc2.md is read as "paths"'],
    ['read', { paths: ['docs'], output: 'docs/a.md' }, 'docs/a.md is read as "paths"'],
    ['run', { files: ['seeds.jsonl'], output: 'seeds.jsonl' }, 'seeds.jsonl is read as "files"'],
    ['run', { files: ['seeds.jsonl'], output: 'same.jsonl' }, 'same.jsonl is read as "files"'],
    ['run', { files: ['seeds.jsonl'], output: 'x.jsonl', rejects: 'seeds.jsonl' }, 'seeds.jsonl is read as "files"'],
    ['read', { output: 'sx.jsonl', dropped: 'sx.jsonl' }, 'sx.jsonl is written as "dropped"'],
    ['read', { output: 'near.jsonl', dropped: 'inner.jsonl' }, 'near.jsonl is written as "dropped"'],
  ])('refuses %s %j, which is in use', async (name, args, what) => {
    await expect(checkPlaces(name, args)).rejects.toThrow(`${what} and cannot be written as well`);
  });

  it.each([
    ['read', { paths: ['docs'], output: 'docs/old.jsonl' }],
    ['read', { paths: ['.'], output: 'near.jsonl' }],
    ['run', { files: ['seeds.jsonl'], output: 'plain/x.jsonl', 'run-dir': 'plain', cache: 'cache' }],
    ['report', { run: 'plain' }],
  ])('lets %s %j write', async (name, args) => {
    await expect(checkPlaces(name, args)).resolves.toBeUndefined();
  });
});

it('leaves every file of a call to it alone', async () => {
  const other = (): Promise<void> => alone({ output: 'y.jsonl', rejects: 'inner.jsonl' }, () => Promise.resolve());
  await alone({ output: 'x.jsonl', dropped: 'near.jsonl' }, () => expect(other()).rejects.toThrow('another call is writing inner.jsonl'));
  await expect(other()).resolves.toBeUndefined();
});
