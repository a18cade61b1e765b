import { SdgError } from '@sdg/core/values';
import { conversationOf } from './conversation.js';
import { NotOfFormat } from './reading.js';
import { isTree, requiredColumns, type RowFormat } from './row-format.js';

type Row = Readonly<Record<string, unknown>>;

const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');

/** The format that lacks least, and what it lacks; undefined where no format has any of the columns. */
function nearest(row: Row | undefined, columns: ReadonlySet<string>, formats: readonly RowFormat[]): string | undefined {
  let found: { format: RowFormat; missing: readonly string[]; share: number } | undefined;
  // A column that is no tree is called what many are called.
  for (const format of formats.filter((one) => !isTree(one))) {
    const required = requiredColumns(format);
    const missing = required.filter((column) => !columns.has(column));
    const share = (required.length - missing.length) / required.length;
    if (share > (found?.share ?? 0)) found = { format, missing, share };
  }
  if (!found) return undefined;
  if (found.missing.length > 0) return `nearest is ${found.format.name}, which needs ${quoted(found.missing)} as well`;
  const read = row && conversationOf(row, found.format);
  return `nearest is ${found.format.name}${read instanceof NotOfFormat ? `, but ${read.message}` : ''}`;
}

/** Columns that ask, and fields of items that answer or say how good an answer is, as sets call them. */
const ASKING = ['prompt', 'instruction', 'question', 'query', 'problem', 'input'] as const;
const ANSWERING = ['answer', 'response', 'output', 'completion', 'text', 'content'] as const;
const SCORES = ['overall_score', 'score', 'pm_score', 'rating', 'reward'] as const;

const isItems = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item));

/** The first of some names that all of some objects have with a value of a type. */
const shared = (all: readonly Row[], names: readonly string[], type: 'string' | 'number'): string | undefined =>
  names.find((name) => all.every((one) => typeof one[name] === type));

/** A column as jq writes it. */
const path = (column: string): string => (/^[a-z_]\w*$/i.test(column) ? `.${column}` : `.${JSON.stringify(column)}`);

/** How to get rows out of a file with jq; in words alone where jq cannot read it. */
const jq = (what: string, program: string, file: string): string =>
  /\.(jsonl|ndjson|json)$/i.test(file) && !file.includes("'")
    ? `${what}: jq -c '${program}' ${/[^\w./-]/.test(file) ? `'${file}'` : file} > rows.jsonl`
    : what;

/** What to do where each row has several answers or several instances in a column, or a file is one object with its rows in one. */
function listColumn(rows: readonly Row[], formats: readonly RowFormat[], file: string): string | undefined {
  const [first] = rows;
  const column = first && Object.keys(first).find((name) => rows.every((row) => isItems(row[name])));
  if (column === undefined) return undefined;
  const items = rows.flatMap((row) => row[column] as readonly Row[]);
  const asking = shared(rows, ASKING, 'string');
  if (asking !== undefined && items.every((item) => 'input' in item && 'output' in item)) {
    const program = `${path(asking)} as $asked | ${path(column)}[] | {instruction: $asked, input, output}`;
    return jq(`each row has instances in "${column}"; make each of them a row`, program, file);
  }
  const answering = shared(items, ANSWERING, 'string');
  if (asking !== undefined && answering !== undefined) {
    const score = shared(items, SCORES, 'number');
    const chosen = shared(items, ['rank'], 'number') === 'rank' ? 'min_by(.rank)' : score === undefined ? '.[0]' : `max_by(.${score})`;
    const which = chosen === '.[0]' ? 'the first' : 'the best';
    const program = `{prompt: ${path(asking)}, completion: (${path(column)} | ${chosen} | .${answering})}`;
    return jq(`each row has several answers in "${column}"; keep one a row, as here ${which}`, program, file);
  }
  const isRow = formats.some((format) => items.every((item) => requiredColumns(format).every((name) => Object.hasOwn(item, name))));
  return rows.length === 1 && isRow ? jq(`its rows are in "${column}"`, `${path(column)}[]`, file) : undefined;
}

/** Rows that no format reads: the columns seen, the nearest format, and what can be done. */
export function unknownFormat(
  rows: readonly Row[],
  columns: ReadonlySet<string>,
  formats: readonly RowFormat[],
  place: { readonly file: string; readonly line?: number },
): SdgError {
  const remedy = listColumn(rows, formats, place.file);
  const near = remedy === undefined ? nearest(rows[0], columns, formats) : undefined;
  return new SdgError('bad-input', `no known format has the columns ${quoted(columns)}${near ? `; ${near}` : ''}`, {
    place,
    remedy: remedy ?? 'name one with format:, or describe this one in a file for --formats',
  });
}
