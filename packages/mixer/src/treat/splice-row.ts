import { isConversation } from '../formats/row-format.js';
import { ByteFilter } from './byte-filter.js';
import type { ByteSink } from './byte-sink.js';
import { EmbeddedJson } from './embedded-json.js';
import { JsonCursor } from './json-cursor.js';
import { KnownColumns } from './known-columns.js';
import { MessagesSplicer } from './messages-splicer.js';
import type { DropReason, RowRules } from './row-rules.js';
import { spells, type Span } from './span.js';
import { spliceMetadata, type OtherColumn } from './splice-metadata.js';

/** Keys, each with the quote that ends it. */
const [MESSAGES, METADATA, ID, UNMASK] = ['messages"', 'metadata"', 'id"', 'unmask"'].map((key) => Buffer.from(key)) as [Buffer, Buffer, Buffer, Buffer];
/** The parts of a row between the values. */
const [BEFORE_ID, BEFORE_MESSAGES, BEFORE_METADATA, MASKED, UNMASKED] = [
  '{"id":',
  ',"messages":',
  ',"metadata":',
  ',"unmask":false}\n',
  ',"unmask":true}\n',
].map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer, Buffer, Buffer];
const [QUOTE, COMMA, COLON, OPEN, CLOSE, TRUE] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x74] as const;
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
 * that), at several times its speed. What is out of the ordinary it leaves to that one.
 */
export class RowSplicer {
  readonly #cursor = new JsonCursor();
  readonly #embedded = new EmbeddedJson();
  readonly #columns = new KnownColumns();
  readonly #messages: MessagesSplicer;
  readonly #filters: readonly ByteFilter[];
  /** Values of the columns that every row may have. */
  #id: Span | undefined;
  #metadata: Span | undefined;
  #unmask: Span | undefined;
  #others: OtherColumn[] = [];

  constructor({ systemPrompt, filter }: RowRules) {
    this.#messages = new MessagesSplicer(this.#cursor, systemPrompt);
    this.#filters = filter.map((one) => new ByteFilter(one));
  }

  /** Takes a buffer whose rows `splice` is then asked for. */
  load(buffer: Buffer, start = 0): void {
    this.#cursor.load(buffer, start);
  }

  /**
   * Treats the row in the buffer from `start` to `end`, where a line feed stands, into `sink`. True: it is there. A
   * reason: it was dropped. Undefined: not one for this shortcut, perhaps not JSON at all.
   */
  splice(start: number, end: number, sink: ByteSink): true | DropReason | undefined {
    const cursor = this.#cursor;
    const { buffer } = cursor;
    const isFull = this.#read(start, end);
    if (isFull === SLOW) return SLOW;
    for (const filter of this.#filters) if (!filter.passes(buffer, this.#spanOf(filter.column))) return 'filter';
    if (!isFull) return 'empty message';
    const before = sink.length;
    sink.copy(BEFORE_ID);
    if (this.#id) sink.copy(buffer, this.#id.start, this.#id.end);
    else sink.text(this.#messages.id());
    sink.copy(BEFORE_MESSAGES);
    this.#messages.write(sink);
    sink.copy(BEFORE_METADATA);
    if (!spliceMetadata(buffer, this.#metadata, this.#others, sink, this.#embedded)) {
      sink.length = before;
      return SLOW;
    }
    sink.copy(this.#unmask && buffer[this.#unmask.start] === TRUE ? UNMASKED : MASKED);
    return true;
  }

  /** Finds the values of the row: whether all of its messages say something. */
  #read(start: number, end: number): boolean | undefined {
    const cursor = this.#cursor;
    const { buffer } = cursor;
    cursor.at = start;
    cursor.hasOddEscape = false;
    this.#id = this.#metadata = this.#unmask = undefined;
    this.#others = [];
    let isFull: boolean | undefined;
    if (!cursor.eat(OPEN)) return SLOW;
    do {
      cursor.space();
      const key = cursor.at + 1;
      if (!cursor.string() || cursor.hasOddEscape) return SLOW;
      const keyEnd = cursor.at - 1;
      if (!cursor.eat(COLON)) return SLOW;
      cursor.space();
      if (spells(buffer, key, MESSAGES)) {
        if (isFull !== undefined) return SLOW;
        isFull = this.#messages.read();
        if (isFull === undefined) return SLOW;
      } else if (!this.#readColumn(key, keyEnd)) return SLOW;
    } while (cursor.eat(COMMA));
    // White space includes line feeds: a row that goes on in the next line is not one row.
    if (!cursor.eat(CLOSE) || cursor.at > end) return SLOW;
    cursor.space();
    return cursor.at < end ? SLOW : isFull;
  }

  /** Reads the value of a column other than the messages, whose name stands from `key` to `keyEnd`. */
  #readColumn(key: number, keyEnd: number): boolean {
    const cursor = this.#cursor;
    const { buffer, at } = cursor;
    if (!cursor.value()) return false;
    cursor.hasOddEscape = false;
    const value = { start: at, end: cursor.at };
    if (spells(buffer, key, ID)) {
      if (this.#id || buffer[at] !== QUOTE) return false;
      this.#id = value;
    } else if (spells(buffer, key, METADATA)) {
      if (this.#metadata) return false;
      this.#metadata = value;
    } else if (spells(buffer, key, UNMASK)) this.#unmask = value;
    else {
      const column = this.#columns.find(buffer, key, keyEnd, this.#others.length);
      if (!column || this.#others.some((other) => other.column === column)) return false;
      this.#others.push({ column, value });
    }
    return true;
  }

  /** Where the value of a column stands, if the row has it. */
  #spanOf(name: string): Span | undefined {
    switch (name) {
      case 'id':
        return this.#id;
      case 'metadata':
        return this.#metadata;
      case 'unmask':
        return this.#unmask;
      case 'messages':
        return this.#messages.span;
      default:
        return this.#others.find(({ column }) => column.name === name)?.value;
    }
  }
}
