import { contentHash, SdgError } from '@sdg/core/values';
import { callsTools, conversationOf, NotOfFormat, type Conversation } from '../formats/conversation.js';
import { writeAs } from '../formats/output-format.js';
import { isConversation, requiredColumns } from '../formats/row-format.js';
import { ROW_COLUMNS, type Message } from '../rows/training-row.js';
import { columnAt } from './column-at.js';
import { numberText, parseExactly, writeExactly } from './exact-numbers.js';
import { passes } from './passes.js';
import type { DropReason, RowRules } from './row-rules.js';

type Row = Readonly<Record<string, unknown>>;

/** A treated row: JSON text without a line feed, and what it says. */
export interface Treated {
  readonly json: string;
  readonly messages: readonly Message[];
  /** Whether the form had room for its first question and answer alone. */
  readonly isCut?: boolean;
}

/** A row of a dataset is not what its format says. */
const notOfFormat = (what: string, rules: RowRules): SdgError =>
  new SdgError('bad-input', `${what}, so the row is not of format ${rules.format.name}`, {
    place: { file: rules.file },
    remedy: 'name the right format:, or pass --skip-bad-lines to leave such rows out',
  });

/** The metadata as a record; a JSON string of one is read. */
function metadataOf(row: Row, rules: RowRules): Record<string, unknown> {
  const { metadata } = row;
  // Without a prototype, so that a column named __proto__ is a column like any other.
  const record = Object.create(null) as Record<string, unknown>;
  if (metadata === undefined || metadata === null || metadata === '') return record;
  let value: unknown = metadata;
  if (typeof value === 'string') {
    try {
      value = parseExactly(value);
    } catch {
      throw notOfFormat('column "metadata" is not JSON', rules);
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notOfFormat('column "metadata" is not an object', rules);
  return Object.assign(record, value);
}

/** The messages with `prompt` as the system message: in place of those there are, or first. */
function withSystem(messages: readonly Message[], prompt: string | undefined): readonly Message[] {
  if (prompt === undefined) return messages;
  const system = { role: 'system', content: prompt };
  return messages.some(({ role }) => role === 'system')
    ? messages.map((message) => (message.role === 'system' ? { ...message, content: prompt } : message))
    : [system, ...messages];
}

/** Columns that a format reads: they are said in the messages and need not be kept in the metadata. */
function readColumns(rules: RowRules): ReadonlySet<string> {
  const { format } = rules;
  const optional = isConversation(format) ? [] : [format.input_key, format.system_key];
  return new Set([...requiredColumns(format), ...optional.filter((name) => name !== undefined)]);
}

/** What is said in a row, for telling it from others: all turns but the system's, with the calls of tools in them. */
export const saidIn = (messages: readonly Message[]): string[] =>
  messages.filter(({ role }) => role !== 'system').flatMap((message) => [message.role, message.content, ...(callsTools(message) ? [JSON.stringify(message)] : [])]);

const idOf = (row: Row, messages: readonly Message[]): string => {
  if (typeof row['id'] === 'string') return numberText(row['id']);
  if (typeof row['id'] === 'number') return String(row['id']);
  return contentHash('mixed', ...saidIn(messages));
};

function messagesRow(row: Row, rules: RowRules, messages: readonly Message[]): string {
  const metadata = metadataOf(row, rules);
  const read = readColumns(rules);
  for (const [name, value] of Object.entries(row)) if (!ROW_COLUMNS.has(name) && !read.has(name)) metadata[name] = value;
  return JSON.stringify({
    id: idOf(row, messages),
    messages,
    metadata: writeExactly(metadata),
    unmask: row['unmask'] === true,
  });
}

/** The column that a filter looks at: with a dot in its name a path, without one never what only the metadata has. */
const columnOf = (row: Row, name: string): unknown => (name.includes('.') ? columnAt(row, name) : row[name]);

/** Whether a turn says nothing. A call of tools says something in the one form that can hold it. */
const isEmpty = (message: Message, { output }: RowRules): boolean =>
  message.role !== 'system' && message.content.trim() === '' && !(output === 'messages' && callsTools(message));

/**
 * The full treatment of one row: filtered, read by its format, system message set, columns that have no place moved
 * into the metadata, written in the form of the mix. Fails (`bad-input`, without the line) where it is not of its format.
 * `exact`: the row as `parseExactly` reads it, for the numbers in id and metadata.
 */
export function treatRow(row: Row, rules: RowRules, exact = row): Treated | DropReason {
  if (!rules.filter.every((filter) => passes(columnOf(row, filter.column), filter))) return 'filter';
  const read = conversationOf(row, rules.format);
  if (read instanceof NotOfFormat) throw notOfFormat(read.message, rules);
  if (read.messages.some((message) => isEmpty(message, rules))) return 'empty message';
  const conversation: Conversation = { ...read, messages: withSystem(read.messages, rules.systemPrompt) };
  if (rules.output === 'messages') {
    return { json: messagesRow(exact, rules, conversation.messages), messages: conversation.messages };
  }
  const written = writeAs(rules.output, rules.dataset, conversation);
  if (!written) return 'no exchange';
  const isCut = rules.output === 'alpaca' && !conversation.pair && conversation.messages.filter(({ role }) => role !== 'system').length > 2;
  return { json: JSON.stringify(written), messages: conversation.messages, ...(isCut && { isCut }) };
}
