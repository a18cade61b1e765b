import { BOM, CR, END, isBlank, isBreak, LF } from './characters.js';

/** A place in the text that moves on, and knows its line and column (both from 0). */
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
