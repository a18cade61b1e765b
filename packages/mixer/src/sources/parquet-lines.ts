import type { Compressors, RowGroup } from 'hyparquet';
import { SdgError } from '@sdg/values';
import { checkGrowth } from '../files/check-growth.js';
import { writeExactly } from '../treat/exact-numbers.js';
import { converterOf, parsers, withoutDecimals } from './parquet-values.js';

/** Bytes of cells read at once, as far as the file's own account of its sizes can be believed. */
const WINDOW = 1 << 25;
const MAX_ROWS = 100_000;
/** Characters that become lines at once. */
const BATCH = 1 << 20;

/** Rows of a group that are read at once: as many as are about `WINDOW` bytes. */
function rowsAtOnce({ num_rows, total_byte_size }: RowGroup): number {
  const each = Number(total_byte_size) / Math.max(1, Number(num_rows));
  return Math.min(MAX_ROWS, Math.max(1, Math.floor(WINDOW / Math.max(1, each))));
}

/** Decompressors that refuse pages which claim to grow beyond measure, before there is room made for them. */
const guarded = (compressors: Compressors, file: string): Compressors =>
  Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [
      codec,
      (page: Uint8Array, length: number): Uint8Array => {
        checkGrowth(page.length, length, file);
        // The library's LZ4 cannot read packed nothing, the page of a column of nulls.
        return length === 0 ? new Uint8Array(0) : decompress(page, length);
      },
    ]),
  );

/**
 * The rows of a Parquet file as lines of JSON, values with their type: integers of 64 bits, floats that are whole, decimals
 * and times with all digits, bytes as base64. Fails with `bad-input` where it is damaged or is a bomb.
 */
export async function* parquetLines(path: string, file: string): AsyncGenerator<Buffer> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  try {
    const buffer = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children.map((child) => [child.element.name, converterOf(child)] as const);
    const converted = columns.filter(([, convert]) => convert);
    const asRead = withoutDecimals(metadata);
    let from = 0;
    let grown = 0;
    for (const group of metadata.row_groups) {
      const end = from + Number(group.num_rows);
      const step = rowsAtOnce(group);
      for (let start = from; start < end; start += step) {
        const stop = Math.min(end, start + step);
        const rows = await parquetReadObjects({
          file: buffer,
          metadata: asRead,
          parsers,
          utf8: false,
          compressors: guarded(compressors, file),
          rowStart: start,
          rowEnd: stop,
        });
        if (rows.length < stop - start) throw new Error(`${end - from} rows are announced and fewer are there`);
        let text = '';
        for (const row of rows) {
          for (const [name, convert] of converted) row[name] = convert!(row[name]);
          text += `${writeExactly(row)}\n`;
          if (text.length < BATCH) continue;
          grown += text.length;
          checkGrowth(buffer.byteLength, grown, file);
          yield Buffer.from(text);
          text = '';
        }
        grown += text.length;
        if (text !== '') yield Buffer.from(text);
      }
      from = end;
    }
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `not a Parquet file that can be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'download or write it again',
      cause: error,
    });
  }
}
