import { JsonCursor } from './json-cursor.js';

const [BACKSLASH, LF] = [0x5c, 0x0a] as const;
/** What an escape of one letter stands for; 0: nothing that is undone here. */
const UNESCAPED = new Uint8Array(256);
for (const pair of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) UNESCAPED[pair.charCodeAt(0)] = pair.charCodeAt(1);

/** Judges JSON that stands inside a JSON string, as metadata does, without making values of it. */
export class EmbeddedJson {
  readonly #cursor = new JsonCursor();
  #text = Buffer.alloc(1 << 10);

  /** Whether the text of the string in the buffer, quotes included, is JSON; false also where it has `\u`, which others may judge. */
  accepts(buffer: Buffer, start: number, end: number): boolean {
    // A line feed at the end, which ends any token.
    if (this.#text.length < end - start) this.#text = Buffer.allocUnsafeSlow(2 * (end - start));
    const text = this.#text;
    let length = 0;
    for (let at = start + 1; at < end - 1; at++) {
      let byte = buffer[at]!;
      if (byte === BACKSLASH && (byte = UNESCAPED[buffer[++at]!]!) === 0) return false;
      text[length++] = byte;
    }
    text[length] = LF;
    this.#cursor.load(text.subarray(0, length + 1));
    if (!this.#cursor.value()) return false;
    this.#cursor.space();
    return this.#cursor.at >= length;
  }
}
