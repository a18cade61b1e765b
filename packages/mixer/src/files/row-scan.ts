/** What is used of WebAssembly, whose types TypeScript has for browsers only. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; count(at: number, end: number): number } };
}

/** `row-scan.wat`, compiled. */
export const ROW_SCAN =
  'AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAMHEgIGbWVtb3J5AgAFY291bnQAAArAAQG9AQIEfwF7/QwKCgoKCgoKCgoKCgoKCgoKIQYDQCAAIAFJBEAgAP0ABAAgBv0jIAD9AAQQIAb9I/1QIAD9AAQgIAb9IyAA/QAEMCAG/SP9UP1Q/VMEQCAAQcAAaiEFA0AgAP0ABAAgBv0j/WQhBCADIAQgAP0ABAH9DCEhISEhISEhISEhISEhISH9Jv1kcXIhAyACIARpaiECIABBEGohACAAIAVJDQALBSAAQcAAaiEACwwBCwtBfyACIAMbCw==';

/** Room for input, and for what the scan reads beyond it. */
export const SCAN_BLOCK = 1 << 17;
export const SCAN_AHEAD = 4096;

export interface RowScan {
  /** Where the input goes; `SCAN_BLOCK + SCAN_AHEAD` bytes. What follows the input must be zero for 80 bytes. */
  readonly input: Buffer;
  /**
   * Line feeds from `at` up to `end` (multiples of 64, or the end of the input) with a byte above 0x20 behind them; −1
   * if there is one with another byte behind it.
   */
  count(at: number, end: number): number;
}

/** A scanner of 16 bytes at once: it keeps up with the memory, where a call for each line does not. */
export function createRowScan(): RowScan {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const { memory, count } = new Instance(new Module(Buffer.from(ROW_SCAN, 'base64'))).exports;
  return { input: Buffer.from(memory.buffer, 0, SCAN_BLOCK + SCAN_AHEAD), count };
}
