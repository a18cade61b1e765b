import { ROWS } from './rows-code.js';
import { instantiate, type WebAssemblyMemory } from './web-assembly.js';

interface Address {
  readonly value: number;
}

/** What the module exports, see assembly/rows/index.ts; places are addresses in its memory. */
export interface RowsModule {
  readonly memory: WebAssemblyMemory;
  readonly SETTINGS: Address;
  readonly FREE: Address;
  readonly FOUND: Address;
  readonly COLUMN_LIST: Address;
  readonly MESSAGE_LIST: Address;
  /** 0: the bytes are too short; 1: a row; 2: a row with bytes beyond ASCII. */
  find(from: number, to: number, isStart: boolean, isEnd: boolean, skip: number): 0 | 1 | 2;
  setSystem(from: number, to: number): void;
  read(from: number, to: number): -1 | 0 | 1;
  splice(out: number): number;
}

/** The numbers in `found`, see assembly/rows/found.ts: where values begin, each before where it ends, and counts. */
export const FOUND = { id: 0, metadata: 2, unmask: 4, messages: 6, columns: 8, messageCount: 9, row: 10 } as const;
const FOUND_LENGTH = 12;
/** Zeros behind the input, which end any token. */
const MARGIN = 16;
const WASM_PAGE = 1 << 16;

/** Memory in which rows are found, read and written by WebAssembly: first input, behind it output. */
export class RowRoom {
  readonly module = instantiate<RowsModule>(ROWS);
  /** All of the memory; another one after `makeRoom`. */
  memory = Buffer.alloc(0);
  found = new Uint32Array(0);
  /** Where the input begins, and how much there may be. */
  readonly inputAt = this.module.FREE.value;
  inputRoom = 0;
  /** Where the output begins; it may go on to the end of the memory. */
  outputAt = 0;

  /** Makes room for so much input and output, where there is less. The input stays, the output may lie elsewhere. */
  makeRoom(input: number, output: number): void {
    const { memory, FOUND: found } = this.module;
    if (input > this.inputRoom || this.outputAt === 0) {
      this.inputRoom = input;
      this.outputAt = this.inputAt + input + MARGIN;
    }
    const missing = this.outputAt + output - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    if (this.memory.buffer !== memory.buffer) {
      this.memory = Buffer.from(memory.buffer);
      this.found = new Uint32Array(memory.buffer, found.value, FOUND_LENGTH);
    }
    this.memory.fill(0, this.outputAt - MARGIN, this.outputAt);
  }
}
