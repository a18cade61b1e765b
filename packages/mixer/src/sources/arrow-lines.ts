import { SdgError } from '@sdg/values';
import { writeExactly } from '../treat/exact-numbers.js';
import { plainValue } from './plain-value.js';

/** Rows that become lines at once. */
const BATCH = 1000;

/** A value of Arrow as JSON has it: vectors are lists, rows of structs objects. */
function valueOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return plainValue(value);
  if (Symbol.iterator in value && !('toJSON' in value && !('get' in value))) {
    const items = [...(value as Iterable<unknown>)];
    const isStruct = items.length > 0 && !('length' in value) && items.every((item) => Array.isArray(item) && item.length === 2);
    return isStruct ? Object.fromEntries((items as [string, unknown][]).map(([name, item]) => [name, valueOf(item)])) : items.map(valueOf);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, valueOf(item)]));
}

/** The rows of an Arrow file or stream, as `datasets` keeps them, as lines of JSON. Fails with `bad-input` where it is damaged. */
export async function* arrowLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const { RecordBatchReader } = await import('apache-arrow');
  try {
    const reader = await RecordBatchReader.from(input as AsyncIterable<Uint8Array>);
    await reader.open();
    for await (const batch of reader) {
      const names = batch.schema.fields.map(({ name }) => name);
      let text = '';
      for (let at = 0; at < batch.numRows; at++) {
        const row = Object.fromEntries(names.map((name, column) => [name, valueOf(batch.getChildAt(column)?.get(at))]));
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
      remedy: 'download or write it again',
      cause: error,
    });
  }
}
