import { jsonLines } from '@sdg/testing/json-lines';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  makeVector,
  Struct,
  Table,
  tableFromArrays,
  tableToIPC,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPath } from './open-path.js';
import type { RowSource } from './open-source.js';
import { openWebFile, refuseStore } from './web-file.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'readers-'))));
afterAll(() => rm(folder, { recursive: true }));

async function textOf(source: RowSource): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { bytes } of source.blocks()) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts).toString();
}
const notes: string[] = [];
async function read(name: string, content?: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  if (content !== undefined) await writeFile(path, content);
  return (await textOf(await openPath({ path, name }, (text) => notes.push(text)))).replaceAll(folder, '');
}
async function tar(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

it.each([
  ['a.tsv', 'question\tanswer\n"a, b"\tc\n', '{"question":"a, b","answer":"c"}\n'],
  ['a.txt', '\ufefffirst\n\nsecond "x"\n', '{"text":"first"}\n\n{"text":"second \\"x\\""}\n'],
  ['a.txt.gz', gzipSync('first\n'), '{"text":"first"}\n'],
])('reads %s', async (name, content, expected) => expect(await read(name, content)).toBe(expected));

it.each(['file', 'stream'] as const)('reads an Arrow %s, as datasets keeps them', async (form) => {
  const rows = [
    { question: 'q', turns: [{ role: 'user', content: 'é' }], n: 1.5 },
    { question: 'r', turns: [], n: null },
  ];
  const turn = new Struct([Field.new('role', new Utf8(), true), Field.new('content', new Utf8(), true)]);
  const table = new Table({
    question: vectorFromArray(
      rows.map(({ question }) => question),
      new Utf8(),
    ),
    turns: vectorFromArray(
      rows.map(({ turns }) => turns),
      new List(Field.new('item', turn, true)),
    ),
    n: vectorFromArray(
      rows.map(({ n }) => n),
      new Float64(),
    ),
  });
  expect(jsonLines<unknown>(await read(`${form}.arrow`, tableToIPC(table, form)))).toEqual(rows);
  const large = tableFromArrays({ id: BigInt64Array.from([9007199254740993n]), name: ['x'] });
  expect(await read(`big-${form}.arrow`, tableToIPC(large, form))).toBe('{"id":9007199254740993,"name":"x"}\n');
});
it('keeps all digits of times, decimals and floats of Arrow', async () => {
  const whole = 12345678901234567890123456789n;
  const words = (value: bigint): Uint32Array => Uint32Array.from({ length: 4 }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
  const column = (type: DataType, values: object): Vector => makeVector(makeData({ type, length: 1, data: values } as never));
  const day = makeData({ type: new DateDay(), length: 2, data: Int32Array.of(19782, 0), nullCount: 1, nullBitmap: Uint8Array.of(1) });
  const table = new Table({
    nanos: column(new TimestampNanosecond('UTC'), BigInt64Array.of(1704110400123456789n)),
    micros: column(new TimestampMicrosecond(), BigInt64Array.of(-1n)),
    seconds: column(new TimestampSecond(), BigInt64Array.of(1704110400n)),
    time: column(new TimeMicrosecond(), BigInt64Array.of(3723000004n)),
    decimal: column(new Decimal(9, 38, 128), words(whole)),
    less: column(new Decimal(2, 38, 128), words(-150n)),
    single: column(new Float32(), Float32Array.of(0.1)),
    whole: column(new Float64(), Float64Array.of(9)),
    days: makeVector(
      makeData({ type: new List(Field.new('item', new DateDay(), true)), length: 1, valueOffsets: Int32Array.of(0, 2), child: day }),
    ),
    word: vectorFromArray(['x'], new Dictionary(new Utf8(), new Int32())),
  });
  expect(await read('types.arrow', tableToIPC(table, 'file'))).toBe(
    '{"nanos":"2024-01-01T12:00:00.123456789Z","micros":"1969-12-31T23:59:59.999999Z","seconds":"2024-01-01T12:00:00.000Z",' +
      '"time":"01:02:03.000004","decimal":12345678901234567890.123456789,"less":-1.50,"single":0.1,"whole":9.0,' +
      '"days":["2024-02-29",null],"word":"x"}\n',
  );
});

it('names an Arrow file that is damaged', async () =>
  expect(read('bad.arrow', 'ARROW1 no')).rejects.toThrow(/not an Arrow file that can be read/));

it('reads the JSON files of a tar archive, as WebDataset has them', async () => {
  const content = await tar({
    '001.json': '{\n "question": "a"\n}',
    '001.jpg': 'x',
    'more.jsonl': '{"question":"b"}\n{"question":"c"}',
    'list.json': '[{"question":"d"},\n{"question":"e"}]',
    '._x.json': 'no',
  });
  expect(
    (await read('set.tar', content))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { question: string }).question)
      .join(''),
  ).toBe('abcde');
  expect((await read('set2.tar.gz', gzipSync(content))).trim().split('\n')).toHaveLength(5);
  await expect(read('bad.tar', 'no tar at all, but long enough to be judged'.repeat(40))).rejects.toThrow(
    /not a tar archive that can be read/,
  );
});

it('keeps what Parquet values are', async () => {
  const content = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'i64', data: [9007199254740993n, null], type: 'INT64' },
        { name: 'f', data: [9, 0.1], type: 'DOUBLE' },
        { name: 's', data: [0.1, 2], type: 'FLOAT' },
        { name: 'nan', data: [Number.NaN, -Infinity], type: 'DOUBLE' },
        { name: 'bin', data: [Uint8Array.from([0, 255]), null], type: 'BYTE_ARRAY' },
        { name: 'text', data: ['9', 'x'], type: 'STRING' },
        { name: 'i32', data: [9, 8], type: 'INT32' },
      ],
    }),
  );
  // NaN is left to whoever reads the line, who says so.
  expect(await read('types.parquet', content)).toBe(
    '{"i64":9007199254740993,"f":9.0,"s":0.1,"nan":NaN,"bin":"AP8=","text":"9","i32":9}\n' +
      '{"i64":null,"f":0.1,"s":2.0,"nan":-Infinity,"bin":null,"text":"x","i32":8}\n',
  );
});

it('reads files by a pattern, and a folder as a repository', async () => {
  await mkdir(join(folder, 'set/data'), { recursive: true });
  await writeFile(join(folder, 'set/data/train-00000-of-00001.jsonl'), '{"a":1}\n');
  await writeFile(join(folder, 'set/data/test-00000-of-00001.jsonl'), '{"a":2}\n');
  notes.length = 0;
  expect(await read('set/data/*.jsonl')).toBe('{"a":2}\n{"a":1}\n');
  expect(await read('set')).toBe('{"a":1}\n');
  expect(notes).toEqual(['set/data/*.jsonl: reading 2 files', 'set: reading split train; not split test']);
  await expect(read('set/*.csv')).rejects.toThrow(/no file matches .*; check the pattern/);
  await writeFile(join(folder, 'a[1].jsonl'), '{"a":3}\n');
  expect(await read('a[1].jsonl')).toBe('{"a":3}\n');
});

it('says what to do about stores', () => {
  const spec = (path: string) => ({ name: path, path, size: { kind: 'ratio', value: 1 } as const });
  expect(() => refuseStore(spec('s3://bucket/x.jsonl'))).toThrow(
    's3:// is not read; fetch it first, as with "aws s3 cp s3://bucket/x.jsonl .", or name a presigned https:// address of it',
  );
  expect(() => refuseStore(spec('x.jsonl'))).not.toThrow();
});

it('reads a file of the web, keeps it, and asks whether it has changed', async () => {
  const asked: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    if (request.url === '/none.jsonl') return void response.writeHead(404).end();
    if (request.headers['if-none-match'] === '"v1"') return void response.writeHead(304).end();
    response.writeHead(200, { ETag: '"v1"' }).end('{"a":1}\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = (path: string) => openWebFile({ name: path, path, size: { kind: 'ratio', value: 1 } }, { env: { XDG_CACHE_HOME: folder } });
  try {
    for (let i = 0; i < 2; i++) expect(await textOf(await open(`${base}/x/data.jsonl?v=1`))).toBe('{"a":1}\n');
    expect(asked).toEqual([undefined, '"v1"']);
    await expect(open(`${base}/none.jsonl`)).rejects.toThrow(/the server answered 404; check the address/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(await textOf(await open(`${base}/x/data.jsonl?v=1`))).toBe('{"a":1}\n');
  await expect(open(`${base}/other.jsonl`)).rejects.toThrow(/could not be fetched: .*; check the address and the network/);
});
