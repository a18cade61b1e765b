import { contentHash } from '@sdg/core/values';
import { FOUND, OUTPUT_ROOM, RowRoom } from '../files/row-room.js';
import { isConversation } from '../formats/row-format.js';
import { ByteFilter } from './byte-filter.js';
import type { ByteSink } from './byte-sink.js';
import type { DropReason, RowRules } from './row-rules.js';
import { spells, type Span } from './span.js';

/** What `read` gives. */
const [ODD, EMPTY] = [-1, 0] as const;
/** Room for the system message and the id of a row that has none. */
const [SYSTEM_ROOM, ID_ROOM] = [65_000, 128] as const;
/** What `splice` may write beyond twice the row and the system message. */
const BEYOND = 128;
/** Zeros behind a block, which end any token. */
const MARGIN = 16;
/** Blocks beyond this are left to others: the memory of a module does not become smaller again. */
const LARGE = 1 << 24;
const SLOW = undefined;

const systemMessage = ({ systemPrompt }: RowRules): Buffer =>
  Buffer.from(systemPrompt === undefined ? '' : JSON.stringify({ role: 'system', content: systemPrompt }));

/** What ends a row: the columns at its top that it has nothing for. */
const tailOf = ({ columns = [] }: RowRules): Buffer => Buffer.from(`${columns.map((name) => `,${JSON.stringify(name)}:null`).join('')}}\n`);

/** Whether the splicer can do these rules at all: messages in, messages out. */
export function canSplice(rules: RowRules): boolean {
  const { format, output } = rules;
  return (
    output === 'messages' &&
    isConversation(format) &&
    format.conversation_key === 'messages' &&
    (format.role_key ?? 'role') === 'role' &&
    (format.content_key ?? 'content') === 'content' &&
    Object.keys(format.roles ?? {}).length === 0 &&
    (format.turns ?? 'fields') === 'fields' &&
    format.system_key === undefined &&
    format.tools_key === undefined &&
    rules.reasoning !== 'drop' &&
    (rules.keep ?? []).length === 0 &&
    systemMessage(rules).length + tailOf(rules).length <= SYSTEM_ROOM
  );
}

/**
 * The treatment of a row that is already in the messages form, done on its bytes: the row is checked token by token and
 * its parts are copied, never made into values and back. Same outcome as {@link treatRow} (a property test holds it to
 * that), at many times its speed: WebAssembly does it, which is quick from the first row on. What is out of the ordinary
 * it leaves to that one.
 */
export class RowSplicer {
  readonly #room: RowRoom;
  readonly #filters: readonly { readonly filter: ByteFilter; readonly name: Buffer }[];
  /** Bytes of the system message and of the columns at the end. */
  readonly #systemLength: number;
  /** Where the id of a row goes that has none. */
  readonly #idAt: number;
  /** Behind the rows that were not flushed. */
  #out: number;
  #isLoaded = false;
  #replaced = 0;

  /** `room`: where rows stand that are to be treated where they are. */
  constructor(rules: RowRules, room = new RowRoom()) {
    this.#room = room;
    this.#filters = rules.filter.map((one) => ({ filter: new ByteFilter(one), name: Buffer.from(one.column) }));
    const { SETTINGS, setSystem, setTail } = room.module;
    const system = systemMessage(rules);
    const tail = tailOf(rules);
    const [at, end] = [SETTINGS.value, SETTINGS.value + system.length];
    this.#out = room.outputAt;
    system.copy(room.memory, at);
    tail.copy(room.memory, end);
    this.#systemLength = system.length + tail.length;
    this.#idAt = at + SYSTEM_ROOM;
    if (system.length > 0) setSystem(at, end, rules.replacesSystem === true);
    setTail(end, end + tail.length);
  }

  /** Takes a block of rows, each with a line feed, which `splice` is then asked for. */
  load(block: Uint8Array): void {
    const { length } = block;
    const room = this.#room;
    this.#isLoaded = length <= LARGE;
    if (!this.#isLoaded) return;
    if (length > room.inputRoom) room.makeInput(2 * length);
    room.memory.set(block, room.inputAt);
    room.memory.fill(0, room.inputAt + length, room.inputAt + length + MARGIN);
  }

  /** As `spliceAt`, of a block that was loaded. */
  splice(start: number, end: number, sink: ByteSink): true | DropReason | undefined {
    return this.#isLoaded ? this.spliceAt(this.#room.inputAt + start, this.#room.inputAt + end, sink) : SLOW;
  }

  /**
   * Treats the row in the room from `start` to `end`, where a line feed stands. True: `flush` will give it, or `sink` has
   * it already. A reason: it was dropped. Undefined: not one for this shortcut, perhaps not JSON at all.
   */
  spliceAt(start: number, end: number, sink: ByteSink): true | DropReason | undefined {
    const { module, found } = this.#room;
    const read = module.read(start, end);
    if (read === ODD) return SLOW;
    for (const { filter, name } of this.#filters) if (!filter.passes(this.#room.memory, this.#spanOf(filter.column, name))) return 'filter';
    if (read === EMPTY) return 'empty message';
    if (found[FOUND.id] === 0) this.#makeId();
    if (found[FOUND.isReplaced] !== 0) this.#replaced++;
    const most = 2 * (end - start) + this.#systemLength + BEYOND;
    if (most > OUTPUT_ROOM) return this.#spliceLarge(most, sink);
    if (this.#out + most > this.#room.inputAt) this.flush(sink);
    const out = module.splice(this.#out);
    if (out === 0) return SLOW;
    this.#out = out;
    return true;
  }

  /** Writes a row that may take more room than there is for output. */
  #spliceLarge(most: number, sink: ByteSink): true | undefined {
    const room = this.#room;
    this.flush(sink);
    const at = room.largeOutput(most);
    const out = room.module.splice(at);
    if (out === 0) return SLOW;
    sink.copy(room.memory, at, out);
    return true;
  }

  /** How many rows had their system message replaced since this was last asked for. */
  takeReplaced(): number {
    const replaced = this.#replaced;
    this.#replaced = 0;
    return replaced;
  }

  /** Puts the rows written so far into `sink`. */
  flush(sink: ByteSink): void {
    const { memory, outputAt } = this.#room;
    if (this.#out > outputAt) sink.copy(memory, outputAt, this.#out);
    this.#out = outputAt;
  }

  /** Gives the row an id of what is said in it. */
  #makeId(): void {
    const { module, memory, found } = this.#room;
    const list = new Uint32Array(memory.buffer, module.MESSAGE_LIST.value, 4 * found[FOUND.messageCount]!);
    const parts: string[] = [];
    for (let at = 0; at < list.length; at += 2) parts.push(JSON.parse(memory.toString('utf8', list[at], list[at + 1])) as string);
    found[FOUND.id] = this.#idAt;
    found[FOUND.id + 1] = this.#idAt + memory.write(`"${contentHash('mixed', ...parts)}"`, this.#idAt, ID_ROOM, 'latin1');
  }

  /** Where the value of a column stands, if the row has it. */
  #spanOf(column: string, name: Buffer): Span | undefined {
    if (column === 'id' || column === 'metadata' || column === 'unmask' || column === 'messages') return this.#span(FOUND[column]);
    const { module, memory, found } = this.#room;
    const list = new Uint32Array(memory.buffer, module.COLUMN_LIST.value, 4 * found[FOUND.columns]!);
    for (let at = 0; at < list.length; at += 4) {
      if (list[at + 1]! - list[at]! === name.length && spells(memory, list[at]!, name)) return { start: list[at + 2]!, end: list[at + 3]! };
    }
    return undefined;
  }

  #span(at: number): Span | undefined {
    const { found } = this.#room;
    return found[at] === 0 ? undefined : { start: found[at]!, end: found[at + 1]! };
  }
}
