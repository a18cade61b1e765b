import { SpecialBytes } from './special-bytes.js';

const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;
const ESCAPABLE = new Uint8Array(256);
for (const char of '"\\/bfnrt') ESCAPABLE[char.charCodeAt(0)] = 1;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && ((byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)));

/** Nesting beyond this is left to `JSON.parse`. */
const MAX_DEPTH = 256;

/**
 * Walks over JSON in bytes and says where values end, without making them. It accepts what `JSON.parse` accepts (a
 * property test holds it to that) and allocates nothing; `false` means: not JSON, or nothing for this shortcut.
 * The bytes must be valid UTF-8 and be followed by one more byte that ends any token, a line feed say.
 */
export class JsonCursor {
  /** Set by `load`. */
  buffer: Buffer = Buffer.alloc(1);
  at = 0;
  readonly #special = new SpecialBytes();
  /** Whether a string since it was last set to false held `\u` or `\/`: the only escapes that can be written otherwise. */
  hasOddEscape = false;

  /** Begins anew with a buffer, at `start`. */
  load(buffer: Buffer, start = 0): void {
    this.buffer = buffer;
    this.at = start;
    this.#special.load(buffer, start);
  }

  space(): void {
    const { buffer } = this;
    let at = this.at;
    for (let byte = buffer[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) byte = buffer[++at];
    this.at = at;
  }

  /** Steps over `byte` and the white space before it. */
  eat(byte: number): boolean {
    if (this.buffer[this.at] !== byte) this.space();
    if (this.buffer[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Steps over a string; the cursor stands on its first quote. */
  string(): boolean {
    const { buffer } = this;
    if (buffer[this.at] !== QUOTE) return false;
    let at = this.#special.from(this.at + 1);
    while (buffer[at] !== QUOTE) {
      if (buffer[at] !== BACKSLASH) return false;
      const escape = buffer[at + 1]!;
      if (ESCAPABLE[escape] === 1) at += 2;
      else if (escape === 0x75 && isHex(buffer[at + 2]) && isHex(buffer[at + 3]) && isHex(buffer[at + 4]) && isHex(buffer[at + 5])) at += 6;
      else return false;
      if (escape === 0x75 || escape === 0x2f) this.hasOddEscape = true;
      at = this.#special.from(at);
    }
    this.at = at + 1;
    return true;
  }

  /** Steps over any value and the white space before it. */
  value(depth = 0): boolean {
    this.space();
    switch (this.buffer[this.at]) {
      case 0x22:
        return this.string();
      case 0x7b:
        return depth < MAX_DEPTH && this.#object(depth + 1);
      case 0x5b:
        return depth < MAX_DEPTH && this.#array(depth + 1);
      case 0x74:
        return this.#word('true');
      case 0x66:
        return this.#word('false');
      case 0x6e:
        return this.#word('null');
      default:
        return this.#number();
    }
  }

  #object(depth: number): boolean {
    this.at++;
    if (this.eat(0x7d)) return true;
    do {
      this.space();
      if (!this.string() || !this.eat(0x3a) || !this.value(depth)) return false;
    } while (this.eat(0x2c));
    return this.eat(0x7d);
  }

  #array(depth: number): boolean {
    this.at++;
    if (this.eat(0x5d)) return true;
    do if (!this.value(depth)) return false;
    while (this.eat(0x2c));
    return this.eat(0x5d);
  }

  #word(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.buffer[this.at + i] !== word.charCodeAt(i)) return false;
    this.at += word.length;
    return true;
  }

  #digits(): boolean {
    if (!isDigit(this.buffer[this.at])) return false;
    while (isDigit(this.buffer[this.at])) this.at++;
    return true;
  }

  #number(): boolean {
    const { buffer } = this;
    if (buffer[this.at] === 0x2d) this.at++;
    if (buffer[this.at] === 0x30) this.at++;
    else if (!this.#digits()) return false;
    if (buffer[this.at] === 0x2e) {
      this.at++;
      if (!this.#digits()) return false;
    }
    if (buffer[this.at] === 0x65 || buffer[this.at] === 0x45) {
      this.at++;
      if (buffer[this.at] === 0x2b || buffer[this.at] === 0x2d) this.at++;
      if (!this.#digits()) return false;
    }
    return true;
  }
}
