import { open } from 'node:fs/promises';
import { SdgError } from '@sdg/core/values';
import { fileError } from './file-error.js';

const LF = 0x0a;
/** Bytes read at once. */
export const BLOCK = 1 << 20;

/** Bytes of a block of lines of a file: it and what is made of it stay in the cache of a processor. */
const FILE_BLOCK = 1 << 18;

/** Bytes of a line at most: longer ones are a file of another form, or a bomb. */
export const MAX_LINE = 1 << 28;

/** Fails with `bad-input` where a line is longer than any row can be. `line`: its number, where that is known. */
export function checkLine(length: number, file?: string, line?: number): void {
  if (length <= MAX_LINE) return;
  throw new SdgError('bad-input', 'a line is longer than 256 MiB', {
    ...(file !== undefined && { place: { file, ...(line !== undefined && { line, column: 1 }) } }),
    remedy: 'put every row on a line of its own; a file that is one JSON array is named .json',
  });
}

/** Whole lines, the last one with its line feed. */
export interface LineBlock {
  /** Valid until the next block is asked for. */
  readonly bytes: Buffer;
  /** Whether it begins the input. */
  readonly isFirst: boolean;
}

/** Cuts bytes into blocks of whole lines of about a megabyte; a longer line is a block of its own. `file`: for errors. */
export async function* lineBlocks(input: AsyncIterable<Uint8Array>, file?: string): AsyncGenerator<LineBlock, void, undefined> {
  let held: Buffer[] = [];
  let isFirst = true;
  let size = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = size + buffer.length < BLOCK ? -1 : buffer.lastIndexOf(LF);
    if (last === -1) {
      held.push(buffer);
      size += buffer.length;
      checkLine(size, file);
      continue;
    }
    yield { bytes: Buffer.concat([...held, buffer.subarray(0, last + 1)]), isFirst };
    isFirst = false;
    held = [buffer.subarray(last + 1)];
    size = buffer.length - last - 1;
  }
  if (size === 0) return;
  const rest = Buffer.concat(held);
  yield { bytes: rest[rest.length - 1] === LF ? rest : Buffer.concat([rest, Buffer.from('\n')]), isFirst };
}

/** The bytes of a file in chunks of a megabyte, each in memory of its own. */
export async function* fileChunks(path: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    const handle = await open(path);
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(BLOCK);
        const { bytesRead } = await handle.read(buffer, 0, BLOCK);
        if (bytesRead === 0) return;
        yield bytesRead === BLOCK ? buffer : buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** The number of the line that begins at a place in a file. */
async function lineAt(path: string, place: number): Promise<number> {
  let line = 1;
  let left = place;
  for await (const chunk of fileChunks(path)) {
    const end = Math.min(left, chunk.length);
    for (let at = chunk.indexOf(LF); at !== -1 && at < end; at = chunk.indexOf(LF, at + 1)) line++;
    left -= end;
    if (left === 0) break;
  }
  return line;
}

/** The lines of a file in blocks of about a quarter of a megabyte, or of one line, in memory that is used again and again. */
export async function* fileBlocks(path: string): AsyncGenerator<LineBlock, void, undefined> {
  try {
    const handle = await open(path);
    try {
      let room = Buffer.allocUnsafeSlow(2 * FILE_BLOCK);
      let isFirst = true;
      /** Bytes of a line whose end has not been read, and where it begins. */
      let held = 0;
      let start = 0;
      for (;;) {
        const { bytesRead } = await handle.read(room, held, FILE_BLOCK);
        if (bytesRead === 0) break;
        const filled = held + bytesRead;
        const end = room.subarray(held, filled).lastIndexOf(LF) + 1;
        if (end > 0) {
          yield { bytes: room.subarray(0, held + end), isFirst };
          isFirst = false;
          start += held + end;
          room.copyWithin(0, held + end, filled);
        }
        held = end > 0 ? bytesRead - end : filled;
        if (held > MAX_LINE) checkLine(held, path, await lineAt(path, start));
        if (held + FILE_BLOCK < room.length) continue;
        const larger = Buffer.allocUnsafeSlow(2 * room.length);
        room.copy(larger, 0, 0, held);
        room = larger;
      }
      if (held === 0) return;
      room[held] = LF;
      yield { bytes: room.subarray(0, held + 1), isFirst };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}
