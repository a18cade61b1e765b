import { fill } from './fill.js';
import { createRowScan, ODD, PAGE, SCAN_BLOCK, SCAN_MARGIN, type RowScan } from './row-scan.js';

const LF = 0x0a;
/** Bytes that a thread takes on at a time; a whole number of blocks. */
export const SEGMENT = 16 * SCAN_BLOCK;
/** Stands for the line feed before a segment, which belongs to another. */
const BEFORE = -1;
/** What a segment begins with: nothing but white space, a row, the end of a blank line. */
const [UNKNOWN, ROW, BLANK] = [0, 1, 2] as const;

/** White space that may stand on a blank line, the line feed aside. */
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Whether a line that begins at `at` has something in it; undefined where the buffer ends before that is known. */
function isRow(buffer: Uint8Array, at: number, end: number): boolean | undefined {
  for (let i = at; i < end; i++) {
    const byte = buffer[i]!;
    if (byte === LF) return false;
    if (!isSpace(byte)) return true;
  }
  return undefined;
}

/**
 * The rows of one file being counted by page, in memory that threads share. Each segment of the file is counted by
 * whichever thread comes first, so the counts do not depend on how many there are.
 */
export interface RowCount {
  readonly fd: number;
  readonly size: number;
  /** By page: line feeds in it that a row follows. The beginning of the file counts as one in page 0. */
  readonly counts: Uint16Array;
  /** By segment: what it begins with, and 1 + the page of a last line feed behind which only white space came. */
  readonly edges: Int32Array;
  /** The first segment that nobody has taken. */
  readonly next: Int32Array;
  /** Not 0: the file ended before its size. */
  readonly isShort: Int32Array;
}

export function beginCount(fd: number, size: number): RowCount {
  const segments = Math.ceil(size / SEGMENT);
  return {
    ...{ fd, size },
    counts: new Uint16Array(new SharedArrayBuffer(2 * Math.ceil(size / PAGE) + 2)),
    edges: new Int32Array(new SharedArrayBuffer(8 * segments)),
    next: new Int32Array(new SharedArrayBuffer(4)),
    isShort: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** Leaves no segment to anybody. */
export const stopCount = ({ next, size }: RowCount): void => void Atomics.store(next, 0, Math.ceil(size / SEGMENT));

/** Counts segments as long as there are any; gives way to others after each. */
export function* countSegments(count: RowCount): Generator<void, void, undefined> {
  const scan = createRowScan();
  for (;;) {
    const segment = Atomics.add(count.next, 0, 1);
    if (segment * SEGMENT >= count.size) return;
    if (!countSegment(count, segment, scan)) {
      Atomics.store(count.isShort, 0, 1);
      stopCount(count);
    }
    yield;
  }
}

/** False: the file ended before its size. */
function countSegment({ fd, size, counts, edges }: RowCount, segment: number, scan: RowScan): boolean {
  const { input } = scan;
  const stop = Math.min(size, (segment + 1) * SEGMENT);
  /** Page of a line feed behind which nothing but white space has come so far. */
  let waiting: number | undefined = BEFORE;
  let held = 0;
  for (let position = segment * SEGMENT; position < stop; position += SCAN_BLOCK) {
    // What was read ahead of the last block begins this one.
    input.copyWithin(0, SCAN_BLOCK, SCAN_BLOCK + held);
    const length = Math.min(input.length, size - position);
    if (fill(fd, input, held, length - held, position + held) < length - held) return false;
    if (length < input.length) input.fill(0, length, Math.min(input.length, length + SCAN_MARGIN));
    const end = Math.min(length, SCAN_BLOCK);
    if (waiting !== undefined) {
      const filled = isRow(input, 0, length);
      if (filled !== undefined && waiting === BEFORE) edges[2 * segment] = filled ? ROW : BLANK;
      else if (filled) counts[waiting]!++;
      if (filled !== undefined) waiting = undefined;
    }
    const first = position / PAGE;
    const isOdd = scan.pages(end);
    counts.set(scan.counts.subarray(0, Math.ceil(end / PAGE)), first);
    if (isOdd) waiting = countOddPages(scan, end, length, counts, first) ?? waiting;
    held = length - end;
  }
  edges[2 * segment + 1] = waiting === undefined || waiting === BEFORE ? 0 : waiting + 1;
  return true;
}

/** Counts pages with blank lines in them, the first of which is `first`. The one whose last line goes on, if there is one. */
function countOddPages(scan: RowScan, end: number, length: number, counts: Uint16Array, first: number): number | undefined {
  let open: number | undefined;
  for (let at = 0; at < end; at += PAGE) {
    if (scan.counts[at / PAGE] !== ODD) continue;
    const { rows, isOpen } = countSlowly(scan.input, at, Math.min(at + PAGE, end), length);
    counts[first + at / PAGE] = rows;
    if (isOpen) open = first + at / PAGE;
  }
  return open;
}

/** A page with blank lines in it, line by line. `isOpen`: what follows its last line feed is not known yet. */
function countSlowly(input: Buffer, start: number, end: number, filled: number): { rows: number; isOpen: boolean } {
  let rows = 0;
  for (let at = input.indexOf(LF, start); at !== -1 && at < end; at = input.indexOf(LF, at + 1)) {
    const isFilled = isRow(input, at + 1, filled);
    if (isFilled === undefined) return { rows, isOpen: true };
    if (isFilled) rows++;
  }
  return { rows, isOpen: false };
}

/** Settles what each segment had to leave to the next; the counts are right afterwards. */
export function joinSegments({ counts, edges }: RowCount): Uint16Array {
  let waiting: number | undefined = 0;
  for (let at = 0; at < edges.length; at += 2) {
    if (waiting !== undefined && edges[at] !== UNKNOWN) {
      if (edges[at] === ROW) counts[waiting]!++;
      waiting = undefined;
    }
    if (edges[at + 1] !== 0) waiting = edges[at + 1]! - 1;
  }
  return counts;
}
