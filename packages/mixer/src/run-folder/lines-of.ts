/** Characters that become bytes at once. */
const PIECE = 1 << 16;

/** Rows as NDJSON, in pieces. `onRow` is told of each. */
export async function* linesOf(
  rows: Iterable<object> | AsyncIterable<object>,
  onRow: () => void = () => undefined,
): AsyncGenerator<Buffer> {
  let text = '';
  for await (const row of rows) {
    onRow();
    text += `${JSON.stringify(row)}\n`;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
