import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test-support/git-repository.js';
import { DocumentPool, readInOrder, type PoolOptions } from './document-pool.js';

/** A worker that does what the file says: spins, fills its memory, fails, ends, or answers with the file's text. */
const SCRIPT =
  `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ path, bytes }) => {
  const text = Buffer.from(bytes).toString();
  if (text === 'spin') for (;;);
  if (text === 'fill') { const all = []; for (;;) all.push(Array.from({ length: 1000 }, () => ({}))); }
  if (text === 'throw') throw new Error('broken reader');
  if (text === 'exit') process.exit(3);
  const answer = () => parentPort.postMessage({ chunks: [{ headings: [], body: text, text }], sizes: [1], dropped: [], notes: ` +
  `[], characters: text.length });
  if (text === 'pages') {
    parentPort.postMessage({ pagesRead: 9000 });
    const end = Date.now() + 2500;
    while (Date.now() < end);
  }
  if (text === 'slow') setTimeout(answer, 50); else answer();
});`;

async function poolOf(options: PoolOptions): Promise<DocumentPool> {
  const file = join(await temporaryFolder(), 'worker.mjs');
  await writeFile(file, SCRIPT);
  const pool = new DocumentPool({}, { worker: pathToFileURL(file), ...options });
  onTestFinished(() => pool.close());
  return pool;
}

const fileOf = (text: string) => ({ path: text, size: text.length, read: () => Promise.resolve(Buffer.from(text)) });

async function read(texts: readonly string[], options: PoolOptions): Promise<string[]> {
  const pool = await poolOf(options);
  const found: string[] = [];
  for await (const { result } of readInOrder(texts.map(fileOf), pool)) found.push(result.failure?.message ?? result.chunks[0]!.text);
  return found;
}

describe('DocumentPool', () => {
  it('gives files in their order, however long each takes', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 'slow' : `file ${i}`));
    expect(await read(texts, { threads: 4 })).toEqual(texts);
  });

  it('ends what takes too long, fills the memory, fails or ends, and goes on with the others', async () => {
    expect(await read(['a', 'spin', 'b', 'fill', 'c', 'throw', 'exit', 'pages'], { threads: 2, seconds: 2, megabytes: 64 })).toEqual([
      'a',
      'it was not read within 2 seconds',
      'b',
      expect.stringMatching(/^it (?:takes more than 64 MB of memory to read|was not read within 2 seconds)$/) as string,
      'c',
      'its reader failed: broken reader',
      'its reader ended with code 3',
      // Of many pages: more time than one of few may take.
      'pages',
    ]);
  }, 60_000);

  it('says nothing of what was under way when it was closed', async () => {
    const pool = await poolOf({ threads: 2 });
    const reading = readInOrder(['a', 'spin', 'spin', 'b'].map(fileOf), pool);
    expect((await reading.next()).value).toMatchObject({ file: { path: 'a' } });
    const next = reading.next();
    await pool.close();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  it('can be closed while answers are on their way, as often as one likes', async () => {
    for (let time = 0; time < 20; time++) {
      const pool = await poolOf({ threads: 2 });
      const reading = ['a', 'b', 'slow', 'slow'].map((text) => pool.read(fileOf(text)));
      await reading[time % 2];
      await pool.close();
    }
  });

  it('reads no further ahead than it has threads for', async () => {
    const pool = await poolOf({ threads: 2 });
    let begun = 0;
    const files = Array.from({ length: 50 }, (_, i) => ({
      path: `${i}`,
      size: 1,
      read: () => (begun++, Promise.resolve(Buffer.from(`${i}`))),
    }));
    const reading = readInOrder(files, pool);
    await reading.next();
    expect(begun).toBeLessThanOrEqual(pool.window + 1);
    await reading.return();
  });

  it('says what is wrong with a file that cannot be opened, or is too large', async () => {
    const pool = await poolOf({ threads: 1 });
    const failing = { path: 'x', size: 1, read: () => Promise.reject(new Error('permission denied')) };
    expect((await pool.read(failing)).failure?.message).toBe('it cannot be read: permission denied');
    expect((await pool.read({ ...failing, size: 2e9 })).failure?.message).toBe('it has 2000 MB');
  });

  it('reads in this thread where there is no compiled worker', async () => {
    const pool = new DocumentPool({ chunks: { limit: 5, words: true } }, { worker: new URL('file:///nowhere.js') });
    const text = '# Head\n\none two three\n\nfour five';
    const { chunks, sizes } = await pool.read({ path: 'a.md', size: text.length, read: () => Promise.resolve(Buffer.from(text)) });
    expect([chunks.map((chunk) => chunk.text), sizes]).toEqual([
      ['Head\none two three', 'Head\nfour five'],
      [4, 3],
    ]);
  });
});
