import { contentHash } from '@sdg/core/values';
import { isConversation } from '../formats/row-format.js';
import { ROW_COLUMNS } from '../rows/training-row.js';
import { type ByteSink } from './byte-sink.js';
import { JsonCursor } from './json-cursor.js';
import { passes } from './passes.js';
import type { DropReason, RowRules } from './row-rules.js';

const NO_METADATA = Buffer.from('"{}"');
const SYSTEM = Buffer.from('"system"');
/** Keys, each with the quote that ends it. */
const [ROLE, CONTENT, MESSAGES, METADATA, ID, UNMASK] = ['role"', 'content"', 'messages"', 'metadata"', 'id"', 'unmask"'].map(
  (key) => Buffer.from(key),
) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
/** The parts of a row between the values. */
const [BEFORE_ID, BEFORE_MESSAGES, BEFORE_METADATA, MASKED, UNMASKED] = [
  '{"id":',
  ',"messages":',
  ',"metadata":',
  ',"unmask":false}\n',
  ',"unmask":true}\n',
].map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer, Buffer, Buffer];
const [QUOTE, COMMA, COLON, OPEN, CLOSE, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5c] as const;
const SLOW = undefined;
/** Columns remembered. */
const MAX_COLUMNS = 1000;
/** Metadata up to this length is searched here: calling out costs more. */
const SHORT_TEXT = 256;

/** Where a value stands. */
interface Span {
  start: number;
  end: number;
}

/** A column that moves into the metadata: datasets have few of them and many rows, so its bytes are kept. */
class KnownColumn {
  /** As it ends a key: `name"`. */
  readonly key: Buffer;
  /** As it stands in an object: `"name"`. */
  readonly plain: Buffer;
  /** As it stands in an object that is text: `\"name\"`. */
  readonly escaped: Buffer;

  constructor(readonly name: string) {
    this.key = Buffer.from(`${name}"`);
    this.plain = Buffer.from(`"${name}"`);
    this.escaped = Buffer.from(`\\"${name}\\"`);
  }
}
interface Other {
  readonly column: KnownColumn;
  readonly value: Span;
}

/** Whether the splicer can do these rules at all: messages in, messages out. */
export function canSplice({ format, output, filter }: RowRules): boolean {
  return (
    output === 'messages' &&
    isConversation(format) &&
    format.conversation_key === 'messages' &&
    (format.role_key ?? 'role') === 'role' &&
    (format.content_key ?? 'content') === 'content' &&
    Object.keys(format.roles ?? {}).length === 0 &&
    filter.every(({ column }) => !ROW_COLUMNS.has(column))
  );
}

/**
 * The treatment of a row that is already in the messages form, done on its bytes: the row is checked token by token and
 * its parts are copied, never made into values and back. Same outcome as {@link treatRow} (a property test holds it to
 * that), at several times its speed. What is out of the ordinary it leaves to that one.
 */
export class RowSplicer {
  readonly #cursor = new JsonCursor();
  readonly #rules: RowRules;
  readonly #system: Buffer | undefined;
  #columns: KnownColumn[] = [];
  #messages: Span = { start: 0, end: 0 };
  /** Where what follows the system message begins: the comma after it, or the first message where there is none. */
  #firstTurn = 0;
  #hasSystem = false;
  /** Role and content of every other message, in turn. */
  #contents: Span[] = [];

  constructor(rules: RowRules) {
    this.#rules = rules;
    if (rules.systemPrompt !== undefined) {
      this.#system = Buffer.from(JSON.stringify({ role: 'system', content: rules.systemPrompt }));
    }
  }

  /**
   * Treats the row in `buffer` from `start` to `end`, where a line feed stands, into `sink`. True: it is there. A reason:
   * it was dropped. Undefined: not one for this shortcut, perhaps not JSON at all.
   */
  splice(buffer: Buffer, start: number, end: number, sink: ByteSink): true | DropReason | undefined {
    const cursor = this.#cursor;
    cursor.buffer = buffer;
    cursor.at = start;
    cursor.hasOddEscape = false;
    let id: Span | undefined;
    let metadata: Span | undefined;
    let unmask = false;
    let messages = false;
    let empty = false;
    const others: Other[] = [];
    if (!cursor.eat(OPEN)) return SLOW;
    do {
      cursor.space();
      const keyStart = cursor.at + 1;
      if (!cursor.string() || cursor.hasOddEscape) return SLOW;
      const keyEnd = cursor.at - 1;
      if (!cursor.eat(COLON)) return SLOW;
      cursor.space();
      const at = cursor.at;
      if (spells(buffer, keyStart, MESSAGES)) {
        const read = messages ? SLOW : this.#readMessages();
        if (read === SLOW) return SLOW;
        messages = true;
        empty = read === 'empty message';
        continue;
      }
      if (!cursor.value()) return SLOW;
      cursor.hasOddEscape = false;
      const value = { start: at, end: cursor.at };
      if (spells(buffer, keyStart, ID)) {
        if (id || buffer[at] !== QUOTE) return SLOW;
        id = value;
      } else if (spells(buffer, keyStart, METADATA)) {
        if (metadata) return SLOW;
        metadata = value;
      } else if (spells(buffer, keyStart, UNMASK)) unmask = buffer[at] === 0x74;
      else {
        const column = this.#column(keyStart, keyEnd, others.length);
        if (!column || others.some((other) => other.column === column)) return SLOW;
        others.push({ column, value });
      }
    } while (cursor.eat(COMMA));
    // White space includes line feeds: a row that goes on in the next line is not one row.
    if (!cursor.eat(CLOSE) || !messages || cursor.at > end) return SLOW;
    cursor.space();
    if (cursor.at < end) return SLOW;
    for (const filter of this.#rules.filter) {
      const other = others.find(({ column }) => column.name === filter.column);
      const value: unknown = other ? JSON.parse(buffer.toString('utf8', other.value.start, other.value.end)) : null;
      if (!passes(value, filter)) return 'filter';
    }
    if (empty) return 'empty message';
    const before = sink.length;
    sink.copy(BEFORE_ID);
    if (id) sink.copy(buffer, id.start, id.end);
    else sink.text(this.#id());
    this.#writeMessages(sink);
    sink.copy(BEFORE_METADATA);
    if (!this.#writeMetadata(sink, metadata, others)) {
      sink.length = before;
      return SLOW;
    }
    sink.copy(unmask ? UNMASKED : MASKED);
    return true;
  }

  /** Reads the array of messages at the cursor. */
  #readMessages(): true | 'empty message' | undefined {
    const cursor = this.#cursor;
    const { buffer } = cursor;
    this.#messages.start = cursor.at;
    this.#hasSystem = false;
    this.#contents = [];
    if (buffer[cursor.at] !== 0x5b) return SLOW;
    cursor.at++;
    let empty = false;
    let count = 0;
    do {
      if (!cursor.eat(OPEN)) return SLOW;
      let role: Span | undefined;
      let content: Span | undefined;
      let keys = 0;
      if (count === 0) this.#firstTurn = cursor.at - 1;
      do {
        cursor.space();
        const keyStart = cursor.at + 1;
        if (!cursor.string() || cursor.hasOddEscape) return SLOW;
        if (!cursor.eat(COLON)) return SLOW;
        cursor.space();
        const at = cursor.at;
        keys++;
        if (spells(buffer, keyStart, ROLE)) {
          if (role || !cursor.string() || cursor.hasOddEscape) return SLOW;
          role = { start: at, end: cursor.at };
        } else if (spells(buffer, keyStart, CONTENT)) {
          if (content || buffer[at] !== QUOTE || !cursor.string()) return SLOW;
          content = { start: at, end: cursor.at };
          cursor.hasOddEscape = false;
        } else return SLOW;
      } while (cursor.eat(COMMA));
      if (!cursor.eat(CLOSE) || keys !== 2 || !role || !content) return SLOW;
      if (spells(buffer, role.start, SYSTEM)) {
        if (count > 0) return SLOW;
        this.#hasSystem = true;
        this.#firstTurn = cursor.at;
      } else {
        const blank = isBlank(buffer, content);
        if (blank === undefined) return SLOW;
        empty ||= blank;
        this.#contents.push(role, content);
      }
      count++;
    } while (cursor.eat(COMMA));
    if (!cursor.eat(0x5d)) return SLOW;
    this.#messages.end = cursor.at;
    return empty ? 'empty message' : true;
  }

  /** The id of a row that has none, as JSON. */
  #id(): string {
    const { buffer } = this.#cursor;
    const parts = this.#contents.map(({ start, end }) => JSON.parse(buffer.toString('utf8', start, end)) as string);
    return `"${contentHash('mixed', ...parts)}"`;
  }

  #writeMessages(sink: ByteSink): void {
    const { buffer } = this.#cursor;
    sink.copy(BEFORE_MESSAGES);
    if (!this.#system) return sink.copy(buffer, this.#messages.start, this.#messages.end);
    sink.byte(0x5b);
    sink.copy(this.#system);
    if (this.#contents.length > 0 && !this.#hasSystem) sink.byte(COMMA);
    sink.copy(buffer, this.#firstTurn, this.#messages.end);
  }

  /** Writes the metadata as a JSON string with the other columns in it; false if that takes more than copying. */
  #writeMetadata(sink: ByteSink, metadata: Span | undefined, others: readonly Other[]): boolean {
    const { buffer } = this.#cursor;
    const { start, end } = metadata ?? { start: 0, end: 0 };
    const first = metadata && buffer[start];
    const isEmpty = !metadata || first === 0x6e || (end - start === 2 && (first === QUOTE || first === OPEN));
    if (isEmpty && others.length === 0) {
      sink.copy(NO_METADATA);
      return true;
    }
    let filled = false;
    sink.byte(QUOTE);
    if (isEmpty) sink.byte(OPEN);
    else if (first === QUOTE) {
      if (buffer[start + 1] !== OPEN || buffer[end - 2] !== CLOSE) return false;
      filled = end - start > 4;
      if (others.length > 0 && filled && (buffer[start + 2] !== BACKSLASH || this.#isNamed(start, end, others, 'escaped'))) return false;
      sink.copy(buffer, start + 1, end - 2);
    } else if (first === OPEN) {
      filled = true;
      if (others.length > 0 && (buffer[start + 1] !== QUOTE || this.#isNamed(start, end, others, 'plain'))) return false;
      sink.copyEscaped(buffer, start, end - 1);
    } else return false;
    for (const { column, value } of others) {
      if (filled) sink.byte(COMMA);
      filled = true;
      sink.copy(column.escaped);
      sink.byte(COLON);
      sink.copyEscaped(buffer, value.start, value.end);
    }
    sink.text('}"');
    return true;
  }

  /** The column whose name stands there; undefined where it is escaped. `hint`: where it was in the rows before. */
  #column(start: number, end: number, hint: number): KnownColumn | undefined {
    const { buffer } = this.#cursor;
    const hinted = this.#columns[hint];
    if (hinted && spells(buffer, start, hinted.key)) return hinted;
    const name = buffer.toString('utf8', start, end);
    if (name.includes('\\')) return undefined;
    const known = this.#columns.find((column) => column.name === name);
    if (known) return known;
    if (this.#columns.length >= MAX_COLUMNS) this.#columns = [];
    const column = new KnownColumn(name);
    this.#columns.push(column);
    return column;
  }

  /** Whether the metadata may already have a field of one of the names. */
  #isNamed(start: number, end: number, others: readonly Other[], form: 'plain' | 'escaped'): boolean {
    const { buffer } = this.#cursor;
    if (end - start > SHORT_TEXT) {
      const text = buffer.subarray(start, end);
      return others.some(({ column }) => text.includes(column[form]));
    }
    for (let at = start; at < end; at++) {
      for (let i = 0; i < others.length; i++) if (spells(buffer, at, others[i]!.column[form])) return true;
    }
    return false;
  }
}

const spells = (buffer: Buffer, at: number, word: Buffer): boolean => {
  for (let i = 0; i < word.length; i++) if (buffer[at + i] !== word[i]) return false;
  return true;
};

/** Whether a character that `trim` takes for white space may begin here: U+00A0, U+1680, U+2000 to U+205F, U+3000, U+FEFF. */
function beginsWideSpace(buffer: Buffer, at: number): boolean {
  const second = buffer[at + 1]!;
  const third = buffer[at + 2]!;
  switch (buffer[at]) {
    case 0xc2:
      return second === 0xa0;
    case 0xe1:
      return second === 0x9a;
    case 0xe2:
      return second === 0x81 || (second === 0x80 && (third < 0x8b || third === 0xa8 || third === 0xa9 || third === 0xaf));
    case 0xe3:
      return second === 0x80 && third === 0x80;
    case 0xef:
      return second === 0xbb;
    default:
      return false;
  }
}

/** Whether a string has nothing but white space; undefined where a byte alone does not tell. */
function isBlank(buffer: Buffer, { start, end }: Span): boolean | undefined {
  for (let at = start + 1; at < end - 1; at++) {
    const byte = buffer[at]!;
    if (byte === 0x20) continue;
    if (byte >= 0x80) return beginsWideSpace(buffer, at) ? undefined : false;
    if (byte !== 0x5c) return false;
    const escape = buffer[++at];
    if (escape === 0x75) return undefined;
    if (escape !== 0x6e && escape !== 0x74 && escape !== 0x72 && escape !== 0x66) return false;
  }
  return true;
}
