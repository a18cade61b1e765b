import type { FileHandle } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileError, SdgError } from '@sdg/values';
import { writeAtomically } from '../files/atomic-file.js';
import { codecOf } from '../files/codec-of.js';
import { lineBlocks } from '../files/line-blocks.js';
import { parseExactly, writeExactly } from '../treat/exact-numbers.js';
import type { Row } from '../formats/json-text.js';

type Pieces = AsyncIterable<Uint8Array>;
/** NDJSON as one JSON array, a row a line. */
async function* asArray(pieces: Pieces): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const { bytes } of lineBlocks(pieces)) {
    const rows = bytes.toString('utf8').slice(0, -1).split('\n').join(',\n');
    yield Buffer.from(`${isFirst ? '[\n' : ',\n'}${rows}`);
    isFirst = false;
  }
  yield Buffer.from(isFirst ? '[]\n' : '\n]\n');
}

/** What stands in a cell: a number with the digits that it was written with. */
const cell = (value: unknown): unknown =>
  typeof value === 'boolean' ? String(value) : typeof value === 'object' && value !== null ? writeExactly(value) : value;

/** NDJSON as CSV with a header; columns of the first row, lists and objects as JSON. */
async function* asCsv(pieces: Pieces): AsyncGenerator<Buffer> {
  const { stringify } = await import('csv-stringify/sync');
  let columns: string[] | undefined;
  for await (const { bytes } of lineBlocks(pieces)) {
    const rows = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseExactly(line) as Row);
    const header = columns === undefined;
    columns ??= Object.keys(rows[0] ?? {});
    const names = columns;
    yield Buffer.from(
      stringify(
        rows.map((row) => names.map((name) => (Object.hasOwn(row, name) ? cell(row[name]) : undefined))),
        { header, columns: names.map((key) => ({ key })) },
      ),
    );
  }
}

/** Whether a file is written a piece at a time as pieces come: one that asks for no other form. */
export const writesPieces = (path: string): boolean => !/\.(json|csv|parquet)$/i.test(path) && codecOf(path).codec === undefined;

/** The rows in the form that a file name asks for (jsonl, json, csv; not Parquet), before compression. */
const encoded = (pieces: Pieces, bare: string): Pieces =>
  /\.json$/i.test(bare) ? asArray(pieces) : /\.csv$/i.test(bare) ? asCsv(pieces) : pieces;

/** Writes pieces one after another; the next one is made while one is being written. */
async function writePieces(pieces: Pieces, handle: FileHandle): Promise<void> {
  let writing = Promise.resolve();
  try {
    for await (const piece of pieces) {
      await writing;
      writing = handle.writeFile(piece);
      // Heard by whoever waits for it.
      writing.catch(() => undefined);
    }
  } finally {
    await writing;
  }
}

/** Names of forms that are not written: a file that is not what its name says is not read by what it was made for. */
const unwritten = /\.(?:tsv|xlsx?|ods|arrow|feather|orc|avro|ya?ml|bz2|xz|lzma|lz4|br|7z|zip|tar|tgz)$/i;

/**
 * Writes NDJSON pieces to `path` in the form its name asks for: `.jsonl` (and what is no name of another form), `.json` one
 * array, `.csv`, `.parquet`; `.gz` and `.zst` on top. The file appears under its name when it is whole.
 */
export async function writeRows(path: string, pieces: Pieces): Promise<void> {
  const { codec, bare } = codecOf(path);
  if (codec && /\.parquet$/i.test(bare)) {
    throw new SdgError('usage', `${path}: Parquet files are compressed inside`, { remedy: 'end the name in .parquet' });
  }
  const [form] = unwritten.exec(bare) ?? [];
  if (form !== undefined) {
    throw new SdgError('usage', `${path}: rows are not written as ${form}`, {
      remedy: 'end the name in .jsonl, .json, .csv or .parquet, with .gz or .zst behind it',
    });
  }
  await writeAtomically(path, async (handle) => {
    if (/\.parquet$/i.test(bare)) return (await import('./write-parquet.js')).writeParquet(pieces, handle);
    const output = encoded(pieces, bare);
    if (!codec) return writePieces(output, handle);
    const { compressor } = await import('../files/codec.js');
    return pipeline(Readable.from(output, { objectMode: false }), await compressor(codec), (packed: AsyncIterable<Buffer>) =>
      writePieces(packed, handle),
    );
  });
}

/** Writes pieces to a stream, waiting whenever it is full; ends when the consumer goes away, which is not an error. */
export async function pipeRows(pieces: Pieces, stream: Writable): Promise<{ closed: boolean }> {
  let failure: Error | undefined;
  const onError = (error: Error): void => void (failure = error);
  stream.on('error', onError);
  try {
    for await (const piece of pieces) {
      if (stream.destroyed || failure) break;
      await new Promise<void>((resolve) => stream.write(piece, () => resolve()));
    }
  } finally {
    if (!failure) stream.off('error', onError);
  }
  const { code } = (failure ?? {}) as NodeJS.ErrnoException;
  if (failure && code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') throw fileError('write', 'the output', failure);
  return { closed: failure !== undefined || stream.destroyed };
}
