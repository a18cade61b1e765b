import { sumOf } from '@sdg/values';
import { appendFile, mkdtemp, open, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAtomically } from './atomic-file.js';
import { codecOf, type Codec } from './codec-of.js';
import { compressor, decompress } from './codec.js';
import { beginAhead, countOf, PageCount } from './page-count.js';
import { beginCount, countSegments, joinSegments, SEGMENT } from './count-rows.js';
import { fileBlocks, fileChunks, headOfLong, lineBlocks } from './line-blocks.js';
import { RowIndex } from './row-index.js';
import { Spill } from '@sdg/core';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'files-'))));
afterAll(() => rm(folder, { recursive: true }));

/** One zstd frame of one raw block, with four bytes where the checksum stands. */
const zstdFrame = (content: Buffer): Buffer => {
  const header = (content.length << 3) | 1;
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4, 0x50, header & 255, (header >> 8) & 255, (header >> 16) & 255]),
    content,
    Buffer.alloc(4),
  ]);
};

const rowsOf = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((line) => line.trim() !== '');

describe('RowIndex', () => {
  it('finds every row, whatever the lengths, blanks and ends', async () => {
    const line = fc.oneof(
      { weight: 6, arbitrary: fc.nat(40).map((n) => `{"n":${n}}`) },
      { weight: 2, arbitrary: fc.constantFrom('', ' ', '\r', ' \t{"indented":1}') },
      { weight: 1, arbitrary: fc.integer({ min: 4000, max: 20_000 }).map((n) => `"${'x'.repeat(n)}"`) },
      { weight: 1, arbitrary: fc.integer({ min: 4000, max: 9000 }).map((n) => ' '.repeat(n)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.boolean(), fc.boolean(), async (lines, ended, mark) => {
        const text = (mark ? '\ufeff' : '') + lines.join('\n') + (ended ? '\n' : '');
        const path = join(folder, 'rows.jsonl');
        await writeFile(path, text);
        const index = await RowIndex.build(path);
        try {
          const expected = rowsOf(text);
          if (mark && expected.length === 0) return;
          const found = Array.from({ length: index.rows }, (_, i) => index.read(i).toString());
          expect(found.filter((row) => row.trim() !== '')).toEqual(expected);
          if (index.rows > 1) expect(index.read(0).toString()).toBe(found[0]);
          const numbers = text.split('\n').flatMap((row, at) => (row.trim() === '' ? [] : [at + 1]));
          // From the last to the first, so that what was counted is used again.
          if (!mark) expect(Array.from(found, (_, i) => index.lineOf(found.length - 1 - i))).toEqual(numbers.reverse());
        } finally {
          index.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('row-scan', () => {
  it('counts across blocks of a megabyte', async () => {
    const path = join(folder, 'large.jsonl');
    const lines = Array.from({ length: 40_000 }, (_, i) =>
      i % 97 === 0 ? '' : i % 89 === 0 ? ' '.repeat(5000) : `{"i":${i},"x":"${'y'.repeat(i % 150)}"}`,
    );
    await writeFile(path, lines.join('\n'));
    const index = await RowIndex.build(path);
    const expected = lines.filter((line) => line.trim() !== '');
    expect(index.rows).toBe(expected.length);
    for (let i = 0; i < expected.length; i += 37) expect(index.read(i).toString()).toBe(expected[i]);
    index.close();
  });
});

describe('countSegments', () => {
  /** Rows and white space, with white space and blank lines lying across the borders of segments. */
  const text = ((): string => {
    let written = '';
    const line = `${JSON.stringify({ text: 'x'.repeat(900) })}\n`;
    for (const [border, across] of [
      [1, ' '.repeat(9000)],
      [2, `\n${' '.repeat(7000)}\n\n`],
      [3, `${'\t'.repeat(6000)}`],
    ] as const) {
      const until = border * SEGMENT - 2500 - written.length;
      written += line.repeat(Math.floor(until / line.length)) + across + line;
    }
    return `${written}\u0000\n \n`;
  })();

  it('counts the same whoever takes which segment', async () => {
    const path = join(folder, 'segments.jsonl');
    await writeFile(path, text);
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      const [alone, shared] = [beginCount(handle.fd, size), beginCount(handle.fd, size)];
      for (const _ of countSegments(alone));
      const others = [countSegments(shared), countSegments(shared)];
      while (others.map((turns) => turns.next().done).includes(false));
      const counts = joinSegments(alone);
      expect(joinSegments(shared)).toEqual(counts);
      expect(sumOf(counts)).toBe(rowsOf(text).length);
    } finally {
      await handle.close();
    }
  });

  it('finds rows behind white space at a border, and longer than a window', async () => {
    const path = join(folder, 'segments.jsonl');
    await writeFile(path, text);
    const index = await RowIndex.build(path);
    const expected = rowsOf(text);
    expect(index.rows).toBe(expected.length);
    for (let i = 0; i < expected.length; i++) if (index.read(i).toString() !== expected[i]) throw new Error(`row ${i} differs`);
    index.close();
  });

  it('says so when the file became shorter, and stops when told to', async () => {
    const path = join(folder, 'short.jsonl');
    await writeFile(path, '{}\n');
    await truncate(path, 9 * SEGMENT);
    const handle = await open(path);
    await expect(new PageCount(handle.fd, 10 * SEGMENT).finish()).resolves.toBe('short');
    await expect(new PageCount(handle.fd, 9 * SEGMENT).finish(AbortSignal.abort())).resolves.toBe('interrupted');
    await handle.close();
  });
});

describe('beginAhead', () => {
  it('counts a file before an index is asked for, and leaves others alone', async () => {
    const path = join(folder, 'ahead.jsonl');
    await writeFile(path, '{"a":1}\n{"a":2}\n{"a":3}');
    await truncate(path, 2 ** 29 + 5);
    for (const other of [join(folder, 'none.jsonl'), folder, path]) beginAhead(other, other === path ? 2 : 3);
    const count = countOf(path);
    // Made of a count of its own, as the one begun ahead is taken.
    const index = await RowIndex.build(path, { threads: 2 });
    expect(await count.finish()).toEqual(await PageCount.open(path).finish());
    expect([index.rows, index.read(1).toString()]).toEqual([3, '{"a":2}']);
    index.close();
    count.close();
    expect(() => countOf(join(folder, 'none.jsonl'))).toThrow(/ENOENT/);
  });

  it('is of no account where another file has taken the place of the one that is counted', async () => {
    const path = join(folder, 'replaced.jsonl');
    await writeFile(path, '{"a":1}\n');
    await truncate(path, 2 ** 29 + 5);
    beginAhead(path, 2);
    await writeFile(`${path}.new`, '{"b":1}\n{"b":2}\n');
    await rename(`${path}.new`, path);
    const index = await RowIndex.build(path, { threads: 2 });
    expect([index.rows, index.read(1).toString()]).toEqual([2, '{"b":2}']);
    index.close();
  });
});

describe('lineBlocks', () => {
  it('cuts at line feeds and loses nothing', async () => {
    const text = Array.from({ length: 30_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 200)}`).join('\n');
    const path = join(folder, 'blocks.txt');
    await writeFile(path, text);
    for (const blocks of [lineBlocks(fileChunks(path)), fileBlocks(path)]) {
      const parts: Buffer[] = [];
      for await (const { bytes, isFirst } of blocks) {
        expect(isFirst).toBe(parts.length === 0);
        expect(bytes.at(-1)).toBe(0x0a);
        parts.push(Buffer.from(bytes));
      }
      expect(parts.length).toBeGreaterThan(2);
      expect(Buffer.concat(parts).toString()).toBe(`${text}\n`);
    }
  });

  it('tells the lines of rows in any order, far into a file', async () => {
    const path = join(folder, 'numbered.jsonl');
    await writeFile(path, '{}\n\n'.repeat(300_000));
    const index = await RowIndex.build(path);
    for (const row of [299_999, 5, 150_000, 0, 200_001]) expect(index.lineOf(row)).toBe(2 * row + 1);
    index.close();
  });

  it('puts a short line in place of one that no row can be, and goes on behind it', async () => {
    const path = join(folder, 'long.jsonl');
    await writeFile(path, '{"a":1}\n\n{"b":"');
    await truncate(path, 2 ** 28 + 2 ** 20);
    await appendFile(path, '"}\n{"c":3}\n');
    const expected = '{"a":1}\n\nLONG\n{"c":3}\n';
    const short = (text: string): string =>
      text
        .split('\n')
        .map((line) => (headOfLong(line)?.startsWith('{"b":"') ? 'LONG' : line))
        .join('\n');
    for (const blocks of [fileBlocks(path), lineBlocks(fileChunks(path), { shortens: true })]) {
      let text = '';
      for await (const { bytes } of blocks) text += bytes.toString();
      expect(short(text)).toBe(expected);
    }
    const drain = async (): Promise<void> => {
      for await (const { bytes } of lineBlocks(fileChunks(path))) expect(bytes.at(-1)).toBe(0x0a);
    };
    await expect(drain()).rejects.toThrow(/^a line is longer than 256 MiB/);
    const index = await RowIndex.build(path);
    const read = Array.from([1, 0, 2, 1], (row) => short(index.read(row).toString()));
    expect([index.rows, index.lineOf(2), index.lineOf(1), ...read]).toEqual([3, 4, 3, 'LONG', '{"a":1}', '{"c":3}', 'LONG']);
    index.close();
  });

  it('reads lines of a megabyte and more as they are, by index and one after another', async () => {
    const path = join(folder, 'large.jsonl');
    const lines = [3, 1 << 20, 1_500_000, 7, 3_000_000].map((length, i) => String(i).repeat(length));
    await writeFile(path, lines.join('\n'));
    const index = await RowIndex.build(path);
    for (const row of [4, 0, 2, 1, 3]) expect(index.read(row).toString() === lines[row]).toBe(true);
    index.close();
    let text = '';
    for await (const { bytes } of fileBlocks(path)) text += bytes.toString();
    expect(text === `${lines.join('\n')}\n`).toBe(true);
  });

  it.each([[''], ['x'], ['x\n'], [`${'y'.repeat(3_000_000)}\nz`], [`a\n${'y'.repeat(700_000)}\n\n`]])(
    'reads a file of odd lines',
    async (text) => {
      const path = join(folder, 'odd.txt');
      await writeFile(path, text);
      const parts: Buffer[] = [];
      for await (const { bytes } of fileBlocks(path)) parts.push(Buffer.from(bytes));
      expect(Buffer.concat(parts).toString()).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
    },
  );
});

describe('Spill', () => {
  it('gives back every text, in memory or on disk, and leaves no file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('é'.repeat(300)))),
        fc.integer({ min: 1, max: 200 }),
        (texts, pending) => {
          const spill = new Spill(pending);
          const places = texts.map((text) => spill.add(text));
          for (const [i, place] of places.entries()) expect(spill.read(place)).toBe(texts[i]);
          spill.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('codecs', () => {
  const collect = async (input: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const part of input) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  const pack = async (text: string, codec: Codec): Promise<Buffer> => {
    const parts: Buffer[] = [];
    await pipeline(Readable.from([Buffer.from(text)]), await compressor(codec), async (output: AsyncIterable<Buffer>) => {
      for await (const part of output) parts.push(part);
    });
    return Buffer.concat(parts);
  };
  const text = Array.from({ length: 60_000 }, (_, i) => `{"row":${i * 7919}}`).join('\n');

  it.each(['gzip', 'zstd'] as const)('%s: what goes in comes out', async (codec) => {
    const packed = await pack(text, codec);
    expect(packed.length).toBeLessThan(text.length / 3);
    expect(await collect(decompress(Readable.from([packed.subarray(0, 1000), packed.subarray(1000)]), codec, 'f'))).toBe(text);
  });
  it.each(['gzip', 'zstd'] as const)('%s: cut short is an error', async (codec) => {
    const packed = await pack(text, codec);
    await expect(collect(decompress(Readable.from([packed.subarray(0, packed.length / 2)]), codec, 'f.x'))).rejects.toThrow(
      /f\.x is not whole/,
    );
  });
  it.each(['gzip', 'zstd'] as const)('%s: a bomb is stopped', async (codec) => {
    const packed = await pack('0'.repeat(100 << 20), codec);
    await expect(collect(decompress(Readable.from([packed]), codec, 'f.x'))).rejects.toThrow(/more than 200 times/);
  });
  it('zstd: frames that claim or grow to too much are refused before there is room for them', async () => {
    const magic = [0x28, 0xb5, 0x2f, 0xfd];
    const unpack = async (...bytes: number[]): Promise<string> => collect(decompress(Readable.from([Buffer.from(bytes)]), 'zstd', 'f.zst'));
    // Windows of 2 GiB less an eighth, and of the size of a single segment (1 GiB).
    await expect(unpack(...magic, 0, 0xa6, ...Array<number>(20).fill(0))).rejects.toThrow(
      /^f\.zst takes 1879 MB of memory to unpack; pack it with --long=27/,
    );
    await expect(unpack(...magic, 0xa0, 0, 0, 0, 0x40, ...Array<number>(20).fill(0))).rejects.toThrow(/takes 1074 MB/);
    // The same behind a frame that is skipped and one with a checksum that is as it should be.
    const text = 'a row\n'.repeat(1000);
    const good = zstdFrame(Buffer.from(text));
    const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect(await unpack(...skipped, ...good, ...skipped, ...good)).toBe(text + text);
    await expect(unpack(...good, ...skipped, ...magic, 0, 0xa6, ...Array<number>(20).fill(0))).rejects.toThrow(/takes 1879 MB/);
    // A window of 1 MiB, and 5,000 blocks of 128 KiB, each in four bytes: 655 MB in 20 kB.
    const block = ((0x20000 << 3) | 2) >>> 0;
    const blocks = Array.from({ length: 5000 }, () => [block & 255, (block >> 8) & 255, (block >> 16) & 255, 0x30]).flat();
    await expect(unpack(...magic, 0, 0x50, ...blocks)).rejects.toThrow(/more than 200 times/);
  });
  it('knows codecs by name', () => {
    expect(codecOf('a/b.jsonl.gz')).toEqual({ codec: 'gzip', bare: 'a/b.jsonl' });
    expect(codecOf('b.csv.zst')).toEqual({ codec: 'zstd', bare: 'b.csv' });
    expect(codecOf('b.csv')).toEqual({ codec: undefined, bare: 'b.csv' });
  });
});

describe('writeAtomically', () => {
  it('leaves the whole file or nothing', async () => {
    const path = join(folder, 'out.jsonl');
    await expect(
      writeAtomically(path, async (handle) => {
        await handle.write('half');
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    expect((await readdir(folder)).filter((name) => name.includes('out.jsonl'))).toEqual([]);
    await writeAtomically(path, (handle) => handle.write('whole'));
    expect(await readFile(path, 'utf8')).toBe('whole');
  });
  it('writes to devices and refuses folders', async () => {
    await writeAtomically('/dev/null', (handle) => handle.write('x'));
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    await expect(writeAtomically(folder, (handle) => handle.write('x'))).rejects.toThrow(/cannot write .*it is a folder; name a file/);
  });
  it('writes to the file behind a link, and leaves the link', async () => {
    const [path, link] = [join(folder, 'target.jsonl'), join(folder, 'link.jsonl')];
    await writeFile(path, 'old');
    await symlink(path, link);
    await writeAtomically(link, (handle) => handle.write('new'));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readlink(link)).toBe(path);
  });
  it('says what is wrong in one line', async () => {
    await expect(writeAtomically(join(folder, 'no/such/file'), async () => undefined)).rejects.toThrow(/cannot write .*there is no such/);
  });
});
