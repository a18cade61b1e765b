import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

/** Rows that become lines at once. */
const BATCH = 1000;

/** The lines of a text file as rows with a column `text`; blank ones are none. */
export async function* textLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let lines = '';
  let count = 0;
  for await (const line of createInterface({ input: Readable.from(input, { objectMode: false }), crlfDelay: Infinity })) {
    const text = count === 0 ? line.replace(/^\ufeff/, '') : line;
    // A blank line stays one, so that numbers of lines are right.
    lines += text.trim() === '' ? '\n' : `${JSON.stringify({ text })}\n`;
    if (++count % BATCH !== 0) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  if (lines !== '') yield Buffer.from(lines);
}
