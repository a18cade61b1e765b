import { open, type FileHandle } from 'node:fs/promises';
import { fileError, SdgError } from '@sdg/values';

const LF = 0x0a;
/** Bytes read at once. */
const BLOCK = 1 << 20;

/** Bytes of a block of lines of a file: it and what is made of it stay in the cache of a processor. */
const FILE_BLOCK = 1 << 18;

/** Bytes of a line at most: longer ones are a file of another form, or a bomb. */
export const MAX_LINE = 1 << 28;

/** Begins the line that stands in place of one that is too long; no JSON begins so. */
const TOO_LONG = '\u0000too long ';
/** Bytes of a line that is too long by which people may know it. */
const SHOWN = 1000;

/** What stands in place of a line that is too long, of how that one begins: no JSON, so it is refused or skipped as other lines are. */
const inPlaceOf = (head: Buffer): Buffer => Buffer.from(`${TOO_LONG}${head.subarray(0, SHOWN).toString('utf8')}`);

/** Writes what stands in place of a line that is too long to where that one begins. How many bytes it has. */
export const shortenLine = (line: Buffer): number => inPlaceOf(line).copy(line);

/** How a line begins that was too long; undefined where `line` was not. */
export const headOfLong = (line: string): string | undefined => (line.startsWith(TOO_LONG) ? `${line.slice(TOO_LONG.length)}…` : undefined);

/** The error for a line that is longer than any row can be. */
export const longLine = (file?: string, line?: number): SdgError =>
  new SdgError('bad-input', 'a line is longer than 256 MiB', {
    ...(file !== undefined && { place: { file, ...(line !== undefined && { line, column: 1 }) } }),
    remedy: 'put every row on a line of its own, or pass --skip-bad-lines to leave it out; a file that is one JSON array is named .json',
  });

/** Whole lines, the last one with its line feed. */
export interface LineBlock {
  /** Valid until the next block is asked for. */
  readonly bytes: Buffer;
  /** Whether it begins the input. */
  readonly isFirst: boolean;
}

/** The first bytes of chunks, as many as `length` or all. */
function firstBytes(chunks: readonly Buffer[], length: number): Buffer {
  let size = 0;
  let count = 0;
  while (size < length && count < chunks.length) size += chunks[count++]!.length;
  return Buffer.concat(chunks.slice(0, count)).subarray(0, length);
}

/** What is held, with what stands in place of the line that goes on in `next`, if that is too long. */
function shortened(held: readonly Buffer[], size: number, next: Buffer): Buffer | undefined {
  // Lines that have ended are among the first bytes alone.
  const start = firstBytes(held, BLOCK).lastIndexOf(LF) + 1;
  const end = next.indexOf(LF);
  if (size - start + (end === -1 ? next.length : end) <= MAX_LINE) return undefined;
  const first = firstBytes([...held, next], start + SHOWN);
  return Buffer.concat([first.subarray(0, start), inPlaceOf(first.subarray(start))]);
}

/**
 * Cuts bytes into blocks of whole lines of about a megabyte; a longer line is a block of its own. A line that is longer than any row can
 * be fails (`bad-input`), or, where `shortens`, a line that {@link headOfLong} tells stands in its place.
 */
export async function* lineBlocks(
  input: AsyncIterable<Uint8Array>,
  { shortens = false }: { readonly shortens?: boolean } = {},
): AsyncGenerator<LineBlock, void, undefined> {
  let held: Buffer[] = [];
  let isFirst = true;
  let size = 0;
  /** Whether the line that has not ended is too long: `held` has what stands in its place, the rest of it is passed over. */
  let isLong = false;
  for await (const chunk of input) {
    let buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (!isLong && size + buffer.length > MAX_LINE) {
      const short = shortened(held, size, buffer);
      if (short && !shortens) throw longLine();
      if (short) {
        isLong = true;
        held = [short];
        size = short.length;
      }
    }
    if (isLong) {
      const end = buffer.indexOf(LF);
      if (end === -1) continue;
      isLong = false;
      buffer = buffer.subarray(end);
    }
    const last = size + buffer.length < BLOCK ? -1 : buffer.lastIndexOf(LF);
    if (last === -1) {
      held.push(buffer);
      size += buffer.length;
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

/** How far it is from a place in a file to the next line feed, or to the end. */
async function feedAfter(handle: FileHandle, place: number): Promise<number> {
  const buffer = Buffer.allocUnsafeSlow(BLOCK);
  for (let far = 0; ; far += BLOCK) {
    const { bytesRead } = await handle.read(buffer, 0, BLOCK, place + far);
    const end = buffer.subarray(0, bytesRead).indexOf(LF);
    if (end !== -1) return far + end;
    if (bytesRead < BLOCK) return far + bytesRead;
  }
}

/** The lines of a file in blocks of about a quarter of a megabyte, or of one line, in memory that is used again and again. */
export async function* fileBlocks(path: string): AsyncGenerator<LineBlock, void, undefined> {
  try {
    const handle = await open(path);
    try {
      let room = Buffer.allocUnsafeSlow(2 * FILE_BLOCK);
      let isFirst = true;
      let place = 0;
      /** Bytes of a line whose end has not been read. */
      let held = 0;
      for (;;) {
        const { bytesRead } = await handle.read(room, held, FILE_BLOCK, place);
        if (bytesRead === 0) break;
        place += bytesRead;
        const filled = held + bytesRead;
        const end = room.subarray(held, filled).lastIndexOf(LF) + 1;
        if (end > 0) {
          yield { bytes: room.subarray(0, held + end), isFirst };
          isFirst = false;
          room.copyWithin(0, held + end, filled);
        }
        held = end > 0 ? bytesRead - end : filled;
        if (held + FILE_BLOCK < room.length) continue;
        const more = await feedAfter(handle, place);
        if (held + more > MAX_LINE) {
          held = shortenLine(room.subarray(0, held));
          place += more;
          continue;
        }
        // All of the line, so that it is moved once.
        const larger = Buffer.allocUnsafeSlow(held + more + 2 * FILE_BLOCK);
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
