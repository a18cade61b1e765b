import { isRecord, SdgError } from '@sdg/values';
import { pairsByName, withColumnsOf } from './column-names.js';
import { conversationOf } from './conversation.js';
import { NotOfFormat } from './reading.js';
import { MESSAGES_FORMAT, optionalColumns, requiredColumns, type RowFormat } from './row-format.js';
import { isEmpty } from './turn.js';
import { unknownFormat } from './unknown-format.js';
import type { Row } from './json-text.js';

/** What a set of rows is wanted for: answers to learn, or answers of which one is better. */
export type Wanted = 'answers' | 'preferences' | 'verdicts';

/** Columns whose turns may be what a question is about. */
const DIALOGUES: ReadonlySet<string> = new Set(['dialogue', 'dialog']);

/** Which kinds of format come first where several fit: the more a kind says of a row, the earlier. */
function rank(format: RowFormat, wanted: Wanted): number {
  if ('chosen_key' in format || 'answer_keys' in format) return wanted === 'preferences' ? 9 : 6;
  // A conversation that was judged bad is none to learn from.
  if ('label_key' in format) return wanted === 'verdicts' || format.completion_key === undefined ? 9 : 6;
  // A question about a dialogue is what is to be learnt, where there is one.
  if ('conversation_key' in format) return DIALOGUES.has(format.conversation_key) ? 3.5 : 8;
  if ('tree_key' in format) return 7;
  if ('choices_key' in format) return 5;
  if ('output_key' in format) return 4;
  return 'transcript_key' in format ? 3 : 2;
}

/** Files of other forms that the columns of a row show, with what to do. */
const REFUSED: readonly { readonly is: (row: Row) => boolean; readonly what: string; readonly remedy: string }[] = [
  {
    is: (row) => ['message_id', 'parent_id', 'text', 'role'].every((name) => name in row),
    what: 'its rows are single messages of trees',
    remedy: 'name the file of whole trees, as in hf://datasets/OpenAssistant/oasst2/2023-11-05_oasst2_ready.trees.jsonl.gz',
  },
  {
    is: (row) => ['columns', 'index', 'data'].every((name) => Array.isArray(row[name])),
    what: 'it is a table that pandas wrote with orient="split"',
    remedy: 'write it with df.to_json(path, orient="records", lines=True)',
  },
  {
    is: (row) => Array.isArray(row['rows']) && Array.isArray(row['features']),
    what: 'it is an answer of the rows API of the Hub, not a dataset',
    remedy: 'name the dataset itself: hf://datasets/owner/name',
  },
];

/** Columns in which a list of texts is a conversation. */
const CONVERSATIONS: ReadonlySet<string> = new Set(['messages', 'conversation', 'conversations', 'dialog', 'dialogue', 'turns']);

/** Whether a row is a whole table: its values are columns by row number, or lists of one length. */
function isTable(row: Row): boolean {
  const values = Object.values(row);
  if (Object.keys(row).some((name) => CONVERSATIONS.has(name))) return false;
  const byNumber = (value: unknown): boolean => isRecord(value) && '0' in value;
  if (values.length > 1 && values.every(byNumber)) return true;
  const lists = values.filter(
    (value): value is unknown[] => Array.isArray(value) && value.length > 1 && value.every((item) => typeof item !== 'object'),
  );
  return values.length > 1 && lists.length === values.length && new Set(lists.map(({ length }) => length)).size === 1;
}

interface Fit {
  readonly format: RowFormat;
  /**
   * What is compared, the most telling first: rows that teach, rows read, what kind it is, columns used, and those of
   * them that it names alone, whether they are called so. */
  readonly worth: readonly number[];
}

type Read = ReturnType<typeof conversationOf>;

/** Whether what was read of a row has a question and an answer, or is a text. */
const hasBoth = (read: Read): read is Exclude<Read, string | NotOfFormat> =>
  typeof read === 'object' &&
  'messages' in read &&
  (read.text !== undefined || ['user', 'assistant'].every((role) => read.messages.some((turn) => turn.role === role)));
/** Whether it can be learnt from: a column that is often empty is not what is asked. */
const teaches = (read: Read): boolean => hasBoth(read) && !read.messages.some(isEmpty);

/** How well a format fits rows. Columns count as what they are called in lower case where none is called as the format says. */
function fitOf(stated: RowFormat, rows: readonly Row[], columns: ReadonlySet<string>, wanted: Wanted): Fit | undefined {
  const format = withColumnsOf(stated, columns);
  if (!format) return undefined;
  const reads = rows.map((row) => conversationOf(row, format));
  const read = reads.filter((one) => !(one instanceof NotOfFormat)).length;
  if (read === 0) return undefined;
  const others = optionalColumns(format).filter((names) => [names].flat().some((name) => columns.has(name)));
  const used = requiredColumns(format).length + others.length;
  const named = others.filter((names) => typeof names === 'string').length;
  return { format, worth: [reads.filter(teaches).length, read, rank(format, wanted), used, named, Number(format === stated)] };
}

function isBetter({ worth }: Fit, other: Fit | undefined): boolean {
  const at = worth.findIndex((value, i) => value !== (other?.worth[i] ?? -1));
  return at !== -1 && worth[at]! > (other?.worth[at] ?? -1);
}

/** The format that fits rows best; the first of equals. */
function bestOf(formats: readonly RowFormat[], rows: readonly Row[], columns: ReadonlySet<string>, wanted: Wanted) {
  let best: Fit | undefined;
  for (const format of formats) {
    const fit = fitOf(format, rows, columns, wanted);
    if (fit && isBetter(fit, best)) best = fit;
  }
  return best?.format;
}

/**
 * The format of a dataset by its first rows: the one by which most of them teach, that reads most of them, says most of a
 * row, and uses most of the columns; the first of equals. Fails where none reads any, with the columns that are there and
 * the nearest format.
 */
export function detectFormat(
  rows: readonly Row[],
  formats: readonly RowFormat[],
  place: { readonly file: string; readonly line?: number },
  wanted: Wanted = 'answers',
): RowFormat {
  const columns = new Set(rows.flatMap((row) => Object.keys(row)));
  // The forms of other files, and tables, come before what happens to fit.
  const refused = REFUSED.find(({ is }) => rows.every(is));
  if (refused) throw new SdgError('bad-input', `no rows to train on: ${refused.what}`, { place, remedy: refused.remedy });
  if (rows.length === 1 && isTable(rows[0]!)) {
    throw new SdgError('bad-input', 'a whole table in one row', {
      place,
      remedy: 'write it a row a line: df.to_json(path, orient="records", lines=True)',
    });
  }
  const best = bestOf(formats, rows, columns, wanted) ?? bestOf(pairsByName(columns), rows, columns, wanted);
  if (best) return best;
  // A list of turns of a form that nobody knows is still one: what reads it says what is wrong with it.
  // Objects where texts should be are none: they may be all rows of a file.
  const isOf = (format: RowFormat, row: Row): boolean => {
    const list = 'conversation_key' in format ? row[format.conversation_key] : undefined;
    return Array.isArray(list) && !('turns' in format && format.turns === 'texts' && list.some(isRecord));
  };
  const turns = formats.find((format) => rows.every((row) => isOf(format, row)));
  if (turns) return turns;
  throw unknownFormat(rows, columns, formats, place);
}

/** Whether rows are the project's own, or such as need no look at the formats. */
export const areMessages = (rows: readonly Row[]): boolean =>
  rows.length > 0 &&
  rows.every((row) => Array.isArray(row['messages']) && hasBoth(conversationOf(row, MESSAGES_FORMAT))) &&
  // With a verdict on each they are of another format.
  !rows.every((row) => typeof row['label'] === 'boolean');
