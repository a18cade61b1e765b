import { ROWS } from './rows-code.js';
import { instantiate, type WebAssemblyMemory } from './web-assembly.js';

interface Address {
  readonly value: number;
}

/** What the module exports, see assembly/rows/index.ts; places are addresses in its memory. */
interface RowsModule {
  readonly memory: WebAssemblyMemory;
  readonly SETTINGS: Address;
  readonly FREE: Address;
  readonly FOUND: Address;
  readonly COLUMN_LIST: Address;
  readonly MESSAGE_LIST: Address;
  readonly MESSAGE_ENDS: Address;
  readonly FIELD_LIST: Address;
  /** 0: the bytes are too short; 1: a row; 2: a row with bytes beyond ASCII. */
  find(from: number, to: number, isStart: boolean, isEnd: boolean, skip: number): 0 | 1 | 2;
  setSystem(from: number, to: number, replaces: boolean): void;
  /** 0: rows of turns; 1: of a question and an answer; 2: the same, with one column of what it is about. */
  setKind(kind: 0 | 1 | 2): void;
  setTail(from: number, to: number): void;
  setNames(list: number, role: number, content: number, end: number): void;
  /** 0: messages; by other numbers see assembly/rows/forms.ts. */
  setForm(form: number, from: number, to: number): void;
  setAroundTools(from: number, to: number, then: number, end: number): void;
  read(from: number, to: number): -1 | 0 | 1;
  /** Writes what an id is made of, of a row without calls of tools. */
  said(out: number): number;
  splice(out: number): number;
}

/** The numbers in `found`, see assembly/rows/found.ts: where values begin, each before where it ends, and counts. */
export const FOUND = {
  id: 0,
  metadata: 2,
  unmask: 4,
  messages: 6,
  columns: 8,
  messageCount: 9,
  row: 10,
  isReplaced: 12,
  tools: 14,
  fields: 16,
  calls: 17,
  system: 18,
  input: 20,
  answer: 22,
} as const;
const FOUND_LENGTH = 24;
/** Zeros behind the input, which end any token. */
const MARGIN = 16;
const WASM_PAGE = 1 << 16;

/** Bytes of output. */
export const OUTPUT_ROOM = 1 << 18;

/** Memory in which rows are found, read and written by WebAssembly: first output, behind it input, which may grow. */
export class RowRoom {
  readonly module = instantiate<RowsModule>(ROWS);
  /** All of the memory; another one once it has grown. */
  memory = Buffer.alloc(0);
  found = new Uint32Array(0);
  /** Where the output begins, `OUTPUT_ROOM` bytes, and where the input does. */
  readonly outputAt = this.module.FREE.value;
  readonly inputAt = this.outputAt + OUTPUT_ROOM;
  /** How much input there may be. */
  inputRoom = 0;

  constructor() {
    this.#growTo(this.inputAt + MARGIN);
  }

  #growTo(end: number): void {
    const { memory, FOUND: found } = this.module;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    if (this.memory.buffer === memory.buffer) return;
    this.memory = Buffer.from(memory.buffer);
    this.found = new Uint32Array(memory.buffer, found.value, FOUND_LENGTH);
  }

  /** Makes room for more input; what there is stays. */
  makeInput(length: number): void {
    const end = this.inputAt + length;
    this.#growTo(end + MARGIN);
    this.memory.fill(0, end, end + MARGIN);
    this.inputRoom = length;
  }

  /** Room for an output that is larger than the usual: where it begins. It stays until there is more input. */
  largeOutput(length: number): number {
    const at = this.inputAt + this.inputRoom + MARGIN;
    this.#growTo(at + length);
    return at;
  }
}
