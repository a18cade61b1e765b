import { YamlSyntaxError } from './yaml-syntax-error.js';
import { BOM, CR, END, HASH, isBlank, isBreak, isBreakOrEnd, LF, SPACE } from './characters.js';

/** A place in a text; line and column count from 0. */
export interface Place {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A place in the text that moves on. */
export class Cursor {
  readonly text: string;
  offset = 0;
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
  }

  get column(): number {
    return this.offset - this.#lineStart;
  }

  /** Where it is now. */
  get place(): Place {
    return { offset: this.offset, line: this.line, column: this.column };
  }

  /** Fails at a place; by default at this one. */
  fail(message: string, remedy: string, offset = this.offset): never {
    throw new YamlSyntaxError(message, offset, remedy);
  }

  peek(ahead = 0): number {
    const at = this.offset + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : END;
  }

  /** Moves on by characters that are known to be no line breaks. */
  skip(count = 1): void {
    this.offset += count;
  }

  /** Skips a byte order mark, which takes up no column. */
  skipByteOrderMark(): void {
    if (this.peek() !== BOM) return;
    this.offset++;
    this.#lineStart++;
  }

  /** Skips characters of this code and says how many. */
  skipAll(code: number): number {
    const from = this.offset;
    while (this.text.charCodeAt(this.offset) === code) this.offset++;
    return this.offset - from;
  }

  /** Skips the rest of the line. */
  skipLine(): void {
    while (!isBreakOrEnd(this.peek())) this.skip();
  }

  /** Skips spaces and a comment; whether that was the rest of the line. */
  skipToEnd(): boolean {
    this.skipAll(SPACE);
    if (this.peek() === HASH) this.skipLine();
    return isBreakOrEnd(this.peek());
  }

  /** Takes a line break if there is one; gives what it stands for in a scalar, `''` if there is none. */
  takeBreak(): string {
    const code = this.peek();
    if (!isBreak(code)) return '';
    this.offset += code === CR && this.peek(1) === LF ? 2 : 1;
    this.line++;
    this.#lineStart = this.offset;
    return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
  }

  slice(from: number, to = this.offset): string {
    return this.text.slice(from, to);
  }

  /** Whether `---` or `...` and then a blank stand here. */
  atDocumentMark(): boolean {
    return (this.text.startsWith('---', this.offset) || this.text.startsWith('...', this.offset)) && isBlank(this.peek(3));
  }
}
