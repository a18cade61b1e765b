import { readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { SdgError } from '@sdg/core';
import { fileError } from './file-error.js';

const LF = 0x0a;
const BOM_LENGTH = 3;
/** Bytes for which one count is kept. */
const PAGE = 4096;
/** Bytes read at once, a whole number of pages. */
const BLOCK = 1 << 20;
/** Pages for which one sum is kept. */
const STRIDE = 256;

/** Whether a line that begins at `at` has something in it; undefined where the buffer ends before that is known. */
function isRow(buffer: Buffer, at: number, end: number): boolean | undefined {
  for (let i = at; i < end; i++) {
    const byte = buffer[i]!;
    if (byte > 0x20) return true;
    if (byte === LF) return false;
  }
  return undefined;
}

/**
 * Knows where every row of an NDJSON file is, in about half a byte for every kilobyte of file: it counts the rows that
 * begin in each page of 4 KiB and finds a row by reading its page again. Blank lines are not rows.
 */
export class RowIndex {
  /** Rows in the file. */
  readonly rows: number;
  readonly #handle: FileHandle;
  readonly #counts: Uint16Array;
  /** Rows before every 256th page. */
  readonly #sums: Float64Array;
  readonly #path: string;
  readonly #size: number;
  /** Where small windows are read into, again and again. */
  readonly #small = Buffer.allocUnsafeSlow(2 * PAGE);
  /** Bytes from the beginning of `#page` on. */
  #window = Buffer.alloc(0);
  #page = -1;

  private constructor(path: string, handle: FileHandle, size: number, counts: Uint16Array) {
    this.#path = path;
    this.#size = size;
    this.#handle = handle;
    this.#counts = counts;
    this.#sums = new Float64Array(Math.ceil(counts.length / STRIDE) + 1);
    let sum = 0;
    for (let page = 0; page < counts.length; page++) {
      if (page % STRIDE === 0) this.#sums[page / STRIDE] = sum;
      sum += counts[page]!;
    }
    this.#sums[this.#sums.length - 1] = sum;
    this.rows = sum;
  }

  /** Reads the whole file once and keeps it open; `close` it. */
  static async build(path: string, onBytes: (count: number) => void = () => undefined): Promise<RowIndex> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path);
      const { size } = await handle.stat();
      return new RowIndex(path, handle, size, await countRows(handle, size, onBytes));
    } catch (error) {
      await handle?.close();
      throw fileError('read', path, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** The page in which a row's line feed before it stands (the first row's: page 0), and its number among those. */
  #pageOf(row: number): { page: number; skip: number } {
    let low = 0;
    let high = this.#sums.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#sums[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    let skip = row - this.#sums[low]!;
    let page = low * STRIDE;
    while (skip >= this.#counts[page]!) skip -= this.#counts[page++]!;
    return { page, skip };
  }

  /** Makes the window on the file begin at a page and be `length` bytes long, or as long as the file. */
  #look(page: number, length: number): void {
    const window = length <= this.#small.length ? this.#small : Buffer.allocUnsafe(length);
    const before = this.#page === page ? this.#window.length : 0;
    let filled = 0;
    while (filled < length) {
      // Synchronous: these are thousands of small reads, and a turn of the thread pool costs more than one of them.
      const count = readSync(this.#handle.fd, window, filled, length - filled, page * PAGE + filled);
      if (count === 0) break;
      filled += count;
    }
    if (filled <= before) throw new SdgError('bad-input', `${this.#path} changed while it was read`);
    this.#window = window.subarray(0, filled);
    this.#page = page;
  }

  /** The number, from 1, of the line that a row stands on: for messages, as it reads the file up to there. */
  lineOf(row: number): number {
    const buffer = Buffer.allocUnsafe(BLOCK);
    let [line, rows, isStart] = [1, 0, true];
    for (let position = 0; ; ) {
      const count = readSync(this.#handle.fd, buffer, 0, BLOCK, position);
      if (count === 0) return line;
      for (let at = 0; at < count; at++) {
        if (buffer[at] === LF) {
          line++;
          isStart = true;
        } else if (isStart && buffer[at]! > 0x20) {
          isStart = false;
          if (rows++ === row) return line;
        }
      }
      position += count;
    }
  }

  /** The bytes of a row (0 to rows − 1) without its line feed, valid until the next call. Quickest in ascending order. */
  read(row: number): Buffer {
    const { page, skip } = this.#pageOf(row);
    // Twice the page: most rows that begin in it also end there.
    if (this.#page !== page) this.#look(page, 2 * PAGE);
    let start = page === 0 ? 0 : this.#window.indexOf(LF) + 1;
    for (let left = skip; ; ) {
      const filled = isRow(this.#window, start, this.#window.length);
      if (filled && left-- === 0) break;
      const end = filled === undefined ? -1 : this.#window.indexOf(LF, start);
      if (end === -1) this.#look(page, 2 * this.#window.length);
      else start = end + 1;
    }
    let end = this.#window.indexOf(LF, start);
    while (end === -1) {
      if (page * PAGE + this.#window.length >= this.#size) end = this.#window.length;
      else {
        this.#look(page, 2 * this.#window.length);
        end = this.#window.indexOf(LF, start);
      }
    }
    if (row === 0 && this.#window[start] === 0xef && this.#window[start + 1] === 0xbb) start += BOM_LENGTH;
    return this.#window.subarray(start, end);
  }
}

/** Counts by page the line feeds that a row follows; the beginning of the file counts as one in page 0. */
async function countRows(handle: FileHandle, size: number, onBytes: (count: number) => void): Promise<Uint16Array> {
  const counts = new Uint16Array(Math.ceil(size / PAGE) + 1);
  let [buffer, other] = [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)];
  /** Page of a line feed behind which nothing but white space has come so far. */
  let waiting: number | undefined = 0;
  let position = 0;
  let { bytesRead } = await handle.read(buffer, 0, BLOCK, 0);
  while (bytesRead > 0) {
    // The next block is read while this one is counted.
    const next = handle.read(other, 0, BLOCK, position + bytesRead);
    onBytes(bytesRead);
    if (waiting !== undefined) {
      const filled = isRow(buffer, 0, bytesRead);
      if (filled) counts[waiting]!++;
      if (filled !== undefined) waiting = undefined;
    }
    const part = buffer.subarray(0, bytesRead);
    for (let at = part.indexOf(LF); at !== -1; at = part.indexOf(LF, at + 1)) {
      const filled = isRow(part, at + 1, bytesRead);
      const page = Math.floor((position + at) / PAGE);
      if (filled) counts[page]!++;
      else if (filled === undefined) waiting = page;
    }
    position += bytesRead;
    [buffer, other] = [other, buffer];
    ({ bytesRead } = await next);
  }
  return counts;
}
