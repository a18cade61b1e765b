import { isRecord, SdgError } from '@sdg/values';
import { answersApart } from './answers-apart.js';
import { ASKING } from './column-names.js';
import { conversationOf } from './conversation.js';
import { NotOfFormat } from './reading.js';
import { jq, path, shared } from './jq-program.js';
import { isObject, type Row } from './json-text.js';
import { requiredColumns, type RowFormat } from './row-format.js';
import { ownFormat, taskRemedy } from './task-remedy.js';
import { isTurnList } from './turn.js';

const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');

/** Whether a column that a format needs is called nearly like one that is there: `answer` and `final_answer`. */
const isLike = (column: string, columns: ReadonlySet<string>): boolean =>
  [...columns].some((name) => name.toLowerCase().includes(column.toLowerCase()));

/** Whether a format is that of another, with a verdict. */
const isVerdict = (format: RowFormat): boolean => 'label_key' in format && format.completion_key === undefined;

/** The format that lacks least, and what it lacks; undefined where no format has any of the columns. */
function nearest(row: Row | undefined, columns: ReadonlySet<string>, formats: readonly RowFormat[]): string | undefined {
  let found: { format: RowFormat; missing: readonly string[]; share: number } | undefined;
  // A column that is no tree and no transcript is called what many are called.
  for (const format of formats.filter((one) => !('tree_key' in one) && !('transcript_key' in one) && !isVerdict(one))) {
    const required = requiredColumns(format);
    const missing = required.filter((column) => !columns.has(column));
    const alike = missing.filter((column) => isLike(column, columns));
    const plain = 'output_key' in format && format.name === `${format.instruction_key}_${format.output_key}` ? 0.01 : 0;
    const share = missing.length === required.length ? 0 : (required.length - missing.length + alike.length / 4 + plain) / required.length;
    if (share > (found?.share ?? 0)) found = { format, missing, share };
  }
  if (!found) return undefined;
  if (found.missing.length > 0) return `nearest is ${found.format.name}, which needs ${quoted(found.missing)} as well`;
  const read = row && conversationOf(row, found.format);
  return `nearest is ${found.format.name}${read instanceof NotOfFormat ? `, but ${read.message}` : ''}`;
}

/** Fields of items that answer or say how good an answer is, as sets call them. */
const ANSWERING = ['answer', 'response', 'output', 'completion', 'text', 'content'] as const;
const SCORES = ['overall_score', 'score', 'pm_score', 'rating', 'reward'] as const;

const isItems = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every((item: unknown) => isRecord(item));

/** Formats that a text or an object alone is of. */
const says = (format: RowFormat): boolean => 'tree_key' in format || 'transcript_key' in format || 'text_key' in format;

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
  const isRow = formats.some(
    (format) => !says(format) && items.every((item) => requiredColumns(format).every((name) => Object.hasOwn(item, name))),
  );
  return rows.length === 1 && isRow ? jq(`its rows are in "${column}"`, `${path(column)}[]`, file) : undefined;
}

/** Where in a row the object stands that has a field: in a column, or in its `body`. */
function placeOf(row: Row, has: (found: Row) => boolean): string | undefined {
  for (const [name, value] of Object.entries(row)) {
    if (!isObject(value)) continue;
    if (has(value)) return path(name);
    if (isObject(value['body']) && has(value['body'])) return `${path(name)}.body`;
  }
  return undefined;
}

/** What to do with logs of calls to a chat API: what was asked and what came back side by side. */
function logged(rows: readonly Row[], file: string): string | undefined {
  const places = rows.map((row) => [
    placeOf(row, ({ messages }) => isTurnList(messages)),
    placeOf(row, ({ choices }) => isItems(choices) && choices.every(({ message }) => isObject(message))),
  ]);
  const [asked, answered] = places[0] ?? [];
  if (asked === undefined || answered === undefined || places.some(([one, other]) => one !== asked || other !== answered)) return undefined;
  const program = `{messages: (${asked}.messages + [${answered}.choices[0].message]), tools: ${asked}.tools}`;
  return jq('its rows are calls of a chat API and what they gave; make conversations of them', program, file);
}

/** What to do where each row holds a row: a table whose features were nested, an answer of an interface. */
function wrapped(rows: readonly Row[], formats: readonly RowFormat[], file: string): string | undefined {
  const [first] = rows;
  const inner = (name: string): readonly Row[] => rows.map((row) => row[name]).filter(isObject);
  const column = Object.keys(first ?? {}).find((name) => {
    const items = inner(name);
    const isOf = (item: Row, format: RowFormat): boolean => {
      const required = requiredColumns(format);
      if (!required.every((one) => Object.hasOwn(item, one))) return false;
      // Lists side by side, of inputs and of outputs, are no row.
      if ('output_key' in format && required.some((one) => Array.isArray(item[one]) && !isTurnList(item[one]))) return false;
      const read = conversationOf(item, format);
      return typeof read !== 'string' && !(read instanceof NotOfFormat) && read.messages.some(({ role }) => role === 'assistant');
    };
    const has = (format: RowFormat): boolean => items.every((item) => isOf(item, format));
    return items.length === rows.length && formats.some((format) => !says(format) && has(format));
  });
  return column === undefined ? undefined : jq(`its rows are in "${column}"`, path(column), file);
}

/** What to do where each row has several answers as texts. */
function severalTexts(rows: readonly Row[], file: string): string | undefined {
  const asking = shared(rows, ASKING, 'string');
  const column = ['generations', 'completions', 'responses', 'answers', 'outputs', 'candidates'].find((name) =>
    rows.every((row) => Array.isArray(row[name]) && row[name].length > 1 && row[name].every((item) => typeof item === 'string')),
  );
  // Steps with a label each are no answers.
  if (asking === undefined || column === undefined || rows.some((row) => 'labels' in row)) return undefined;
  const ratings = ['ratings', 'scores', 'rewards'].find((name) => rows.every((row) => Array.isArray(row[name])));
  const chosen = ratings ? `[${path(column)}, ${path(ratings)}] | transpose | max_by(.[1]) | .[0]` : `${path(column)}[0]`;
  const which = ratings ? 'the best' : 'the first';
  const program = `{prompt: ${path(asking)}, completion: (${chosen})}`;
  return jq(`each row has several answers in "${column}"; keep one a row, as here ${which}`, program, file);
}

/** Rows that no format reads: the columns seen, the nearest format, and what can be done. */
export function unknownFormat(
  rows: readonly Row[],
  columns: ReadonlySet<string>,
  formats: readonly RowFormat[],
  place: { readonly file: string; readonly line?: number },
): SdgError {
  const { file } = place;
  const remedy =
    logged(rows, file) ??
    listColumn(rows, formats, file) ??
    wrapped(rows, formats, file) ??
    severalTexts(rows, file) ??
    taskRemedy(rows, file) ??
    answersApart(rows, file);
  const near = remedy === undefined ? nearest(rows[0], columns, formats) : undefined;
  return new SdgError('bad-input', `no known format has the columns ${quoted(columns)}${near ? `; ${near}` : ''}`, {
    place,
    remedy: remedy ?? ownFormat(rows),
  });
}
