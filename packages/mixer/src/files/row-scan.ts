import { instantiate } from './web-assembly.js';

/** `row-scan.wat`, compiled. */
export const ROW_SCAN =
  'AGFzbQEAAAABDAJgAX8Bf2ACf38BfwMDAgABBQMBAAUHEgIGbWVtb3J5AgAFcGFnZXMAAAqAAwJRAQV/QYDAECEDA0AgASAASQRAIAFBgBBqIQIgAiAASwRAIAAhAgsgASACEAEhBCAFIARBAEhyIQUgAyAEOwEAIANBAmohAyACIQEMAQsLIAULqwICBH8Be/0MCgoKCgoKCgoKCgoKCgoKCiEGA0AgACABSQRAIAD9AAQAIAb9IyAA/QAEECAG/SP9UCAA/QAEICAG/SMgAP0ABDAgBv0j/VD9UCAA/QAEQCAG/SMgAP0ABFAgBv0j/VAgAP0ABGAgBv0jIAD9AARwIAb9I/1Q/VD9UP1TRQRAIABBgAFqIQAMAgsgAP0ABAAgBv0jIAD9AAQQIAb9I/1QIAD9AAQgIAb9IyAA/QAEMCAG/SP9UP1Q/VMEQCAAQcAAaiEFA0AgAP0ABAAgBv0j/WQhBCADIAQgAP0ABAH9DCEhISEhISEhISEhISEhISH9Jv1kcXIhAyACIARpaiECIABBEGohACAAIAVJDQALBSAAQcAAaiEACwwBCwtBfyACIAMbCw==';

/** Bytes for which one count is given. */
export const PAGE = 2048;
/** Room for input, and for what the scan reads beyond it. Reading less at a time costs more calls, more leaves the cache. */
export const SCAN_BLOCK = 1 << 18;
export const SCAN_AHEAD = 4096;
export const SCAN_MARGIN = 144;
/** Where the module puts the counts. */
const COUNTS = 0x42000;
/** The count of a page where somebody has to look closer. */
export const ODD = 0xffff;

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
  const { memory, pages } = instantiate<{ pages(end: number): number }>(ROW_SCAN);
  return {
    input: Buffer.from(memory.buffer, 0, SCAN_BLOCK + SCAN_AHEAD),
    counts: new Uint16Array(memory.buffer, COUNTS, SCAN_BLOCK / PAGE),
    pages: (end) => pages(end) !== 0,
  };
}
