import { RegexSyntaxError } from './syntax.js';

/** A pattern, read character by character (code points). */
export class PatternReader {
  readonly #chars: readonly string[];
  /** Index of the next character. */
  at = 0;

  constructor(source: string) {
    this.#chars = Array.from(source);
  }

  get ended(): boolean {
    return this.at >= this.#chars.length;
  }

  /** What is wrong at a character, by its index in the source. */
  error(message: string, at = this.at): RegexSyntaxError {
    return new RegexSyntaxError(message, this.#chars.slice(0, at).join('').length);
  }

  /** The character that is `ahead` of the next one, without reading it. */
  peek(ahead = 0): string | undefined {
    return this.#chars[this.at + ahead];
  }

  /** Reads one character. */
  next(): string | undefined {
    return this.#chars[this.at++];
  }

  /** The next characters as text, without reading them. */
  ahead(count: number): string {
    return this.#chars.slice(this.at, this.at + count).join('');
  }

  /** Reads `text` if it stands here. */
  eat(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#chars[this.at + i] !== text[i]) return false;
    this.at += text.length;
    return true;
  }

  /** Reads up to `end` and passes over it. */
  until(end: string, what: string): string {
    const from = this.at;
    while (this.peek() !== end) {
      if (this.ended) throw this.error(`missing ${end}, unterminated ${what}`, from);
      this.at++;
    }
    return this.#chars.slice(from, this.at++).join('');
  }

  /** Reads the rest of an octal number that began with `first`. */
  octal(first: string, most: number): number {
    let text = first;
    while (text.length < most && /[0-7]/.test(this.peek() ?? '')) text += this.next();
    return Number.parseInt(text, 8);
  }
}
