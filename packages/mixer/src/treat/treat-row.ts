import { MEANT_COLUMNS } from '../formats/beside-turns.js';
import { attempt, contentHash, SdgError } from '@sdg/values';
import { conversationOf, type Conversation } from '../formats/conversation.js';
import { isObject, type Row } from '../formats/json-text.js';
import { NotOfFormat } from '../formats/reading.js';
import { writeAs } from '../formats/output-format.js';
import { callsTools, type Turn } from '../formats/turn.js';
import { ROW_COLUMNS } from '../rows/training-row.js';
import { columnAt } from './column-at.js';
import { nearest, parseExactly, writeExactly } from './exact-numbers.js';
import { passes } from './passes.js';
import type { DropReason, RowRules } from './row-rules.js';
import { lessonOf } from './teach.js';

/** A treated row: JSON text without a line feed, and what it says. */
export interface Treated {
  readonly json: string;
  readonly messages: readonly Turn[];
  /** Whether the form had room for its first question and answer alone. */
  readonly isCut?: boolean;
  /** What was changed or lost, in words that follow a number of rows. */
  readonly changes?: readonly string[];
}

/** A row of a dataset is not what its format says. */
const notOfFormat = (what: string, rules: RowRules): SdgError =>
  new SdgError('bad-input', `${what}, so the row is not of format ${rules.format.name}`, {
    place: { file: rules.file },
    remedy: 'name the right format:, or pass --skip-bad-lines to leave such rows out',
  });

/** A JSON text of an object as that object; anything else as it is. */
function objectIn(text: string): unknown {
  return attempt(() => {
    const value = parseExactly(text);
    return isObject(value) ? value : text;
  }, text);
}

/** The metadata as a record; the JSON text of one is read. What is none, as a list of tags, is kept in it by its name. */
function metadataOf({ metadata }: Row): Record<string, unknown> {
  // Without a prototype, so that a column named __proto__ is a column like any other.
  const record = Object.create(null) as Record<string, unknown>;
  if (metadata === undefined || metadata === null || metadata === '') return record;
  const value = typeof metadata === 'string' ? objectIn(metadata) : metadata;
  if (isObject(value)) return Object.assign(record, value);
  record['metadata'] = value;
  return record;
}

/** What is said in a row, for telling it from others: all turns but the system's, with the calls of tools in them. */
export const saidIn = (messages: readonly Turn[]): string[] =>
  messages
    .filter(({ role }) => role !== 'system')
    .flatMap((turn) => [
      turn.role,
      typeof turn.content === 'string' ? turn.content : writeExactly(turn.content),
      ...(callsTools(turn) ? [writeExactly(turn)] : []),
    ]);

const isId = (value: unknown): boolean => ['string', 'number'].includes(typeof nearest(value));

/** What is said of rows whose id is none that loaders take for one: `true`, a list, an object. */
const ODD_ID = 'with their "id" in the metadata and another in its place, as it is neither text nor number';
const hasOddId = ({ id }: Row): boolean => id !== undefined && id !== null && !isId(id);

/** A row's own id as text, else a hash of what it says. */
const idOf = ({ id }: Row, messages: readonly Turn[]): string => (isId(id) ? String(id) : contentHash('mixed', ...saidIn(messages)));

/** Columns of numbers that say how good answers are: they stay columns beside them. */
const REWARDS = /^(score|rating|reward|margin)s?([_-](chosen|rejected))?$|^(chosen|rejected)[_-](score|rating|reward)s?$/;

const rewardsOf = (row: Row): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).filter(([name, value]) => REWARDS.test(name) && ['number', 'string'].includes(typeof nearest(value))),
  );

/** Columns that stand at the top of a row beside those of its form: tools, images, what the user keeps, null where the row has none. */
function topColumns(row: Row, { tools, kept }: Conversation, rules: RowRules): Record<string, unknown> {
  const { columns = [], keep = [], output } = rules;
  const isText = output === 'sharegpt' || output === 'alpaca' || output === 'prompt-completion';
  const own: Record<string, unknown> = { ...(tools && { tools: isText ? writeExactly(tools) : tools }), ...kept };
  for (const name of keep) own[name] = row[name] ?? null;
  if (output === 'preference') Object.assign(own, rewardsOf(row));
  const absent = columns.filter((name) => !Object.hasOwn(own, name) && (output !== 'chatml' || name !== 'tools'));
  const all: Record<string, unknown> = {};
  for (const name of columns) if (Object.hasOwn(own, name) || absent.includes(name)) all[name] = own[name] ?? null;
  const { tools: _, ...withoutTools } = own;
  return { ...all, ...(output === 'chatml' ? withoutTools : own) };
}

/** The row's metadata as text: its own, and all of its columns that are said nowhere else. */
function metadataText(row: Row, { read }: Conversation, top: Readonly<Record<string, unknown>>): string {
  const metadata = metadataOf(row);
  const isSaid = (name: string): boolean => ROW_COLUMNS.has(name) || read.includes(name) || (name !== 'tools' && Object.hasOwn(top, name));
  const isNothing = (name: string, value: unknown): boolean => value === null && MEANT_COLUMNS.has(name);
  for (const [name, value] of Object.entries(row)) if (!isSaid(name) && !isNothing(name, value)) metadata[name] = value;
  if (hasOddId(row)) metadata['id'] = row['id'];
  return writeExactly(metadata);
}

/** The column that a filter looks at: with a dot in its name a path, without one never what only the metadata has. */
const columnOf = (row: Row, name: string): unknown => (name.includes('.') ? columnAt(row, name) : row[name]);

/**
 * The full treatment of one row: filtered, read by its format, system message set, columns that have no place moved
 * into the metadata, written in the form of the mix. Fails (`bad-input`, without the line) where it is not of its format.
 * The row is as `parseExactly` reads it, for numbers that a double does not hold.
 */
export function treatRow(row: Row, rules: RowRules): Treated | DropReason {
  if (!rules.filter.every((filter) => passes(columnOf(row, filter.column), filter))) return 'filter';
  const read = conversationOf(row, rules.format);
  if (read instanceof NotOfFormat) throw notOfFormat(read.message, rules);
  if (typeof read === 'string') return read;
  const lesson = lessonOf(read, rules);
  if (typeof lesson === 'string') return lesson;
  const { conversation } = lesson;
  const changes = hasOddId(row) ? [...lesson.changes, ODD_ID] : lesson.changes;
  const { messages } = conversation;
  const top = topColumns(row, conversation, rules);
  const id = idOf(row, messages);
  if (rules.output === 'messages') {
    const metadata = metadataText(row, conversation, top);
    return {
      json: writeExactly({ id, messages, metadata, unmask: row['unmask'] === true, ...top }),
      messages,
      ...(changes.length > 0 && { changes }),
    };
  }
  const written = writeAs(rules.output, conversation);
  if (typeof written === 'string') return written;
  const worse = rules.output === 'preference' && conversation.worse !== undefined ? [conversation.worse] : [];
  const metadata = metadataText(row, { ...conversation, read: [...conversation.read, ...worse] }, top);
  const all = [...changes, ...written.changes];
  return {
    json: writeExactly({ source: rules.dataset, id, ...written.columns, ...top, metadata }),
    messages,
    ...(written.isCut && { isCut: true }),
    ...(all.length > 0 && { changes: all }),
  };
}
