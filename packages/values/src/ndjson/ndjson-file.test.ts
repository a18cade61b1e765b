import { mkdtempSync, readFileSync, WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { openNdjson } from './ndjson-file.js';

afterEach(() => vi.restoreAllMocks());

it('writes lines that come within a moment together, in order', async () => {
  const path = `${mkdtempSync(`${tmpdir()}/sdg-ndjson-`)}/log.jsonl`;
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

it('is on disk a moment after it was written, though nobody closes it', async () => {
  const path = `${mkdtempSync(`${tmpdir()}/sdg-ndjson-`)}/log.jsonl`;
  const file = await openNdjson(path);
  file.write({ a: 1 });
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('{"a":1}\n');
  await file.close();
});

it.skipIf(process.platform !== 'linux')('fails as it closes where the disk was full', async () => {
  const file = await openNdjson('/dev/full', { append: true });
  file.write({ a: 1 });
  await expect(file.close()).rejects.toMatchObject({ code: 'output' });
});
