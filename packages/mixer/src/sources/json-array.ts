import { SdgError } from '@sdg/core/values';

const [QUOTE, BACKSLASH, COMMA, LF] = [0x22, 0x5c, 0x2c, 0x0a] as const;
const isOpen = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClose = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

/**
 * The items of one JSON array, as lines: reads arrays of any length without holding them. Items are not checked here,
 * only told apart; what reads the lines does that.
 */
export async function* jsonArrayLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let ended = false;
  for await (const chunk of input) {
    const output = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        output[length++] = byte;
      } else if (isSpace(byte)) {
        if (depth > 1) output[length++] = 0x20;
      } else if (ended || (depth === 0 && byte !== 0x5b && byte < 0x80)) {
        throw new SdgError('bad-input', 'expected one JSON array', {
          place: { file },
          remedy: 'name the file .jsonl if it has one object a line',
        });
      } else if (depth === 1 && byte === COMMA) output[length++] = LF;
      else {
        if (isOpen(byte)) depth++;
        else if (isClose(byte)) depth--;
        else inString = byte === QUOTE;
        if (depth === 0) ended = byte === 0x5d;
        else if (depth > 1 || !isOpen(byte)) output[length++] = byte;
      }
    }
    if (length > 0) yield output.subarray(0, length);
  }
  if (!ended) throw new SdgError('bad-input', 'the JSON array does not end', { place: { file }, remedy: 'download or write it again' });
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
