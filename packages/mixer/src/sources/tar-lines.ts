import { Readable } from 'node:stream';
import { attempt, SdgError } from '@sdg/values';
import { lineBlocks } from '../files/line-blocks.js';
import { jsonLines } from './json-array.js';

const PIECE = 1 << 20;

/** Files of an archive that hold rows: lines, an array, or one object each, as WebDataset has them. */
const ROWS = /\.(jsonl|ndjson|json)$/i;

/** The rows of the JSON files in a tar archive, in its order: of `.json` files with one object each that is one row. */
export async function* tarLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  const source = Readable.from(input, { objectMode: false });
  source.on('error', (error) => entries.destroy(error));
  source.pipe(entries);
  try {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      if (type !== 'file' || !ROWS.test(name) || /(^|\/)\./.test(name)) {
        entry.resume();
        continue;
      }
      for await (const { bytes } of lineBlocks(oneLine(entry as AsyncIterable<Uint8Array>, name), { shortens: true })) yield bytes;
    }
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `not a tar archive that can be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'download or pack it again',
      cause: error,
    });
  }
}

/** An object over several lines is one row; arrays and lines are as they are elsewhere. */
async function* oneLine(input: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  if (!/\.json$/i.test(name)) return yield* input;
  const parts: Uint8Array[] = [];
  for await (const part of input) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8').trim();
  const isObject = text.startsWith('{') && text.includes('\n') && attempt(() => (JSON.parse(text), true), false);
  yield* isObject ? [Buffer.from(`${JSON.stringify(JSON.parse(text))}\n`)] : jsonLines(asStream(Buffer.concat(parts)), name);
}

async function* asStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // In pieces, of which none holds a line that is too long.
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
