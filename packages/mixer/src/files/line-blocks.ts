import { open } from 'node:fs/promises';
import { fileError } from './file-error.js';

const LF = 0x0a;
/** Bytes read at once. */
export const BLOCK = 1 << 20;

/** Whole lines, the last one with its line feed, and the number of the first, from 1. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** Whether it begins the input. */
  readonly isFirst: boolean;
}

/** Cuts bytes into blocks of whole lines of about a megabyte; a longer line is a block of its own. */
export async function* lineBlocks(input: AsyncIterable<Uint8Array>): AsyncGenerator<LineBlock, void, undefined> {
  let held: Buffer[] = [];
  let isFirst = true;
  let size = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
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
