import { closeSync } from 'node:fs';
import { fileError, SdgError } from '@sdg/values';
import { fill } from './fill.js';
import { longLine, MAX_LINE, shortenLine } from './line-blocks.js';
import { countOf, type CountOptions, type PageCount } from './page-count.js';
import { FOUND, RowRoom } from './row-room.js';
import { PAGE } from './row-scan.js';

const LF = 0x0a;
const BOM_LENGTH = 3;
/** Pages for which one sum is kept. */
const STRIDE = 32;
/** Bytes beyond which the end of a line is looked for before it is read. */
const LONG = 1 << 20;
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
  /** Where rows are read into: whoever knows it can work on them where they are. */
  readonly room = new RowRoom();
  /** Bytes in the room, from the beginning of `#page` on. */
  #filled = 0;
  #page = -1;
  /** Stride in which the row was found that was read last. */
  #stride = 0;
  /** Where the row begins and ends in the room that was read last. */
  start = 0;
  end = 0;
  /** Where it begins in the file. */
  #place = 0;
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

  /** The stride that a row's line feed before it stands in: mostly the one that was found last, or one of the next. */
  #strideOf(row: number): number {
    const sums = this.#sums;
    let low = this.#stride;
    if (sums[low]! > row) low = 0;
    for (let near = 0; near < 8 && low < sums.length - 2; near++, low++) if (sums[low + 1]! > row) return (this.#stride = low);
    let high = sums.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (sums[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return (this.#stride = low);
  }

  /** Makes the window on the file begin at a page and be `length` bytes long, or as long as the file. */
  #look(page: number, length: number): void {
    const { room } = this;
    const before = this.#page === page ? this.#filled : 0;
    if (length > room.inputRoom) room.makeInput(2 * length);
    const read = fill(this.#fd, room.memory, room.inputAt + before, length - before, page * PAGE + before);
    if (read === 0) throw new SdgError('bad-input', `${this.#path} changed while it was read`);
    this.#filled = before + read;
    this.#page = page;
  }

  /** Looks at all of the line that the window ends in; false: it is longer than any row can be. */
  #lookAtLine(page: number): boolean {
    const { room } = this;
    const filled = this.#filled;
    const start = room.memory.subarray(room.inputAt, room.inputAt + filled).lastIndexOf(LF) + 1;
    const buffer = Buffer.allocUnsafe(LONG);
    let end = filled;
    for (let read = LONG; read > 0; end += read) {
      read = fill(this.#fd, buffer, 0, LONG, page * PAGE + end);
      const feed = buffer.subarray(0, read).indexOf(LF);
      if (feed !== -1) {
        end += feed + 1;
        break;
      }
      if (end - start > MAX_LINE) return false;
    }
    if (end - start > MAX_LINE + 1) return false;
    this.#look(page, end);
    return true;
  }

  /** The number, from 1, of the line that a row stands on: for messages. Reads the file up to there, but no part twice. */
  lineOf(row: number): number {
    this.find(row);
    const start = this.#place;
    const block = Math.floor(start / BLOCK);
    for (let next = this.#feeds.length; next <= block; next++) {
      this.#feeds.push(this.#feeds[next - 1]! + this.#feedsIn((next - 1) * BLOCK, BLOCK));
    }
    return 1 + this.#feeds[block]! + this.#feedsIn(block * BLOCK, start - block * BLOCK);
  }

  #feedsIn(position: number, length: number): number {
    const buffer = Buffer.allocUnsafe(length);
    const end = fill(this.#fd, buffer, 0, length, position);
    let feeds = 0;
    for (let at = buffer.indexOf(LF); at !== -1 && at < end; at = buffer.indexOf(LF, at + 1)) feeds++;
    return feeds;
  }

  /**
   * Brings a row (0 to rows − 1) into the room, from `start` to `end`, where a line feed stands; valid until the next
   * call. Quickest in ascending order. Whether it is ASCII for certain.
   */
  find(row: number): boolean {
    const stride = this.#strideOf(row);
    let page = stride * STRIDE;
    let skip = row - this.#sums[stride]!;
    while (skip >= this.#counts[page]!) skip -= this.#counts[page++]!;
    // Twice the page: most rows that begin in it also end there.
    if (this.#page !== page) this.#look(page, 2 * PAGE);
    const { room } = this;
    let found: number;
    let isCut = false;
    for (;;) {
      const isEnd = isCut || page * PAGE + this.#filled >= this.#size;
      found = room.module.find(room.inputAt, room.inputAt + this.#filled, page === 0, isEnd, skip);
      if (found > 0) break;
      if (isCut) throw longLine(this.#path);
      if (this.#filled < LONG) this.#look(page, 2 * this.#filled);
      else isCut = !this.#lookAtLine(page);
    }
    this.start = room.found[FOUND.row]!;
    this.end = room.found[FOUND.row + 1]!;
    this.#place = page * PAGE + this.start - room.inputAt;
    const { memory } = room;
    if (isCut) {
      this.end = this.start + shortenLine(memory.subarray(this.start, this.end));
      // What is in the room is not the file's any more.
      this.#page = -1;
    }
    if (row === 0 && memory[this.start] === 0xef && memory[this.start + 1] === 0xbb) this.start += BOM_LENGTH;
    memory[this.end] = LF;
    return found === 1;
  }

  /** The bytes of a row without its line feed, as `find` brings them. */
  read(row: number): Buffer {
    this.find(row);
    return this.room.memory.subarray(this.start, this.end);
  }
}
