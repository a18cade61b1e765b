import { once } from 'node:events';
import { mkdtempSync, readFileSync, statSync, writeFileSync, WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { openNdjson } from './ndjson-file.js';

afterEach(() => vi.restoreAllMocks());

const fresh = (): string => `${mkdtempSync(`${tmpdir()}/sdg-ndjson-`)}/log.jsonl`;

it('writes lines that come within a moment together, in order', async () => {
  const path = fresh();
  const write = vi.spyOn(WriteStream.prototype, 'write');
  const file = await openNdjson(path, { mode: 0o600 });
  const records = Array.from({ length: 3000 }, (_, i) => ({ i, text: 'ä "x"\n'.repeat(20) }));
  for (const record of records.slice(0, 1000)) file.write(record);
  await new Promise((resolve) => setImmediate(resolve));
  for (const record of records.slice(1000)) file.write(record);
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  expect(write.mock.calls.length).toBeLessThan(20);
});

it('appends on a new line, where a kill has cut off the last one', async () => {
  const path = fresh();
  for (const before of ['', '{"a":1}\n', '{"a":1}\n{"b']) {
    writeFileSync(path, before);
    const file = await openNdjson(path, { append: true });
    file.write({ c: 3 });
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe(`${before}${before.endsWith('b') ? '\n' : ''}{"c":3}\n`);
  }
});

it('is on disk a moment after it was written, though nobody closes it', async () => {
  const path = fresh();
  const file = await openNdjson(path);
  file.write({ a: 1 });
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('{"a":1}\n');
  await file.close();
});

it.skipIf(process.platform !== 'linux')('tells at once, and fails as it closes, where the disk was full', async () => {
  const failures: Error[] = [];
  const file = await openNdjson('/dev/full', { append: true, onFailure: (error) => failures.push(error) });
  file.write({ a: 1 });
  await expect
    .poll(() => failures.map(({ message }) => message))
    .toEqual(['cannot write /dev/full: the disk is full; make room, or write elsewhere']);
  file.write({ a: 2 });
  await expect(file.close()).rejects.toMatchObject({ code: 'output' });
  expect(failures).toHaveLength(1);
});

it('begins anew or goes on, and keeps what it holds from others where asked to', async () => {
  const path = fresh();
  for (const [a, append] of [
    [1, false],
    [2, true],
  ] as const) {
    const file = await openNdjson(path, { append, mode: 0o600 });
    file.write({ a });
    await file.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await openNdjson(path);
  again.write({ a: 3 });
  await again.close();
  expect(readFileSync(path, 'utf8')).toBe('{"a":3}\n');
});

it('says at once where no file can be opened', async () => {
  await expect(openNdjson(`${fresh()}/no/such`)).rejects.toMatchObject({ code: 'usage' });
});

it.each([
  ['EPIPE', 'could not write all of x: whoever read it has gone'],
  ['ENOSPC', 'cannot write x: the disk is full; make room, or write elsewhere'],
])('fails as it closes where the file has gone before: %s', async (code, message) => {
  const write = vi.spyOn(WriteStream.prototype, 'write');
  const path = fresh();
  const file = await openNdjson(path);
  file.write({ a: 1 });
  await expect.poll(() => write.mock.contexts.length).toBe(1);
  const stream = write.mock.contexts[0] as WriteStream;
  const closed = once(stream, 'close').catch(() => undefined);
  stream.destroy(Object.assign(new Error('as the system says it'), { code }));
  await closed;
  file.write({ a: 2 });
  await expect(file.close()).rejects.toMatchObject({ code: 'output', message: message.replace('x:', `${path}:`) });
});
