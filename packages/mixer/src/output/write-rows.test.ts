import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../sources/open-source.js';
import { pipeRows, writeRows } from './write-rows.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'write-'))));
afterAll(() => rm(folder, { recursive: true }));

const rows = [
  { id: 'a', text: 'one, "two"\nthree', messages: [{ role: 'user', content: 'é' }], unmask: false },
  { id: 'b', text: '', messages: [], unmask: true },
];
async function* pieces(): AsyncGenerator<Buffer> {
  for (const row of rows) yield Buffer.from(`${JSON.stringify(row)}\n`);
}
async function readBack(path: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { bytes } of (await openFile(path)).blocks()) {
    for (const line of bytes.toString().split('\n')) if (line.trim()) found.push(JSON.parse(line));
  }
  return found;
}

describe('writeRows', () => {
  it.each(['r.jsonl', 'r.json', 'r.jsonl.gz', 'r.jsonl.zst', 'r.json.gz', 'r.json.zst', 'r.parquet'])(
    '%s reads back as written',
    async (name) => {
      await writeRows(join(folder, name), pieces());
      expect(await readBack(join(folder, name))).toEqual(rows);
    },
  );
  it('r.csv reads back as text, but for conversations and unmask', async () => {
    await writeRows(join(folder, 'r.csv'), pieces());
    expect(await readBack(join(folder, 'r.csv'))).toEqual(rows);
  });
  it.each(['r.csv', 'r.parquet', 'r.json'])('keeps the digits of numbers in %s', async (file) => {
    const call = '{"type":"function","function":{"name":"f","arguments":{"id":12345678901234567890,"price":9.0}}}';
    const turn = `{"role":"assistant","content":"a7","tool_calls":[${call}],"n":-9223372036854775808,"x":9.0}`;
    const columns = '"id64":9007199254740993,"small":7,"big":12345678901234567890,"nine":9.0,"list":[9007199254740993],"constructor":1e400';
    const line = `{"messages":[${turn}],${columns}}`;
    const path = join(folder, `digits-${file}`);
    await writeRows(
      path,
      (async function* () {
        yield Buffer.from(`${line}\n{"messages":[],"id64":null,"big":1,"nine":1}\n`);
      })(),
    );
    let text = '';
    for await (const { bytes } of (await openFile(path)).blocks()) text += bytes.toString();
    const [first, second] = text.split('\n');
    // A cell of CSV is text, but for conversations.
    const inCells = `{"messages":[${turn}],${columns.replace(/:(\[.*?\]|[\d.e]+)/g, ':"$1"')}}`;
    expect(first).toBe(file === 'r.csv' ? inCells : line);
    expect(second).not.toContain('function');
  });
  it('writes Parquet by row groups, and of nothing', async () => {
    const path = join(folder, 'groups.parquet');
    const line = Buffer.from(`${JSON.stringify({ id: 'x', messages: [{ role: 'user', content: 'y'.repeat(200) }], n: null })}\n`);
    await writeRows(
      path,
      (async function* () {
        for (let i = 0; i < 2500; i++) yield Buffer.concat(Array.from({ length: 10 }, () => line));
      })(),
    );
    const { row_groups: groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(groups.map(({ num_rows }) => Number(num_rows))).toEqual([10_000, 10_000, 5000]);
    expect(await readBack(path)).toHaveLength(25_000);
    await writeRows(path, (async function* () {})());
    expect(await readBack(path)).toEqual([]);
  });
  it('writes conversations as lists of turns, whatever fields the last of them has', async () => {
    const path = join(folder, 'turns.parquet');
    const calls = [{ id: '1', function: { name: 'f' } }];
    const turns = [
      { role: 'user', content: 'é' },
      { role: 'assistant', content: '', tool_calls: calls, weight: 0 },
    ];
    await writeRows(
      path,
      (async function* () {
        yield Buffer.from(
          `${`${JSON.stringify({ id: 'x', messages: [{ role: 'user', content: 'y' }] })}\n`.repeat(10_001)}` +
            `${JSON.stringify({ id: 'z', messages: turns })}\n`,
        );
      })(),
    );
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(schema.map(({ name, converted_type: type }) => `${name} ${type ?? ''}`.trim())).toEqual([
      ...['root', 'id UTF8', 'messages LIST', 'list', 'element', 'role UTF8', 'content UTF8', 'tool_calls JSON', 'weight'],
    ]);
    const read = (await readBack(path)) as { messages: unknown }[];
    expect(read[0]!.messages).toEqual([{ role: 'user', content: 'y', tool_calls: null, weight: null }]);
    expect(read.at(-1)!.messages).toEqual([{ ...turns[0], tool_calls: null, weight: null }, turns[1]]);
  });
  it('refuses to pack Parquet', async () => {
    await expect(writeRows(join(folder, 'r.parquet.gz'), pieces())).rejects.toThrow('Parquet files are compressed inside');
    expect(await readdir(folder)).not.toContain('r.parquet.gz');
  });
  it.each(['r.tsv', 'r.xlsx', 'r.arrow', 'r.jsonl.bz2', 'r.tsv.gz'])('refuses what is not written: %s', async (name) => {
    await expect(writeRows(join(folder, name), pieces())).rejects.toThrow(/rows are not written as \.(?:tsv|xlsx|arrow|bz2)/);
    expect(await readdir(folder)).not.toContain(name);
  });
  it('r.json is one array, also of nothing', async () => {
    expect(JSON.parse(await readFile(join(folder, 'r.json'), 'utf8'))).toEqual(rows);
    await writeRows(join(folder, 'none.json'), (async function* () {})());
    expect(await readFile(join(folder, 'none.json'), 'utf8')).toBe('[]\n');
  });
  it('leaves what was there when the rows fail', async () => {
    const path = join(folder, 'keep.jsonl');
    await writeFile(path, 'old');
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield* pieces();
      throw new Error('no more');
    };
    await expect(writeRows(path, failing())).rejects.toThrow('no more');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
  it('reports a full disk in one line', async () => {
    const full = async function* (): AsyncGenerator<Buffer> {
      yield* pieces();
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    await expect(writeRows(join(folder, 'full.jsonl'), full())).rejects.toMatchObject({
      code: 'output',
      message: expect.stringMatching(/cannot write .*full\.jsonl: the disk is full; make room/),
    });
  });
});

describe('pipeRows', () => {
  it('ends quietly when the consumer goes away', async () => {
    const stream = new PassThrough();
    stream.destroy();
    expect(await pipeRows(pieces(), stream)).toEqual({ closed: true });
  });
});
