import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { attempt, csvDelimiter, SdgError } from '@sdg/values';
import { parseExactly, writeExactly } from '../treat/exact-numbers.js';

/** Rows that become lines at once. */
const BATCH = 1000;

/** Columns of lists, which CSV can only hold as JSON. */
const LISTS: ReadonlySet<string> = new Set(
  'messages conversations conversation prompt completion chosen rejected tools images history choices'.split(' '),
);

/** Those of them that a row need not have: an empty cell is none. */
const OPTIONAL: ReadonlySet<string> = new Set(['tools', 'images', 'history', 'choices']);

/** What the text of a cell stands for: a conversation, a flag, or itself. */
function cellOf(column: string, text: unknown): unknown {
  if (column === 'unmask' && (text === 'true' || text === 'false')) return text === 'true';
  if (text === '' && OPTIONAL.has(column)) return null;
  if (!LISTS.has(column) || typeof text !== 'string' || !text.startsWith('[')) return text;
  return attempt(() => parseExactly(text), text);
}
const byColumn = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([column, text]) => [column, cellOf(column, text)]));

const LF = 0x0a;

/** Where a character at the end begins that may not be whole; the end if that is ASCII. */
function lastStart(bytes: Buffer): number {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < 3 && (bytes[at - 1]! & 0xc0) === 0x80) at--;
  return at > 0 && bytes[at - 1]! >= 0xc0 ? at - 1 : at;
}

/** Hands on bytes that are UTF-8, or UTF-16 with a byte order mark, which the parser reads as well; fails at the line that is not. */
async function* asText(input: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  let line = 1;
  /** The beginning of a character that was cut in two. */
  let held = Buffer.alloc(0);
  let isWide: boolean | undefined;
  const check = (bytes: Buffer): void => {
    if (isUtf8(bytes)) return void (line += countFeeds(bytes));
    for (let start = 0, end = bytes.indexOf(LF); end !== -1 && isUtf8(bytes.subarray(start, end)); end = bytes.indexOf(LF, start)) {
      line++;
      start = end + 1;
    }
    throw new SdgError('bad-input', 'the line is not valid UTF-8', {
      place: { file, line },
      remedy: 'save the file as UTF-8: spreadsheets call it "CSV UTF-8"',
    });
  };
  for await (const chunk of input) {
    isWide ??= chunk[0] === 0xff && chunk[1] === 0xfe;
    if (!isWide) {
      const bytes = Buffer.concat([held, chunk]);
      const start = lastStart(bytes);
      check(bytes.subarray(0, start));
      held = bytes.subarray(start);
    }
    yield chunk;
  }
  check(held);
}

function countFeeds(bytes: Buffer): number {
  let feeds = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) feeds++;
  return feeds;
}

/** The header, each name there once: of two columns of one name all but the last would be lost. */
function checkHeader(names: readonly string[], file: string): string[] {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return [...names];
  throw new SdgError('bad-input', `column "${twice}" is there twice`, {
    place: { file, line: 1 },
    remedy: 'rename one of them in the header',
  });
}

/** Bytes in which a header may end. */
const HEADER = 65_536;

/** The beginning of what is read, to the end of its first line, and all of it once more. */
async function peeked(input: AsyncIterable<Uint8Array>): Promise<{ readonly head: string; readonly all: AsyncIterable<Uint8Array> }> {
  const rest = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let head = Buffer.alloc(0);
  while (!head.includes(LF) && head.length < HEADER) {
    const { done, value } = await rest.next();
    if (done) break;
    chunks.push(value);
    head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head: head.toString(head[0] === 0xff && head[1] === 0xfe ? 'utf16le' : 'utf8'), all: all() };
}

/**
 * The records of a CSV file (of a TSV file, if the delimiter is a tab) with a header, as lines of JSON; values are text, but for
 * conversations and `unmask`. Without a delimiter the header says what parts its cells.
 */
export async function* csvLines(input: AsyncIterable<Uint8Array>, file: string, given?: string): AsyncGenerator<Buffer> {
  const { parse } = await import('csv-parse');
  // `pipeline` hands errors of the input to the parser, whose reader sees them.
  const columns = (names: string[]): string[] => checkHeader(names, file);
  const { head, all } = await peeked(input);
  const parser = parse({ columns, bom: true, skip_empty_lines: true, delimiter: given ?? csvDelimiter(head) });
  const records = pipeline(Readable.from(asText(all, file), { objectMode: false }), parser, () => undefined);
  let text = '';
  let count = 0;
  try {
    for await (const record of records as AsyncIterable<unknown>) {
      text += `${writeExactly(byColumn(record as Record<string, unknown>))}\n`;
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
