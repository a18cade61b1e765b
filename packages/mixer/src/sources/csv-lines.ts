import { pipeline, Readable } from 'node:stream';
import { SdgError } from '@sdg/core/values';

/** Rows that become lines at once. */
const BATCH = 1000;

/** Columns of conversations, which CSV can only hold as JSON. */
const LISTS: ReadonlySet<string> = new Set(['messages', 'conversations']);

/** What the text of a cell stands for: a conversation, a flag, or itself. */
function cellOf(column: string, text: unknown): unknown {
  if (column === 'unmask' && (text === 'true' || text === 'false')) return text === 'true';
  if (!LISTS.has(column) || typeof text !== 'string' || !text.startsWith('[')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
const byColumn = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([column, text]) => [column, cellOf(column, text)]));

/** The records of a CSV file with a header, as lines of JSON; values are text, but for conversations and `unmask`. */
export async function* csvLines(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const { parse } = await import('csv-parse');
  // `pipeline` hands errors of the input to the parser, whose reader sees them.
  const records = pipeline(Readable.from(input, { objectMode: false }), parse({ columns: true, bom: true, skip_empty_lines: true }), () => undefined);
  let text = '';
  let count = 0;
  try {
    for await (const record of records as AsyncIterable<unknown>) {
      text += `${JSON.stringify(byColumn(record as Record<string, unknown>))}\n`;
      if (++count % BATCH === 0) {
        yield Buffer.from(text);
        text = '';
      }
    }
  } catch (error) {
    throw csvError(error, file);
  }
  if (text) yield Buffer.from(text);
}

/** Faults by the parser's code. */
const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'there is text behind a closing quote',
  INVALID_OPENING_QUOTE: 'there is a quote inside a field that is not quoted',
};

/** What is wrong with a CSV file, where, and in which column. Errors of what it is read from pass as they are. */
function csvError(error: unknown, file: string): unknown {
  const { message, code, lines, column } = error as Error & { code?: string; lines?: number; column?: unknown };
  if (code === undefined || lines === undefined) return error;
  const [, wanted, found] = /columns length is (\d+), got (\d+)/.exec(message) ?? [];
  const what = found === undefined ? (FAULTS[code] ?? message) : `expected ${wanted} fields, found ${found}`;
  const where = typeof column === 'string' && found === undefined ? `, in column "${column}"` : '';
  return new SdgError('bad-input', `${what}${where}`, {
    place: { file, line: lines },
    remedy: 'mend it: a field with commas, quotes or line feeds stands in quotes, and every quote in it is doubled',
    cause: error,
  });
}
