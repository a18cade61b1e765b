import { isAscii as isBytesOfAscii } from 'node:buffer';
import { contentHash } from '@sdg/core/values';
import { FOUND, OUTPUT_ROOM, RowRoom } from '../files/row-room.js';
import { MEANT_COLUMNS } from '../formats/beside-turns.js';
import { isConversation, type RowFormat } from '../formats/row-format.js';
import { ByteFilter } from './byte-filter.js';
import { parseExactly, writeExactly } from './exact-numbers.js';
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

/** Columns at the top of a row that it has nothing for, as they end it. */
const nothingIn = (columns: readonly string[]): string => columns.map((name) => `,${JSON.stringify(name)}:null`).join('');

/** Forms that rows can be written in on their bytes, each by its number. */
const FORMS: readonly (string | undefined)[] = ['messages', 'sharegpt', 'prompt-completion', 'alpaca', 'chatml'];

/**
 * What ends a row: one without tools, and what stands before tools and behind them. In other forms than messages columns stand before the
 * metadata.
 */
function endsOf({ columns = [], output }: RowRules): readonly Buffer[] {
  const nothing = Buffer.alloc(0);
  if (output !== 'messages') {
    return [Buffer.from(nothingIn(columns.filter((name) => output !== 'chatml' || name !== 'tools'))), nothing, nothing];
  }
  const at = columns.includes('tools') ? columns.indexOf('tools') : columns.length;
  return [`${nothingIn(columns)}}\n`, nothingIn(columns.slice(0, at)), `${nothingIn(columns.slice(at + 1))}}\n`].map((text) =>
    Buffer.from(text),
  );
}

const MESSAGES_NAMES = ['role', 'content'] as const;
const SHAREGPT_NAMES = ['from', 'value'] as const;

/** Whether names of a list and of two fields can be looked for as they stand. */
const areNames = (list: string, ...fields: readonly [string, string]): boolean =>
  !OWN_COLUMNS.has(list) && fields[0] !== fields[1] && [list, ...fields].every((name) => /^\w+$/.test(name));

/** What the list of turns is called, and who speaks and what is said in a turn; undefined where it takes more to read them. */
function namesOf(format: RowFormat): readonly [list: string, role: string, content: string] | undefined {
  if (!isConversation(format) || (format.system_key ?? format.tools_key) !== undefined) return undefined;
  const { conversation_key: list, role_key, content_key, roles = {}, turns = 'fields' } = format;
  if (turns !== 'fields' || Object.keys(roles).length > 0) return undefined;
  const isGuessed = (role_key ?? content_key) === undefined;
  const [usualRole, usualContent] = isGuessed && list === 'conversations' ? SHAREGPT_NAMES : MESSAGES_NAMES;
  const [role, content] = [role_key ?? usualRole, content_key ?? usualContent];
  return areNames(list, role, content) ? [list, role, content] : undefined;
}
/** Columns that are read as something else than turns. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['id', 'metadata', 'unmask', ...MEANT_COLUMNS]);

const headOf = ({ dataset }: RowRules): Buffer => Buffer.from(`{"source":${JSON.stringify(dataset)},"id":`);
const namesText = (format: RowFormat): readonly Buffer[] => (namesOf(format) ?? []).map((name) => Buffer.from(`${name}"`));

/** Everything that is written to where the module looks for it. */
const settingsOf = (rules: RowRules): readonly Buffer[] => [
  systemMessage(rules),
  ...endsOf(rules),
  headOf(rules),
  ...namesText(rules.format),
];

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** Whether the splicer can do these rules at all: turns of role and text, by whatever names, in; messages or one of its forms out. */
export function canSplice(rules: RowRules): boolean {
  return (
    FORMS.includes(rules.output) &&
    namesOf(rules.format) !== undefined &&
    rules.reasoning !== 'drop' &&
    (rules.keep ?? []).length === 0 &&
    lengthOf(settingsOf(rules)) <= SYSTEM_ROOM
  );
}

/** The text of a JSON string that stands in bytes, quotes included. */
function textIn(memory: Buffer, from: number, to: number, isAscii: boolean): string {
  const text = isAscii ? memory.toString('latin1', from + 1, to - 1) : memory.toString('utf8', from + 1, to - 1);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

/** The text of a role: nearly all of them are one of two. */
const roleIn = (memory: Buffer, from: number, to: number): string =>
  to - from === 6 && memory[from + 1] === 0x75 ? 'user' : to - from === 11 ? 'assistant' : textIn(memory, from, to, true);

/**
 * The treatment of a row of turns of role and text, done on its bytes: the row is checked token by token and
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
  /** The column of the turns. */
  readonly #list: string;
  /** Behind the rows that were not flushed. */
  #out: number;
  #isLoaded = false;
  #replaced = 0;

  /** `room`: where rows stand that are to be treated where they are. */
  constructor(rules: RowRules, room = new RowRoom()) {
    this.#room = room;
    this.#list = namesOf(rules.format)![0];
    this.#filters = rules.filter.map((one) => ({ filter: new ByteFilter(one), name: Buffer.from(one.column) }));
    const { SETTINGS, setSystem, setTail, setAroundTools, setForm, setNames } = room.module;
    const places: number[] = [SETTINGS.value];
    for (const [i, part] of settingsOf(rules).entries()) {
      part.copy(room.memory, places[i]!);
      places.push(places[i]! + part.length);
    }
    const [system, tail, before, behind, head, list, role, content, end] = places as [
      ...[number, number, number, number, number],
      ...[number, number, number, number],
    ];
    this.#out = room.outputAt;
    this.#systemLength = end - system;
    this.#idAt = system + SYSTEM_ROOM;
    if (tail > system) setSystem(system, tail, rules.replacesSystem === true);
    setTail(tail, before);
    setAroundTools(before, behind, behind, head);
    setForm(FORMS.indexOf(rules.output), head, list);
    setNames(list, role, content, end);
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
    const messages = found[FOUND.messageCount]!;
    const list = new Uint32Array(memory.buffer, module.MESSAGE_LIST.value, 4 * messages);
    const ends = found[FOUND.calls] === 0 ? undefined : new Uint32Array(memory.buffer, module.MESSAGE_ENDS.value, 2 * messages);
    const isAscii = isBytesOfAscii(memory.subarray(found[FOUND.messages], found[FOUND.messages + 1]));
    const parts: string[] = [];
    for (let i = 0; i < messages; i++) {
      const role = roleIn(memory, list[4 * i]!, list[4 * i + 1]!);
      const content = textIn(memory, list[4 * i + 2]!, list[4 * i + 3]!, isAscii);
      parts.push(role, content);
      if (ends && ends[2 * i + 1] !== 0) {
        parts.push(writeExactly({ role, content, ...this.#fields(i === 0 ? 0 : ends[2 * i - 2]!, ends[2 * i]!) }));
      }
    }
    found[FOUND.id] = this.#idAt;
    found[FOUND.id + 1] = this.#idAt + memory.write(`"${contentHash('mixed', ...parts)}"`, this.#idAt, ID_ROOM, 'latin1');
  }

  /** Fields of a message beside role and content. */
  #fields(from: number, to: number): Record<string, unknown> {
    const { module, memory } = this.#room;
    const list = new Uint32Array(memory.buffer, module.FIELD_LIST.value + 16 * from, 4 * (to - from));
    const fields: Record<string, unknown> = {};
    for (let at = 0; at < list.length; at += 4) {
      const name = JSON.parse(`"${memory.toString('utf8', list[at], list[at + 1])}"`) as string;
      fields[name] = parseExactly(memory.toString('utf8', list[at + 2], list[at + 3]));
    }
    return fields;
  }

  /** Where the value of a column stands, if the row has it. */
  #spanOf(column: string, name: Buffer): Span | undefined {
    if (column === this.#list) return this.#span(FOUND.messages);
    if (column === 'id' || column === 'metadata' || column === 'unmask' || column === 'tools') return this.#span(FOUND[column]);
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
