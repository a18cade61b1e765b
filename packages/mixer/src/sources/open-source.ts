import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileError, type Place, SdgError } from '@sdg/values';
import { codecOf } from '../files/codec-of.js';
import { fileBlocks, fileChunks, lineBlocks, type LineBlock } from '../files/line-blocks.js';
import { checkForm, type Kind } from './check-form.js';

/** The rows of a dataset as lines of JSON. */
export interface RowSource {
  /** A file that holds the lines as they are; absent: they have to be made, and `blocks` can be called once. */
  readonly file?: string;
  /** What the lines come from, for messages. */
  readonly shown: string;
  /** Whether the lines are the records of a table, an array or several files: their numbers are not those of lines. */
  readonly isTable?: boolean;
  /** The files that it is made of, where they are several: each may have a format of its own. */
  readonly parts?: readonly RowSource[];
  /** Licence of the rows, where their source names one. */
  readonly license?: string | undefined;
  blocks(): AsyncIterable<LineBlock>;
}

const EMPTY = 'leave it out, or fill it';

/** Lines that are too long are bad lines like others: refused with their number, or skipped. */
const SHORTENS = { shortens: true } as const;

/** Packed forms that are not read: a name is enough to say so. */
const ARCHIVE = /\.(zip|tgz|7z|rar|bz2|xz|tar\.(zst|bz2|xz))$/i;

// The readers of each form are loaded where they are needed: draws from NDJSON shall not wait for them.

/** How a file begins. */
async function headOf(path: string): Promise<Buffer> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** Fails with one line where a dataset's file is missing, a folder or empty. Gives whether it can be read again and again. */
async function checkFile(path: string, name: string, place: Place | undefined): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    const { what, remedy } = fileError('read', path, error) as SdgError;
    throw new SdgError('bad-input', `dataset ${name}: ${what ?? String(error)}`, {
      ...(place && { place }),
      ...(remedy && { remedy }),
      cause: error,
    });
  });
  const wrong = found.isDirectory() ? 'is a folder' : found.isFile() && found.size === 0 ? 'is empty' : undefined;
  // A pipe (`<(zcat x.gz)`, /dev/stdin) can be read once.
  if (!wrong) return found.isFile();
  throw new SdgError('bad-input', `dataset ${name}: ${path} ${wrong}`, {
    ...(place && { place }),
    remedy: wrong === 'is empty' ? EMPTY : 'name a file in it',
  });
}

/** Rows that become lines at once. */
const BATCH = 1000;

/** The lines of a text file as rows with a column `text`; blank ones are none. */
async function* textLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let lines = '';
  let count = 0;
  for await (const line of createInterface({ input: Readable.from(input, { objectMode: false }), crlfDelay: Infinity })) {
    const text = count === 0 ? line.replace(/^\ufeff/, '') : line;
    // A blank line stays one, so that numbers of lines are right.
    lines += text.trim() === '' ? '\n' : `${JSON.stringify({ text })}\n`;
    if (++count % BATCH !== 0) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  if (lines !== '') yield Buffer.from(lines);
}

/** Readers of forms that are no lines of JSON, by ending; loaded where they are needed. */
const READERS: Readonly<Record<string, (bytes: AsyncIterable<Uint8Array>, file: string) => Promise<AsyncIterable<Uint8Array>>>> = {
  csv: async (bytes, file) => (await import('./csv-lines.js')).csvLines(bytes, file),
  tsv: async (bytes, file) => (await import('./csv-lines.js')).csvLines(bytes, file, '\t'),
  txt: async (bytes) => textLines(bytes),
  arrow: async (bytes, file) => (await import('./arrow-lines.js')).arrowLines(bytes, file),
  tar: async (bytes, file) => (await import('./tar-lines.js')).tarLines(bytes, file),
};

/** Lines that a reader makes, which is loaded when they are asked for. */
async function* linesOf(lines: () => Promise<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await lines();
}

/** The form that a name tells. */
function formOf(bare: string): { readonly ending: string; readonly kind: Kind } {
  const ending = /\.(json|csv|tsv|txt|arrow|tar|parquet)$/i.exec(bare)?.[1]?.toLowerCase() ?? 'lines';
  return { ending, kind: ending === 'tsv' || ending === 'txt' ? 'csv' : (ending as Kind) };
}

/** Fails for packed forms that are not read. */
function checkPacking(path: string, name: string, place: Place | undefined): void {
  if (!ARCHIVE.test(path)) return;
  throw new SdgError('bad-input', `dataset ${name}: ${path} is an archive`, {
    ...(place && { place }),
    remedy: 'unpack it; of packed files, .gz and .zst are read',
  });
}

async function parquetSource(path: string, isPacked: boolean): Promise<RowSource> {
  if (isPacked) throw new SdgError('bad-input', `${path}: Parquet files are compressed inside`, { remedy: 'unpack it first' });
  const { parquetLines } = await import('./parquet-lines.js');
  return { shown: path, isTable: true, blocks: () => lineBlocks(parquetLines(path, path), SHORTENS) };
}

/** The objects of a JSON file as lines; undefined: they stand so already. `head`: how it begins, where it can be looked at. */
async function jsonSource(path: string, bytes: () => AsyncIterable<Uint8Array>, head: Buffer | undefined): Promise<RowSource | undefined> {
  // The first byte that is not white space.
  const isArray = head?.find((byte) => byte > 0x20 && byte < 0x80) === 0x5b;
  if (head && !isArray) return undefined;
  const { jsonArrayLines, jsonLines } = await import('./json-array.js');
  if (isArray) return { shown: path, isTable: true, blocks: () => lineBlocks(jsonArrayLines(bytes(), path), SHORTENS) };
  // What is packed or comes through a pipe cannot be looked at beforehand.
  return { shown: path, blocks: () => lineBlocks(jsonLines(bytes(), path), SHORTENS) };
}

/**
 * Opens a local file by its name: jsonl, json (one array, or lines), csv, tsv, txt (a row a line), parquet, arrow, tar (the
 * JSON files in it); `.gz` and `.zst` on top.
 */
export async function openFile(path: string, name = path, place?: Place): Promise<RowSource> {
  const isFile = await checkFile(path, name, place);
  checkPacking(path, name, place);
  const { codec, bare } = codecOf(path);
  const { decompress } = codec ? await import('../files/codec.js') : {};
  const bytes = (): AsyncIterable<Uint8Array> => (codec && decompress ? decompress(fileChunks(path), codec, path) : fileChunks(path));
  const { ending, kind } = formOf(bare);
  const head = isFile ? await headOf(path) : Buffer.alloc(0);
  checkForm(head, codec ? 'packed' : kind, name, path, place);
  if (kind === 'parquet') return parquetSource(path, codec !== undefined);
  const reader = READERS[ending];
  if (reader) {
    const lines = (): AsyncIterable<Uint8Array> => linesOf(() => reader(bytes(), path));
    return { shown: path, isTable: ending !== 'txt', blocks: () => lineBlocks(lines(), SHORTENS) };
  }
  const isPlain = isFile && !codec;
  const json = kind === 'json' ? await jsonSource(path, bytes, isPlain ? head : undefined) : undefined;
  const plain = isPlain ? { shown: path, file: path, blocks: () => fileBlocks(path) } : undefined;
  return json ?? plain ?? { shown: path, blocks: () => lineBlocks(bytes(), SHORTENS) };
}

/** Lines from a stream: stdin. */
export const openStream = (input: AsyncIterable<Uint8Array>, shown: string): RowSource => ({
  shown,
  blocks: () => lineBlocks(input, SHORTENS),
});

/** Several sources one after another, as the parts of one dataset. */
export function concatSources(sources: readonly RowSource[], shown: string): RowSource {
  if (sources.length === 1) return sources[0]!;
  return {
    shown,
    isTable: true,
    parts: sources,
    async *blocks() {
      for (const source of sources) yield* source.blocks();
    },
  };
}
