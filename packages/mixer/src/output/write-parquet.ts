import type { FileHandle } from 'node:fs/promises';
import { lineBlocks } from '../files/line-blocks.js';

type Row = Readonly<Record<string, unknown>>;

/** Rows of a row group at most, and bytes of rows from which on it is closed. */
const GROUP_ROWS = 10_000;
const GROUP_BYTES = 32 << 20;

/** The rows of NDJSON pieces by row group. */
async function* groupsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  let size = 0;
  for await (const { bytes } of lineBlocks(pieces)) {
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line === '') continue;
      group.push(JSON.parse(line) as Row);
      size += line.length;
      if (group.length < GROUP_ROWS && size < GROUP_BYTES) continue;
      yield group;
      group = [];
      size = 0;
    }
  }
  if (group.length > 0) yield group;
}

const typeOf = (value: unknown): 'BOOLEAN' | 'JSON' | 'STRING' =>
  typeof value === 'boolean' ? 'BOOLEAN' : typeof value === 'object' ? 'JSON' : 'STRING';

/** The column of a file without rows, which must have one. */
const NO_ROWS: readonly Row[] = [{ messages: [] }];

/**
 * Writes rows as Parquet: text and booleans as they are, conversations as JSON columns. The columns are those of the
 * first row. A row group is in the file before the next one is made.
 */
export async function writeParquet(pieces: AsyncIterable<Uint8Array>, handle: FileHandle): Promise<void> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const flush = async (): Promise<void> => {
    await handle.writeFile(bytes.getBytes());
    bytes.index = 0;
  };
  const writer = Object.assign(bytes, { flush, finish: flush });
  let columns: { name: string; type: 'BOOLEAN' | 'JSON' | 'STRING' }[] | undefined;
  let parquet: InstanceType<typeof ParquetWriter> | undefined;
  const write = async (rows: readonly Row[], from: readonly Row[] = rows): Promise<void> => {
    columns ??= Object.entries(from[0]!).map(([name, value]) => ({ name, type: typeOf(value) }));
    const columnData = columns.map((column) => ({ ...column, data: rows.map((row) => row[column.name]) }));
    parquet ??= new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }) });
    await parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
  };
  for await (const rows of groupsOf(pieces)) await write(rows);
  if (!parquet) await write([], NO_ROWS);
  await parquet!.finish();
}
