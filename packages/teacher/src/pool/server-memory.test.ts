import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ServerMemory } from './server-memory.js';

const DAY = 86_400_000;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sdg-servers-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

it('keeps what was found by address and model, and nothing of a query', () => {
  const path = folder();
  new ServerMemory(path, 'm').keep(new Map([['http://a/v1?key=secret', 64]]), true);
  new ServerMemory(path, 'n').keep(
    new Map([
      ['http://a/v1', 8],
      ['http://b/v1', 9],
    ]),
    true,
  );
  expect(['http://a/v1', 'http://b/v1'].map((address) => new ServerMemory(path, 'n').recall(address))).toEqual([8, 9]);
  expect(new ServerMemory(path, 'm').recall('http://a/v1')).toBe(64);
  expect(new ServerMemory(path, 'm').recall('http://b/v1')).toBeUndefined();
  expect(readFileSync(join(path, 'servers.json'), 'utf8')).not.toContain('secret');
  expect(readdirSync(path)).toEqual(['servers.json']);
});

it('does not believe what is old', () => {
  const path = folder();
  new ServerMemory(path, 'm', () => 0).keep(new Map([['http://a/v1', 64]]), true);
  expect(new ServerMemory(path, 'm', () => 13 * DAY).recall('http://a/v1')).toBe(64);
  expect(new ServerMemory(path, 'm', () => 14 * DAY - 1).recall('http://a/v1')).toBe(64);
  expect(new ServerMemory(path, 'm', () => 14 * DAY).recall('http://a/v1')).toBeUndefined();
});

it('lets go of what is old when something is put down, and puts nothing down where nothing was found', () => {
  const path = folder();
  const keep = (at: number, ...found: [string, number][]): void => new ServerMemory(path, 'm', () => at).keep(new Map(found), true);
  keep(0);
  expect(readdirSync(path)).toEqual([]);
  keep(0, ['http://a/v1#x', 1]);
  keep(1, ['http://b/v1', 2]);
  keep(14 * DAY, ['http://c/v1', 3]);
  expect(JSON.parse(readFileSync(join(path, 'servers.json'), 'utf8'))).toEqual({
    'http://b/v1 m': { limit: 2, at: 1 },
    'http://c/v1 m': { limit: 3, at: 14 * DAY },
  });
});

it('writes now and then, and at the end', () => {
  const path = folder();
  let now = 0;
  const memory = new ServerMemory(path, 'm', () => now);
  const limits = (
    [
      [0, 1, false],
      [9_000, 2, false],
      [9_999, 2, false],
      [10_000, 3, false],
      [12_000, 4, false],
      [12_001, 5, true],
    ] as const
  ).map(([at, limit, isLast]) => {
    now = at;
    memory.keep(new Map([['http://a/v1', limit]]), ...(isLast ? [true] : []));
    return memory.recall('http://a/v1');
  });
  expect(limits).toEqual([1, 1, 1, 3, 3, 5]);
});

it('takes a file that is broken, or cannot be written, for none', () => {
  const path = folder();
  for (const text of [
    '{',
    '[]',
    'null',
    '{"http://a/v1 m":null}',
    '{"http://a/v1 m":{"limit":"64","at":1}}',
    '{"http://a/v1 m":{"limit":0,"at":1}}',
    '{"http://a/v1 m":{"limit":1.5,"at":1}}',
    '{"http://a/v1 m":{"limit":1}}',
  ]) {
    writeFileSync(join(path, 'servers.json'), text);
    expect([text, new ServerMemory(path, 'm', () => 2).recall('http://a/v1')]).toEqual([text, undefined]);
  }
  const memory = new ServerMemory(join(path, 'servers.json', 'x'), 'm');
  memory.keep(new Map([['http://a/v1', 4]]), true);
  expect(memory.recall('http://a/v1')).toBeUndefined();
});
