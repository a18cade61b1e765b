import { contentHash } from '@sdg/core/values';
import type { ByteSink } from './byte-sink.js';
import { isBlankText } from './is-blank-text.js';
import type { JsonCursor } from './json-cursor.js';
import { spells, type Span } from './span.js';

const SYSTEM = Buffer.from('"system"');
/** What stands around role and content of a message. */
const [BEFORE_ROLE, BEFORE_CONTENT, AFTER_CONTENT] = ['{"role":', ',"content":', '}'].map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer];
const AROUND = BEFORE_ROLE.length + BEFORE_CONTENT.length + AFTER_CONTENT.length;
/** Keys, each with the quote that ends it. */
const [ROLE, CONTENT] = [Buffer.from('role"'), Buffer.from('content"')];
const [QUOTE, COMMA, COLON, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d] as const;

/** Reads the messages of a row where they stand, and writes them with the system message of the mix. */
export class MessagesSplicer {
  readonly #cursor: JsonCursor;
  readonly #system: Buffer | undefined;
  #start = 0;
  #end = 0;
  /** Where what follows the system message begins: the comma after it, or the first message where there is none. */
  #firstTurn = 0;
  #hasSystem = false;
  /** Whether no white space stands between the tokens and roles come before contents: they can be copied as they are. */
  #isPlain = true;
  /** Role and content of the first message, if it is the system's. */
  #systemParts: readonly Span[] = [];
  /** Role and content of every other message, in turn. */
  #contents: Span[] = [];
  #role: Span | undefined;
  #content: Span | undefined;

  constructor(cursor: JsonCursor, systemPrompt: string | undefined) {
    this.#cursor = cursor;
    if (systemPrompt !== undefined) this.#system = Buffer.from(JSON.stringify({ role: 'system', content: systemPrompt }));
  }

  /** Reads the array of messages at the cursor: whether each says something. Undefined: nothing for this shortcut. */
  read(): boolean | undefined {
    const cursor = this.#cursor;
    const { buffer } = cursor;
    this.#start = cursor.at;
    this.#hasSystem = false;
    this.#contents = [];
    this.#systemParts = [];
    let isOrdered = true;
    let size = 1;
    if (buffer[cursor.at] !== OPEN_LIST) return undefined;
    cursor.at++;
    let isFull = true;
    let count = 0;
    do {
      if (!cursor.eat(OPEN)) return undefined;
      if (count === 0) this.#firstTurn = cursor.at - 1;
      if (!this.#readMessage()) return undefined;
      const [role, content] = [this.#role!, this.#content!];
      size += AROUND + 1 + role.end - role.start + content.end - content.start;
      if (content.start < role.start) isOrdered = false;
      if (spells(buffer, role.start, SYSTEM)) {
        if (count > 0) return undefined;
        this.#hasSystem = true;
        this.#systemParts = [role, content];
        this.#firstTurn = cursor.at;
      } else {
        const isBlank = isBlankText(buffer, content);
        if (isBlank === undefined) return undefined;
        if (isBlank) isFull = false;
        this.#contents.push(role, content);
      }
      count++;
    } while (cursor.eat(COMMA));
    if (!cursor.eat(CLOSE_LIST)) return undefined;
    this.#end = cursor.at;
    // As long as it would be without white space: there is none.
    this.#isPlain = isOrdered && this.#end - this.#start === size;
    return isFull;
  }

  /** Reads one message behind its brace; false if it has more than a role and a text, or less. */
  #readMessage(): boolean {
    const cursor = this.#cursor;
    const { buffer } = cursor;
    this.#role = this.#content = undefined;
    do {
      cursor.space();
      const key = cursor.at + 1;
      if (!cursor.string() || cursor.hasOddEscape || !cursor.eat(COLON)) return false;
      cursor.space();
      const start = cursor.at;
      if (buffer[start] !== QUOTE || !cursor.string()) return false;
      if (spells(buffer, key, ROLE) && !this.#role && !cursor.hasOddEscape) this.#role = { start, end: cursor.at };
      else if (spells(buffer, key, CONTENT) && !this.#content) this.#content = { start, end: cursor.at };
      else return false;
      cursor.hasOddEscape = false;
    } while (cursor.eat(COMMA));
    return cursor.eat(CLOSE) && this.#role !== undefined && this.#content !== undefined;
  }

  /** The id of a row that has none, as JSON. */
  id(): string {
    const { buffer } = this.#cursor;
    const parts = this.#contents.map(({ start, end }) => JSON.parse(buffer.toString('utf8', start, end)) as string);
    return `"${contentHash('mixed', ...parts)}"`;
  }

  /** The messages as they were read. */
  get span(): Span {
    return { start: this.#start, end: this.#end };
  }

  /** Writes the messages, the system message first. */
  write(sink: ByteSink): void {
    const { buffer } = this.#cursor;
    if (!this.#isPlain) return this.#writeParts(sink);
    if (!this.#system) return sink.copy(buffer, this.#start, this.#end);
    sink.byte(OPEN_LIST);
    sink.copy(this.#system);
    if (this.#contents.length > 0 && !this.#hasSystem) sink.byte(COMMA);
    sink.copy(buffer, this.#firstTurn, this.#end);
  }

  /** Writes messages that stand in another layout, one part after another. */
  #writeParts(sink: ByteSink): void {
    const { buffer } = this.#cursor;
    const parts = this.#system ? this.#contents : [...this.#systemParts, ...this.#contents];
    sink.byte(OPEN_LIST);
    if (this.#system) sink.copy(this.#system);
    for (let i = 0; i < parts.length; i += 2) {
      if (this.#system || i > 0) sink.byte(COMMA);
      sink.copy(BEFORE_ROLE);
      sink.copy(buffer, parts[i]!.start, parts[i]!.end);
      sink.copy(BEFORE_CONTENT);
      sink.copy(buffer, parts[i + 1]!.start, parts[i + 1]!.end);
      sink.copy(AFTER_CONTENT);
    }
    sink.byte(CLOSE_LIST);
  }
}
