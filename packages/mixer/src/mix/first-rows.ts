import { attempt, isRecord } from '@sdg/values';
import type { LineBlock } from '../files/line-blocks.js';
import { withoutNaN } from '../treat/mend-json.js';
import type { Row } from '../formats/json-text.js';

/** Rows that tell the format of a dataset, and bytes to look for them in. */
const ROWS = 20;
const BYTES = 1 << 18;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const mended = withoutNaN(line);
    if (mended === undefined) return undefined;
    // Said with its place when the rows are read in turn.
    return attempt(() => JSON.parse(mended) as unknown);
  }
}

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
    const row = line.trim() === '' ? undefined : parsed(line);
    if (isRecord(row)) rows.push(row as Row);
  }
  return { block, rows };
}
