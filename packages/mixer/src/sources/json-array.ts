import { SdgError } from '@sdg/values';

const [QUOTE, BACKSLASH, COMMA, LF] = [0x22, 0x5c, 0x2c, 0x0a] as const;
const isOpen = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClose = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

/** Tells the items of an array apart, chunk by chunk. */
class ArrayItems {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Whether the array has ended. */
  ended = false;

  /** Where the string that goes on at `at` ends, or the chunk. */
  #stringEnd(chunk: Uint8Array, at: number): number {
    for (let i = at; i < chunk.length; i++) {
      if (this.#escaped) this.#escaped = false;
      else if (chunk[i] === BACKSLASH) this.#escaped = true;
      else if (chunk[i] === QUOTE) {
        this.#inString = false;
        return i + 1;
      }
    }
    return chunk.length;
  }

  /** The byte that stands for one outside of strings; undefined: none. */
  #outside(byte: number): number | undefined {
    if (isSpace(byte)) return this.#depth > 1 ? 0x20 : undefined;
    if (this.#depth === 1 && byte === COMMA) return LF;
    const opens = isOpen(byte);
    if (opens) this.#depth++;
    else if (isClose(byte)) this.#depth--;
    else this.#inString = byte === QUOTE;
    if (this.#depth === 0) this.ended = byte === 0x5d;
    return this.#depth > 1 || (this.#depth === 1 && !opens) ? byte : undefined;
  }

  /** The lines that a chunk gives; undefined where it is none of an array. */
  lines(chunk: Uint8Array): Buffer | undefined {
    const output = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#inString) {
        const end = this.#stringEnd(chunk, at);
        while (at < end) output[length++] = chunk[at++]!;
        continue;
      }
      const byte = chunk[at++]!;
      if (!isSpace(byte) && (this.ended || (this.#depth === 0 && byte !== 0x5b && byte < 0x80))) return undefined;
      const out = this.#outside(byte);
      if (out !== undefined) output[length++] = out;
    }
    return output.subarray(0, length);
  }
}

/**
 * The items of one JSON array, as lines: reads arrays of any length without holding them. Items are not checked here,
 * only told apart; what reads the lines does that.
 */
export async function* jsonArrayLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const items = new ArrayItems();
  for await (const chunk of input) {
    const lines = items.lines(chunk);
    if (!lines) {
      throw new SdgError('bad-input', 'expected one JSON array', {
        place: { file },
        remedy: 'name the file .jsonl if it has one object a line',
      });
    }
    if (lines.length > 0) yield lines;
  }
  if (items.ended) return;
  throw new SdgError('bad-input', 'the JSON array does not end', { place: { file }, remedy: 'download or write it again' });
}

/** One JSON array or an object a line, told apart by the first byte that is not white space. */
export async function* jsonLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const { value, done } = await chunks.next();
    if (done) break;
    held.push(value);
    first = value.find((byte) => byte > 0x20 && byte < 0x80);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* held;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  yield* first === 0x5b ? jsonArrayLines(all(), file) : all();
}
