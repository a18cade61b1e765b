import { fileError } from '@sdg/values';
import { open, type FileHandle } from 'node:fs/promises';
import { fileBlocks, lineBlocks, type LineBlock } from '../files/line-blocks.js';
import { TempFolder } from '../files/temp-folder.js';
import { parseExactly } from '../treat/exact-numbers.js';
import { isJson, ParquetColumns } from './parquet-columns.js';
import type { Row } from '../formats/json-text.js';

/** Rows of a row group at most, and bytes of rows from which on it is closed. */
const GROUP_ROWS = 10_000;
const GROUP_BYTES = 32 << 20;

/** The rows of NDJSON blocks by row group. */
async function* groupsOf(blocks: AsyncIterable<LineBlock>): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  let size = 0;
  for await (const { bytes } of blocks) {
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line === '') continue;
      group.push(parseExactly(line) as Row);
      size += line.length;
      if (group.length < GROUP_ROWS && size < GROUP_BYTES) continue;
      yield group;
      group = [];
      size = 0;
    }
  }
  if (group.length > 0) yield group;
}

/** The row that a file without rows might have had: it must have columns. */
const NO_ROWS: Row = { messages: [{ role: '', content: '' }] };

/** Puts the rows into a file and says which columns they have: those of the last row count as well. */
async function spool(pieces: AsyncIterable<Uint8Array>, path: string): Promise<ParquetColumns> {
  const columns = new ParquetColumns();
  const handle = await open(path, 'w');
  try {
    for await (const { bytes } of lineBlocks(pieces)) {
      for (const line of bytes.toString('utf8').split('\n')) if (line !== '') columns.see(parseExactly(line) as Row);
      await handle.writeFile(bytes).catch((error: unknown) => {
        throw fileError('write', path, error);
      });
    }
  } finally {
    await handle.close();
  }
  return columns;
}

/**
 * Writes rows as Parquet: text, booleans and integers of 64 bits as they are, conversations as lists of turns. As the columns stand at the
 * beginning of a file, the rows wait in a temporary one until all are known. A row group is in the file before the next
 * one is made.
 */
export async function writeParquet(pieces: AsyncIterable<Uint8Array>, handle: FileHandle): Promise<void> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const temp = new TempFolder();
  try {
    const path = await temp.file();
    const columns = await spool(pieces, path);
    const isEmpty = columns.names.length === 0;
    if (isEmpty) columns.see(NO_ROWS);
    const bytes = new ByteWriter();
    const flush = async (): Promise<void> => {
      await handle.writeFile(bytes.getBytes());
      bytes.index = 0;
    };
    const writer = Object.assign(bytes, { flush, finish: flush });
    const schema = columns.schema;
    const parquet = new ParquetWriter({ writer, schema });
    const write = async (rows: readonly Row[]): Promise<void> =>
      parquet.write({
        columnData: columns.names.map((name) => ({ name, data: rows.map((row) => columns.cell(name, row)) })),
        rowGroupSize: GROUP_ROWS,
      });
    if (isEmpty) await write([]);
    for await (const rows of groupsOf(fileBlocks(path))) await write(rows);
    // Until here bytes without a meaning: the writer would make text of values itself, and round their numbers.
    for (const element of schema) if (isJson(element)) element.converted_type = 'JSON';
    await parquet.finish();
  } finally {
    await temp.remove();
  }
}
