import type { LineBlock } from '../files/line-blocks.js';

/** The first row of a dataset: it tells columns and format. */
export async function firstRow(blocks: AsyncIterator<LineBlock>): Promise<{ block: LineBlock | undefined; row: Record<string, unknown> | undefined }> {
  const { value: block, done } = await blocks.next();
  if (done) return { block: undefined, row: undefined };
  const { bytes } = block;
  for (let start = 0, end = bytes.indexOf(0x0a); end !== -1 && start < 1 << 16; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    const line = bytes.toString('utf8', start, end).replace(/^\ufeff/, '');
    if (line.trim() === '') continue;
    try {
      const row: unknown = JSON.parse(line);
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return { block, row: row as Record<string, unknown> };
    } catch {
      // Said with its place when the rows are read in turn.
    }
  }
  return { block, row: undefined };
}
