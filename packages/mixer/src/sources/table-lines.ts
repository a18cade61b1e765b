import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { SdgError } from '@sdg/core/values';

/** Rows that become lines at once. */
const BATCH = 1000;

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};
const line = (row: unknown): string => `${JSON.stringify(row, plain)}\n`;

/** Columns of conversations, which CSV can only hold as JSON. */
const LISTS: ReadonlySet<string> = new Set(['messages', 'conversations']);

/** What the text of a cell stands for: a conversation, a flag, or itself. */
function cellOf(column: string, text: unknown): unknown {
  if (column === 'unmask' && (text === 'true' || text === 'false')) return text === 'true';
  if (!LISTS.has(column) || typeof text !== 'string' || !text.startsWith('[')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
const byColumn = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([column, text]) => [column, cellOf(column, text)]));

/** The records of a CSV file with a header, as lines of JSON; values are text, but for conversations and `unmask`. */
export async function* csvLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const { parse } = await import('csv-parse');
  const records = Readable.from(input, { objectMode: false }).pipe(parse({ columns: true, bom: true, skip_empty_lines: true }));
  let text = '';
  let count = 0;
  try {
    for await (const record of records) {
      text += line(byColumn(record as Record<string, unknown>));
      if (++count % BATCH === 0) {
        yield Buffer.from(text);
        text = '';
      }
    }
  } catch (error) {
    const { lines } = error as { lines?: number };
    throw new SdgError('bad-input', (error as Error).message, { place: { file, ...(lines !== undefined && { line: lines }) }, cause: error });
  }
  if (text) yield Buffer.from(text);
}

/** The rows of a Parquet file as lines of JSON, a row group at a time. */
export async function* parquetLines(path: string, file: string): AsyncGenerator<Buffer> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  try {
    const buffer = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(buffer);
    let from = 0;
    for (const group of metadata.row_groups) {
      const end = from + Number(group.num_rows);
      for (let start = from; start < end; start += 10 * BATCH) {
        const rows = await parquetReadObjects({ file: buffer, metadata, compressors, rowStart: start, rowEnd: Math.min(end, start + 10 * BATCH) });
        yield Buffer.from(rows.map(line).join(''));
      }
      from = end;
    }
  } catch (error) {
    throw new SdgError('bad-input', `not a Parquet file that can be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'download or write it again',
      cause: error,
    });
  }
}

/** The bytes of a file, for readers that take any input. */
export const bytesOf = (path: string): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: 1 << 18 });
