import { ROW_SCAN } from './row-scan-code.js';
import { instantiate } from './web-assembly.js';

/** Bytes for which one count is given. */
export const PAGE = 2048;
/** Room for input, and for what the scan reads beyond it. Reading less at a time costs more calls, more leaves the cache. */
export const SCAN_BLOCK = 1 << 18;
const SCAN_AHEAD = 4096;
export const SCAN_MARGIN = 144;
/** The count of a page where somebody has to look closer. */
export const ODD = 0xffff;

/** What the module exports: see assembly/row-scan.ts. */
interface RowScanModule {
  readonly INPUT: { readonly value: number };
  readonly COUNTS: { readonly value: number };
  pages(end: number): number;
}

export interface RowScan {
  /** Where the input goes; `SCAN_BLOCK + SCAN_AHEAD` bytes. What follows the input must be zero for `SCAN_MARGIN` bytes. */
  readonly input: Buffer;
  /** What `pages` found, by page: line feeds with a byte above 0x20 behind them; `ODD` if there is one with another. */
  readonly counts: Uint16Array;
  /** Counts from the beginning of the input up to `end`, which is at most `SCAN_BLOCK`; whether a page is `ODD`. */
  pages(end: number): boolean;
}

/** A scanner of 16 bytes at once: it keeps up with the memory, where a call for each line does not. */
export function createRowScan(): RowScan {
  const { memory, INPUT, COUNTS, pages } = instantiate<RowScanModule>(ROW_SCAN);
  return {
    input: Buffer.from(memory.buffer, INPUT.value, SCAN_BLOCK + SCAN_AHEAD),
    counts: new Uint16Array(memory.buffer, COUNTS.value, SCAN_BLOCK / PAGE),
    pages: (end) => pages(end) !== 0,
  };
}
