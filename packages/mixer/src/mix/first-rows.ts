import type { LineBlock } from '../files/line-blocks.js';
import { looselyRead } from '../treat/mend-json.js';
import type { Row } from '../formats/json-text.js';

/** Rows that tell the format of a dataset, and bytes to look for them in. */
const ROWS = 20;
const BYTES = 1 << 18;

/** The first rows of a dataset, as far as they are in its first block: they tell columns and format. */
export async function firstRows(blocks: AsyncIterator<LineBlock>): Promise<{ block: LineBlock | undefined; rows: readonly Row[] }> {
  const { value: block, done } = await blocks.next();
  if (done) return { block: undefined, rows: [] };
  const rows: Row[] = [];
  const { bytes } = block;
  for (
    let start = 0, end = bytes.indexOf(0x0a);
    end !== -1 && rows.length < ROWS && (start < BYTES || rows.length === 0);
    start = end + 1, end = bytes.indexOf(0x0a, start)
  ) {
    const line = bytes.toString('utf8', start, end).replace(/^\ufeff/, '');
    // What is wrong with a line is said with its place when the rows are read in turn.
    const row = looselyRead(line);
    if (row) rows.push(row);
  }
  return { block, rows };
}
