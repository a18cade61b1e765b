import { hash } from 'node:crypto';
import { contentHash, sumOf } from '@sdg/values';
import { FOUND, OUTPUT_ROOM, RowRoom } from '../files/row-room.js';
import { MEANT_COLUMNS, SYSTEM_COLUMNS } from '../formats/beside-turns.js';
import { type ConversationFormat, type PairFormat, type RowFormat } from '../formats/row-format.js';
import { ByteFilter } from './byte-filter.js';
import { parseExactly, writeExactly } from './exact-numbers.js';
import type { ByteSink } from './byte-sink.js';
import type { DropReason, RowRules } from './row-rules.js';
import { spells, type Span } from './span.js';

/** What `read` gives. */
const [ODD, EMPTY] = [-1, 0] as const;
/** Room for the system message and the id of a row that has none. */
const [SYSTEM_ROOM, ID_ROOM] = [65_000, 128] as const;
/** What `splice` may write: so many times the row, and this beyond it and the system message. */
const [TIMES, BEYOND] = [4, 128] as const;
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
 * What stands behind the other columns of a row: of one without tools, and what stands before tools and behind them. In other forms than
 * messages the metadata follows.
 */
function endsOf({ columns = [], output }: RowRules): readonly Buffer[] {
  const own = columns.filter((name) => output !== 'chatml' || name !== 'tools');
  const at = own.includes('tools') ? own.indexOf('tools') : own.length;
  const end = output === 'messages' ? '}\n' : '';
  return [`${nothingIn(own)}${end}`, nothingIn(own.slice(0, at)), `${nothingIn(own.slice(at + 1))}${end}`].map((text) => Buffer.from(text));
}

const MESSAGES_NAMES = ['role', 'content'] as const;
const SHAREGPT_NAMES = ['from', 'value'] as const;

/** Rows of turns; of a question and an answer; the same, with one column of what the question is about. */
const [TURNS, PAIR, PAIR_OF_INPUT] = [0, 1, 2] as const;

/** How rows are read: what the list of turns is called, and who speaks and what is said in a turn; or the columns of a pair. */
interface Names {
  readonly kind: typeof TURNS | typeof PAIR | typeof PAIR_OF_INPUT;
  readonly list: string;
  readonly role: string;
  /** Of a pair the columns of what the question is about. */
  readonly contents: readonly string[];
}

/** Whether names of columns and fields can be looked for as they stand. */
const areNames = ({ kind, list, role, contents }: Names): boolean => {
  const columns = kind === TURNS ? [list] : [list, role, ...contents];
  const names = [list, role, ...contents];
  return (
    !columns.some((name) => OWN_COLUMNS.has(name)) && new Set(names).size === names.length && names.every((name) => /^\w+$/.test(name))
  );
};

/** The names of rows of turns; undefined where it takes more to read them. */
function turnNames({ conversation_key: list, role_key, content_key, roles = {}, turns = 'fields' }: ConversationFormat): Names | undefined {
  if (turns !== 'fields' || Object.keys(roles).length > 0) return undefined;
  const isGuessed = (role_key ?? content_key) === undefined;
  const [usualRole, usualContent] = isGuessed && list === 'conversations' ? SHAREGPT_NAMES : MESSAGES_NAMES;
  return { kind: TURNS, list, role: role_key ?? usualRole, contents: [content_key ?? usualContent] };
}

/** The names of rows of a question and an answer; undefined where it takes more to read them. */
function pairNames({ instruction_key: list, output_key: role, input_key: input, ...more }: PairFormat): Names | undefined {
  const { calls, history_key, reasoning_key, instruction_processor, input_processor } = more;
  if ((calls ?? history_key ?? reasoning_key ?? instruction_processor ?? input_processor) !== undefined) return undefined;
  return { kind: typeof input === 'string' ? PAIR_OF_INPUT : PAIR, list, role, contents: [input ?? []].flat() };
}

/** How rows of a format are read on their bytes; undefined where they are not. */
function namesOf(format: RowFormat): Names | undefined {
  const { system_key: system, tools_key: tools } = format;
  if (tools !== undefined || (system !== undefined && !SYSTEM_COLUMNS.includes(system))) return undefined;
  const names = 'conversation_key' in format ? turnNames(format) : 'output_key' in format ? pairNames(format) : undefined;
  return names && areNames(names) ? names : undefined;
}
/** Columns that are read as something else than turns. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['id', 'metadata', 'unmask', ...MEANT_COLUMNS]);

const headOf = ({ dataset }: RowRules): Buffer => Buffer.from(`{"source":${JSON.stringify(dataset)},"id":`);
const namesText = (format: RowFormat): readonly Buffer[] => {
  const names = namesOf(format);
  return names ? [[names.list], [names.role], names.contents].map((some) => Buffer.from(some.map((name) => `${name}"`).join(''))) : [];
};

/** Everything that is written to where the module looks for it. */
const settingsOf = (rules: RowRules): readonly Buffer[] => [
  systemMessage(rules),
  ...endsOf(rules),
  headOf(rules),
  ...namesText(rules.format),
];

const lengthOf = (parts: readonly Buffer[]): number => sumOf(parts, ({ length }) => length);

/** Whether the splicer can do these rules at all: turns of role and text, by whatever names, in; messages or one of its forms out. */
export function canSplice(rules: RowRules): boolean {
  return (
    FORMS.includes(rules.output) &&
    namesOf(rules.format) !== undefined &&
    rules.reasoning !== 'drop' &&
    (rules.keep ?? []).length === 0 &&
    !rules.filter.some(({ column }) => SYSTEM_COLUMNS.includes(column)) &&
    lengthOf(settingsOf(rules)) <= SYSTEM_ROOM
  );
}

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
  /** The columns of what is said. */
  readonly #names: Names;
  /** Behind the rows that were not flushed. */
  #out: number;
  #isLoaded = false;
  #replaced = 0;

  /** `room`: where rows stand that are to be treated where they are. */
  constructor(rules: RowRules, room = new RowRoom()) {
    this.#room = room;
    this.#names = namesOf(rules.format)!;
    this.#filters = rules.filter.map((one) => ({ filter: new ByteFilter(one), name: Buffer.from(one.column) }));
    const { SETTINGS, setSystem, setTail, setAroundTools, setForm, setKind, setNames } = room.module;
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
    setKind(this.#names.kind);
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
    const isReplaced = found[FOUND.isReplaced] !== 0;
    const most = TIMES * (end - start) + this.#systemLength + BEYOND;
    const isLarge = most > OUTPUT_ROOM;
    if (isLarge || this.#out + most > this.#room.inputAt) this.flush(sink);
    // Beyond the usual room where it may take more than that.
    const at = isLarge ? this.#room.largeOutput(most) : this.#out;
    this.#makeId(at);
    const out = module.splice(at);
    if (out === 0) return SLOW;
    if (isReplaced) this.#replaced++;
    if (isLarge) sink.copy(this.#room.memory, at, out);
    else this.#out = out;
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

  /** Gives the row an id of what is said in it, if it has none. `at`: room for that. */
  #makeId(at: number): void {
    const { module, memory, found } = this.#room;
    if (found[FOUND.id] !== 0) return;
    const id = found[FOUND.calls] === 0 ? hash('sha256', memory.subarray(at, module.said(at)), 'hex').slice(0, 32) : this.#idWithCalls();
    found[FOUND.id] = this.#idAt;
    found[FOUND.id + 1] = this.#idAt + memory.write(`"${id}"`, this.#idAt, ID_ROOM, 'latin1');
  }

  /** An id of what is said in the row, the calls of tools in it. */
  #idWithCalls(): string {
    const { module, memory, found } = this.#room;
    const messages = found[FOUND.messageCount]!;
    const list = new Uint32Array(memory.buffer, module.MESSAGE_LIST.value, 4 * messages);
    const ends = new Uint32Array(memory.buffer, module.MESSAGE_ENDS.value, 2 * messages);
    const fields = new Uint32Array(memory.buffer, module.FIELD_LIST.value, 4 * found[FOUND.fields]!);
    const textAt = (places: Uint32Array, at: number): string => memory.toString('utf8', places[at], places[at + 1]);
    const parts: string[] = [];
    for (let i = 0, from = 0; i < messages; i++) {
      const [role, content] = [textAt(list, 4 * i), textAt(list, 4 * i + 2)];
      parts.push(JSON.parse(role) as string, JSON.parse(content) as string);
      const to = 4 * ends[2 * i]!;
      if (ends[2 * i + 1] !== 0) {
        let more = '';
        for (let at = from; at < to; at += 4) more += `,"${textAt(fields, at)}":${textAt(fields, at + 2)}`;
        parts.push(writeExactly(parseExactly(`{"role":${role},"content":${content}${more}}`)));
      }
      from = to;
    }
    return contentHash('mixed', ...parts);
  }

  /** Where the value of a column stands, if the row has it. */
  #spanOf(column: string, name: Buffer): Span | undefined {
    const { module, memory, found } = this.#room;
    const { kind, list: said, role, contents } = this.#names;
    if (column === said) return this.#span(FOUND.messages);
    if (kind !== TURNS && column === role) return this.#span(FOUND.answer);
    if (kind === PAIR_OF_INPUT && column === contents[0]) return this.#span(FOUND.input);
    if (column === 'id' || column === 'metadata' || column === 'unmask') return this.#span(FOUND[column]);
    if (column === 'tools' && found[FOUND.tools] !== 0) return this.#span(FOUND.tools);
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
