import { readSync } from 'node:fs';

/** Reads until `length` bytes have come or the file ends; synchronous, as thousands of turns of the thread pool cost more. */
export function fill(fd: number, buffer: Uint8Array, at: number, length: number, position: number): number {
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, at + filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
