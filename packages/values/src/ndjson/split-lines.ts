import { isUtf8 } from 'node:buffer';

const LF = 0x0a;

/** One line of a stream, without its line feed. */
export interface Line {
  /** Counts from 1; blank lines count. */
  readonly number: number;
  /** Offset of the first byte in the stream. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * Cuts a stream of bytes at line feeds, an array of lines for every chunk that ends at least one.
 *
 * Only U+000A ends a line, so U+2028 in a string is left alone. Working on bytes is what lets a reader tell invalid
 * UTF-8 from a genuine U+FFFD, keep offsets instead of lines, and hold a line of any length as a list of chunks:
 * `split2`, which decodes first, can do none of these.
 */
export async function* splitLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[], void, undefined> {
  let pending: Buffer[] = [];
  let number = 0;
  let offset = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let start = 0;
    for (let end = buffer.indexOf(LF); end !== -1; end = buffer.indexOf(LF, start)) {
      let bytes = buffer.subarray(start, end);
      if (pending.length > 0) {
        bytes = Buffer.concat([...pending, bytes]);
        pending = [];
      }
      lines.push({ number: ++number, offset, bytes });
      offset += bytes.length + 1;
      start = end + 1;
    }
    // A chunk may be a view of a pool that is used again: what is kept beyond this turn is copied.
    if (start < buffer.length) pending.push(Buffer.from(buffer.subarray(start)));
    if (lines.length > 0) yield lines;
  }
  if (pending.length > 0) yield [{ number: number + 1, offset, bytes: Buffer.concat(pending) }];
}

/** The line's text without a carriage return at its end or, on line 1, a byte order mark; undefined if not UTF-8. */
export function lineText({ number, bytes }: Line): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0d) end--;
  const start = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString('utf8', start, end);
}
