import { RecordBatchReader } from 'apache-arrow';
import { SdgError } from '@sdg/values';
import { writeExactly } from '../treat/exact-numbers.js';
import { valueAt } from './arrow-values.js';

/** Rows that become lines at once. */
const BATCH = 1000;

/**
 * The rows of an Arrow file or stream, as `datasets` keeps them, as lines of JSON, values with all of their digits. Fails with
 * `bad-input` where it is damaged.
 */
export async function* arrowLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  try {
    const reader = await RecordBatchReader.from(input as AsyncIterable<Uint8Array>);
    await reader.open();
    for await (const batch of reader) {
      const names = batch.schema.fields.map(({ name }) => name);
      let text = '';
      for (let at = 0; at < batch.numRows; at++) {
        const row = Object.fromEntries(names.map((name, column) => [name, valueAt(batch.data.children[column]!, at)]));
        text += `${writeExactly(row)}\n`;
        if ((at + 1) % BATCH !== 0) continue;
        yield Buffer.from(text);
        text = '';
      }
      if (text !== '') yield Buffer.from(text);
    }
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `not an Arrow file that can be read: ${(error as Error).message}`, {
      place: { file },
      remedy: /codec/.test((error as Error).message)
        ? 'it is packed as Feather has it; write it as Parquet: pandas.read_feather(path).to_parquet(other)'
        : 'download or write it again',
      cause: error,
    });
  }
}
