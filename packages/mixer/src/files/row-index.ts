import { closeSync } from 'node:fs';
import { SdgError } from '@sdg/core/values';
import { isRow } from './count-rows.js';
import { fileError } from './file-error.js';
import { fill } from './fill.js';
import { checkLine } from './line-blocks.js';
import { countOf, type CountOptions, type PageCount } from './page-count.js';
import { PAGE } from './row-scan.js';

const LF = 0x0a;
const BOM_LENGTH = 3;
/** Pages for which one sum is kept. */
const STRIDE = 32;
/** Bytes read at once in search of a line's number. */
const BLOCK = 1 << 16;

/**
 * Knows where every row of an NDJSON file is, in about a byte for every kilobyte of file: it counts the rows that begin
 * in each page of 2 KiB and finds a row by reading its page again. Blank lines are not rows.
 */
export class RowIndex {
  /** Rows in the file. */
  readonly rows: number;
  readonly #fd: number;
  readonly #counts: Uint16Array;
  /** Rows before every 32nd page. */
  readonly #sums: Float64Array;
  readonly #path: string;
  readonly #size: number;
  /** Where windows are read into, again and again. */
  #room = Buffer.allocUnsafeSlow(2 * PAGE);
  /** Bytes from the beginning of `#page` on. */
  #window = Buffer.alloc(0);
  #page = -1;
  /** Where the row begins that was read last. */
  #start = 0;
  /** Line feeds before every block of the file, as far as they were counted. */
  readonly #feeds = [0];

  private constructor(path: string, fd: number, size: number, counts: Uint16Array) {
    this.#path = path;
    this.#size = size;
    this.#fd = fd;
    this.#counts = counts;
    const strides = Math.ceil(counts.length / STRIDE);
    this.#sums = new Float64Array(strides + 1);
    let sum = 0;
    for (let at = 0; at < strides; at++) {
      const end = Math.min(counts.length, (at + 1) * STRIDE);
      for (let page = at * STRIDE; page < end; page++) sum += counts[page]!;
      this.#sums[at + 1] = sum;
    }
    this.rows = sum;
  }

  /** Reads the whole file once and keeps it open; `close` it. */
  static async build(path: string, options: CountOptions = {}): Promise<RowIndex> {
    let count: PageCount | undefined;
    try {
      count = countOf(path, options.threads);
      const counts = await count.finish(options.signal);
      if (counts === 'interrupted') throw new SdgError('interrupted', 'the mix was interrupted');
      if (counts === 'short') throw new SdgError('bad-input', `${path} became shorter while it was read`);
      return new RowIndex(path, count.fd, count.size, counts);
    } catch (error) {
      count?.close();
      throw fileError('read', path, error);
    }
  }

  close(): void {
    closeSync(this.#fd);
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
    const before = this.#page === page ? this.#window.length : 0;
    if (length > this.#room.length) {
      const room = Buffer.allocUnsafeSlow(2 * length);
      this.#window.copy(room);
      this.#room = room;
    }
    const filled = before + fill(this.#fd, this.#room, before, length - before, page * PAGE + before);
    if (filled <= before) throw new SdgError('bad-input', `${this.#path} changed while it was read`);
    this.#window = this.#room.subarray(0, filled);
    this.#page = page;
  }

  /** The number, from 1, of the line that a row stands on: for messages. Reads the file up to there, but no part twice. */
  lineOf(row: number): number {
    this.read(row);
    const start = this.#start;
    const block = Math.floor(start / BLOCK);
    for (let next = this.#feeds.length; next <= block; next++) this.#feeds.push(this.#feeds[next - 1]! + this.#feedsIn((next - 1) * BLOCK, BLOCK));
    return 1 + this.#feeds[block]! + this.#feedsIn(block * BLOCK, start - block * BLOCK);
  }

  #feedsIn(position: number, length: number): number {
    const buffer = Buffer.allocUnsafe(length);
    const end = fill(this.#fd, buffer, 0, length, position);
    let feeds = 0;
    for (let at = buffer.indexOf(LF); at !== -1 && at < end; at = buffer.indexOf(LF, at + 1)) feeds++;
    return feeds;
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
      checkLine(this.#window.length - start, this.#path);
      if (page * PAGE + this.#window.length >= this.#size) end = this.#window.length;
      else {
        this.#look(page, 2 * this.#window.length);
        end = this.#window.indexOf(LF, start);
      }
    }
    if (row === 0 && this.#window[start] === 0xef && this.#window[start + 1] === 0xbb) start += BOM_LENGTH;
    this.#start = page * PAGE + start;
    return this.#window.subarray(start, end);
  }
}
