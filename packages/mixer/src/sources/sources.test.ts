import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from './open-source.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sources-'))));
afterAll(() => rm(folder, { recursive: true }));

/** What reading a file of this content fails with; otherwise its rows. */
async function read(name: string, content: string | Uint8Array): Promise<unknown> {
  const path = join(folder, name);
  await writeFile(path, content);
  const rows: unknown[] = [];
  try {
    for await (const { bytes } of (await openFile(path)).blocks()) {
      for (const line of bytes.toString().split('\n')) if (line !== '') rows.push(JSON.parse(line));
    }
    return rows;
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
}

describe('CSV', () => {
  it.each([
    ['"1,2\n', 'a quote is not closed, in column "a"'],
    ['1,"x"y\n', 'there is text behind a closing quote, in column "b"'],
    ['1,x"y\n', 'there is a quote inside a field that is not quoted, in column "b"'],
    ['1\n', 'expected 2 fields, found 1'],
    ['1,2,3\n', 'expected 2 fields, found 3'],
  ])('%j: says what is wrong, in which line and column', async (rest, what) => {
    expect(await read('x.csv', `a,b\n1,2\n${rest}`)).toBe(
      `x.csv:3: ${what}; mend it: a field with commas, quotes or line feeds stands in quotes, and every quote in it is doubled`,
    );
  });

  it('takes no other encoding for UTF-8, and UTF-16 by its mark', async () => {
    const rows = (encoding: BufferEncoding): Buffer => Buffer.from(`\ufeffa\n${'é\n'.repeat(3)}`, encoding);
    expect(await read('u.csv', rows('utf8'))).toEqual([{ a: 'é' }, { a: 'é' }, { a: 'é' }]);
    expect(await read('w.csv', rows('utf16le'))).toEqual([{ a: 'é' }, { a: 'é' }, { a: 'é' }]);
    expect(await read('l.csv', Buffer.from(`a,b\nx,y\n${'é,é\n'}`, 'latin1'))).toBe(
      'l.csv:3: the line is not valid UTF-8; save the file as UTF-8: spreadsheets call it "CSV UTF-8"',
    );
    expect(await read('c.csv', `a\n"${'é'.repeat(1_500_000)}b"\nx€\n`)).toHaveLength(2);
    expect(await read('e.csv', Buffer.from('a\n\xe9', 'latin1'))).toMatch(/^e\.csv:2: the line is not valid UTF-8/);
  });

  it('is read as Excel writes it where the comma stands in numbers, as the header says', async () => {
    expect(await read('s.csv', '\ufeff"a, b";c\r\n1,5;"x;y"\r\n')).toEqual([{ 'a, b': '1,5', c: 'x;y' }]);
    expect(await read('t.csv', Buffer.from('\ufeffa\tb\né\t2\n', 'utf16le'))).toEqual([{ a: 'é', b: '2' }]);
    expect(await read('c.csv', 'a\n1;2\n')).toEqual([{ a: '1;2' }]);
  });

  it('takes an empty cell for no tools and no images, and for a text elsewhere', async () => {
    expect(await read('n.csv', 'a,tools,images\nx,,\n,"[{""name"":""f""}]","[""p.png""]"\n')).toEqual([
      { a: 'x', tools: null, images: null },
      { a: '', tools: [{ name: 'f' }], images: ['p.png'] },
    ]);
  });

  it('loses no column to another of its name', async () => {
    expect(await read('d.csv', 'a,b,a\n1,2,3\n')).toBe('d.csv:1: column "a" is there twice; rename one of them in the header');
  });

  it('hands on what is wrong with a packed file', async () => {
    expect(
      await read('x.csv.gz', gzipSync(`a,b\n${Array.from({ length: 999 }, (_, i) => `${i},${i * i}\n`).join('')}`).subarray(0, 600)),
    ).toMatch(/^x\.csv\.gz is not whole gzip data/);
    expect(await read('y.csv.gz', gzipSync(`a\n${'b'.repeat(100 << 20)}\n`))).toMatch(
      /^y\.csv\.gz unpacks to more than 200 times its size/,
    );
  });
});

describe('Parquet', () => {
  const write = (data: readonly string[], packed = false): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [{ name: 'text', type: 'STRING', data: [...data] }],
        ...(packed && { codec: 'GZIP', compressors: { GZIP: (page: Uint8Array) => gzipSync(page) } }),
      }),
    );

  it('reads packed pages, and stops at pages and dictionaries that are bombs', async () => {
    expect(await read('p.parquet', write(['one', 'two'], true))).toEqual([{ text: 'one' }, { text: 'two' }]);
    expect(await read('page.parquet', write(['x'.repeat(100 << 20)], true))).toMatch(
      /^page\.parquet unpacks to more than 200 times its size/,
    );
    const text = 'y'.repeat(20_000);
    expect(await read('dictionary.parquet', write(Array.from({ length: 8000 }, () => text)))).toMatch(
      /^dictionary\.parquet unpacks to more than 200 times/,
    );
  });

  it('reads LZ4, also where a page is of nulls alone', async () => {
    /** LZ4 of less than fifteen bytes: all of them literal. */
    const literally = (page: Uint8Array): Uint8Array => Uint8Array.from([page.length << 4, ...page]);
    const columnData = [
      { name: 'a', type: 'STRING' as const, data: ['x'] },
      { name: 'b', type: 'STRING' as const, data: [null] },
    ];
    const file = parquetWriteBuffer({ columnData, codec: 'LZ4_RAW', compressors: { LZ4_RAW: literally } });
    expect(await read('lz4.parquet', new Uint8Array(file))).toEqual([{ a: 'x', b: null }]);
  });

  it('says so of files that are cut short or damaged', async () => {
    const whole = write(['one', 'two']);
    expect(await read('cut.parquet', whole.subarray(0, whole.length / 2))).toMatch(/^cut\.parquet: not a Parquet file that can be read/);
    const damaged = whole.slice();
    damaged.fill(0xff, 4, 20);
    expect(await read('damaged.parquet', damaged)).toMatch(/^damaged\.parquet: not a Parquet file that can be read/);
  });
});

describe('files that are not what their name says', () => {
  const row = '{"a":"b"}\n';
  it.each([
    [
      'a.jsonl',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'a pointer of git-lfs, not the data; run git lfs pull in the folder that was cloned',
    ],
    [
      'a.parquet',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'a pointer of git-lfs, not the data; run git lfs pull in the folder that was cloned',
    ],
    ['a.json.gz', '<!DOCTYPE html>\n<html>', 'a web page; download the file itself: on the Hub its address has /resolve/ in it'],
    ['b.jsonl', gzipSync(row), 'packed with gzip; let its name end in .gz'],
    ['c.jsonl', Buffer.from('PAR1xxxx'), 'a Parquet file; let its name end in .parquet'],
    ['d.jsonl', Buffer.from(`\ufeff${row}`, 'utf16le'), 'text in UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8'],
    ['e.jsonl', `[\n${row}]`, 'one JSON array over several lines; let its name end in .json'],
  ])('%s: says what it is', async (name, content, what) => {
    expect(await read(name, content)).toBe(`dataset ${name}: ${name} is ${what}`);
  });

  it('leaves all others to their readers', async () => {
    for (const name of ['r.jsonl', 'r.json', 'r.txt']) {
      expect(await read(name, `\ufeff${row}`.slice(name === 'r.txt' ? 1 : 0)), name).toBeTruthy();
    }
    expect(await read('s.json', `[\n${row}]`)).toEqual([{ a: 'b' }]);
    expect(await read('s.jsonl.gz', gzipSync(row))).toEqual([{ a: 'b' }]);
  });
});
