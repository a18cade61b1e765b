import { SPECIAL_SCAN } from './special-scan.js';
import { instantiate } from '../files/web-assembly.js';

/** Bytes listed at once: they and their list stay in the cache of a processor. */
const WINDOW = 1 << 16;
/** Where the module puts the list. */
const LIST = 0x20000;
/** Ends a list: greater than any position. */
const END = 0xffffffff;
const SPACE = 0x20;

/**
 * Finds the bytes of a buffer that matter inside JSON strings: quotes, backslashes and control characters. Quick where
 * they are sought in ascending order. The listing is done in WebAssembly, at many times the speed of a loop over bytes.
 */
export class SpecialBytes {
  readonly #input: Uint8Array;
  /** Positions in the window; one more than there can be, for the end. */
  readonly #list: Uint32Array;
  readonly #scan: (end: number) => number;
  #buffer: Uint8Array = new Uint8Array(0);
  /** Where the window begins and where the next one does. */
  #base = 0;
  #next = 0;
  #at = 0;

  constructor() {
    const { memory, list } = instantiate<{ list(end: number): number }>(SPECIAL_SCAN);
    this.#input = new Uint8Array(memory.buffer, 0, LIST);
    this.#list = new Uint32Array(memory.buffer, LIST, WINDOW + 1);
    this.#scan = list;
  }

  /** Begins anew with a buffer, from `start` on. */
  load(buffer: Uint8Array, start: number): void {
    this.#buffer = buffer;
    this.#base = this.#next = start;
    this.#list[0] = END;
    this.#at = 0;
  }

  /** Position of the first special byte at or behind `position`; the buffer's end if there is none. */
  from(position: number): number {
    const list = this.#list;
    if (position < this.#base) this.#window(position);
    for (;;) {
      const sought = position - this.#base;
      let at = this.#at;
      while (at > 0 && list[at - 1]! >= sought) at--;
      while (list[at]! < sought) at++;
      this.#at = at;
      if (list[at] !== END) return this.#base + list[at]!;
      if (this.#next >= this.#buffer.length) return this.#buffer.length;
      this.#window(Math.max(this.#next, position));
    }
  }

  #window(start: number): void {
    const end = Math.min(start + WINDOW, this.#buffer.length);
    this.#input.set(this.#buffer.subarray(start, end));
    this.#input.fill(SPACE, end - start, end - start + 16);
    this.#list[this.#scan(end - start)] = END;
    this.#base = start;
    this.#next = end;
    this.#at = 0;
  }
}
