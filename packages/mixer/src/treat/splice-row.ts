import { contentHash } from '@sdg/core/values';
import { instantiate, type WebAssemblyMemory } from '../files/web-assembly.js';
import { isConversation } from '../formats/row-format.js';
import { ByteFilter } from './byte-filter.js';
import type { ByteSink } from './byte-sink.js';
import type { DropReason, RowRules } from './row-rules.js';
import { spells, type Span } from './span.js';
import { SPLICE_ROW } from './splice-row-code.js';

/** What the module exports: see assembly/splice-row/index.ts. Places are addresses in its memory. */
interface RowSplice {
  readonly memory: WebAssemblyMemory;
  readonly FREE: { readonly value: number };
  readonly FOUND: { readonly value: number };
  readonly COLUMN_LIST: { readonly value: number };
  readonly MESSAGE_LIST: { readonly value: number };
  setSystem(from: number, to: number): void;
  read(from: number, to: number): number;
  splice(out: number): number;
}

/** What `read` gives. */
const [ODD, EMPTY] = [-1, 0] as const;
/** Numbers of `FOUND`, as in assembly/splice-row/found.ts. */
const [ID, METADATA, UNMASK, MESSAGES, COLUMN_COUNT, MESSAGE_COUNT, ALL] = [0, 2, 4, 6, 8, 9, 12] as const;
/** Zeros behind the input, which end any token. */
const MARGIN = 16;
/** Room for the id of a row that has none. */
const ID_ROOM = 128;
/** What `splice` may write beyond twice the row and the system message. */
const BEYOND = 128;
const SMALL = 1 << 14;
/** Blocks beyond this are left to others: the memory of a module does not become smaller again. */
const LARGE = 1 << 24;
const WASM_PAGE = 1 << 16;
const SLOW = undefined;

/** Whether the splicer can do these rules at all: messages in, messages out. */
export function canSplice({ format, output }: RowRules): boolean {
  return (
    output === 'messages' &&
    isConversation(format) &&
    format.conversation_key === 'messages' &&
    (format.role_key ?? 'role') === 'role' &&
    (format.content_key ?? 'content') === 'content' &&
    Object.keys(format.roles ?? {}).length === 0
  );
}

/**
 * The treatment of a row that is already in the messages form, done on its bytes: the row is checked token by token and
 * its parts are copied, never made into values and back. Same outcome as {@link treatRow} (a property test holds it to
 * that), at many times its speed: WebAssembly does it, which is quick from the first row on. What is out of the ordinary
 * it leaves to that one.
 */
export class RowSplicer {
  readonly #module = instantiate<RowSplice>(SPLICE_ROW);
  readonly #system: Buffer;
  readonly #filters: readonly { readonly filter: ByteFilter; readonly name: Buffer }[];
  /** The memory of the module; system message, room for an id, input and output begin there. */
  #memory = Buffer.alloc(0);
  #found = new Uint32Array(0);
  readonly #idAt: number;
  readonly #inputAt: number;
  #inputRoom = 0;
  #outputAt = 0;
  /** Behind what was written to the output. */
  #out = 0;
  #isLoaded = false;

  constructor({ systemPrompt, filter }: RowRules) {
    this.#system = Buffer.from(systemPrompt === undefined ? '' : JSON.stringify({ role: 'system', content: systemPrompt }));
    this.#filters = filter.map((one) => ({ filter: new ByteFilter(one), name: Buffer.from(one.column) }));
    const { FREE, setSystem } = this.#module;
    const systemAt = FREE.value;
    this.#idAt = systemAt + this.#system.length;
    this.#inputAt = this.#idAt + ID_ROOM;
    this.#makeRoom(SMALL, SMALL);
    this.#system.copy(this.#memory, systemAt);
    if (systemPrompt !== undefined) setSystem(systemAt, this.#idAt);
  }

  /** Makes room for so much input and output. The output is empty then; where the input gets more room, so is that. */
  #makeRoom(input: number, output: number): void {
    this.#inputRoom = Math.max(input, this.#inputRoom);
    this.#outputAt = this.#out = this.#inputAt + this.#inputRoom + MARGIN;
    const { memory, FOUND } = this.#module;
    const missing = this.#outputAt + output - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    if (this.#memory.buffer === memory.buffer) return;
    this.#memory = Buffer.from(memory.buffer);
    this.#found = new Uint32Array(memory.buffer, FOUND.value, ALL);
  }

  /** Bytes that a row of a length may take when written. */
  readonly #most = (length: number): number => 2 * length + this.#system.length + BEYOND;

  /** Takes a block of rows, each with a line feed, which `splice` is then asked for. What was written before must be flushed. */
  load(block: Uint8Array): void {
    const { length } = block;
    this.#isLoaded = length <= LARGE;
    if (!this.#isLoaded) return;
    if (length > this.#inputRoom) this.#makeRoom(2 * length, this.#most(2 * length));
    this.#memory.set(block, this.#inputAt);
    this.#memory.fill(0, this.#inputAt + length, this.#inputAt + length + MARGIN);
  }

  /**
   * Treats the row in the block from `start` to `end`, where a line feed stands. True: `flush` will give it, or `sink`
   * has it already. A reason: it was dropped. Undefined: not one for this shortcut, perhaps not JSON at all.
   */
  splice(start: number, end: number, sink: ByteSink): true | DropReason | undefined {
    if (!this.#isLoaded) return SLOW;
    const read = this.#module.read(this.#inputAt + start, this.#inputAt + end);
    if (read === ODD) return SLOW;
    for (const { filter, name } of this.#filters) if (!filter.passes(this.#memory, this.#spanOf(filter.column, name))) return 'filter';
    if (read === EMPTY) return 'empty message';
    if (this.#found[ID] === 0) this.#makeId();
    const most = this.#most(end - start);
    if (this.#out + most > this.#memory.length) {
      this.flush(sink);
      this.#makeRoom(0, most);
    }
    const out = this.#module.splice(this.#out);
    if (out === 0) return SLOW;
    this.#out = out;
    return true;
  }

  /** Puts the rows written so far into `sink`. */
  flush(sink: ByteSink): void {
    sink.copy(this.#memory, this.#outputAt, this.#out);
    this.#out = this.#outputAt;
  }

  /** Gives the row an id of what is said in it. */
  #makeId(): void {
    const list = new Uint32Array(this.#module.memory.buffer, this.#module.MESSAGE_LIST.value, 4 * this.#found[MESSAGE_COUNT]!);
    const parts: string[] = [];
    for (let at = 0; at < list.length; at += 2) parts.push(JSON.parse(this.#memory.toString('utf8', list[at], list[at + 1])) as string);
    this.#found[ID] = this.#idAt;
    this.#found[ID + 1] = this.#idAt + this.#memory.write(`"${contentHash('mixed', ...parts)}"`, this.#idAt, 'latin1');
  }

  /** Where the value of a column stands, if the row has it. */
  #spanOf(column: string, name: Buffer): Span | undefined {
    switch (column) {
      case 'id':
        return this.#span(ID);
      case 'metadata':
        return this.#span(METADATA);
      case 'unmask':
        return this.#span(UNMASK);
      case 'messages':
        return this.#span(MESSAGES);
    }
    const list = new Uint32Array(this.#module.memory.buffer, this.#module.COLUMN_LIST.value, 4 * this.#found[COLUMN_COUNT]!);
    for (let at = 0; at < list.length; at += 4) {
      if (list[at + 1]! - list[at]! === name.length && spells(this.#memory, list[at]!, name)) return { start: list[at + 2]!, end: list[at + 3]! };
    }
    return undefined;
  }

  #span(at: number): Span | undefined {
    return this.#found[at] === 0 ? undefined : { start: this.#found[at]!, end: this.#found[at + 1]! };
  }
}
