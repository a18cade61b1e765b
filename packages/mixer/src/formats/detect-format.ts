import { SdgError } from '@sdg/core/values';
import { isConversation, requiredColumns, type ConversationFormat, type RowFormat } from './row-format.js';

/** Columns of a format that the row has; -1 if it lacks a required one. */
function score(format: RowFormat, columns: ReadonlySet<string>): number {
  if (!requiredColumns(format).every((column) => columns.has(column))) return -1;
  if (isConversation(format)) return 1;
  return 2 + [format.input_key, format.system_key].filter((column) => column !== undefined && columns.has(column)).length;
}

/** Whether the first turn of a conversation has the fields that a format reads. */
function fits({ role_key = 'role', content_key = 'content' }: ConversationFormat, [first]: readonly unknown[]): boolean {
  return typeof first !== 'object' || first === null || (role_key in first && content_key in first);
}

/** The format of the first conversation in the row; that of its column, read by role and content, where only those are there. */
function conversationIn(row: Readonly<Record<string, unknown>>, formats: readonly RowFormat[]): RowFormat | undefined {
  const found = formats.filter(isConversation).filter((format) => Array.isArray(row[format.conversation_key]));
  const turnsOf = ({ conversation_key: column }: ConversationFormat): readonly unknown[] => row[column] as unknown[];
  const fitting = found.find((format) => fits(format, turnsOf(format)));
  if (fitting) return fitting;
  const plain = found.map((format) => ({ ...format, role_key: 'role', content_key: 'content' }));
  return plain.find((format) => fits(format, turnsOf(format))) ?? found[0];
}

/**
 * The format of a dataset by the columns of its first row: a conversation where there is one, else the format that
 * uses most of the columns, the first of equals. Fails where none fits.
 */
export function detectFormat(
  row: Readonly<Record<string, unknown>>,
  formats: readonly RowFormat[],
  place: { readonly file: string; readonly line?: number },
): RowFormat {
  const columns = new Set(Object.keys(row));
  const conversation = conversationIn(row, formats);
  if (conversation) return conversation;
  let best: RowFormat | undefined;
  let most = -1;
  for (const format of formats) {
    if (isConversation(format)) continue;
    const has = score(format, columns);
    if (has > most) [best, most] = [format, has];
  }
  if (best) return best;
  throw new SdgError('bad-input', `no known format has the columns ${[...columns].map((name) => `"${name}"`).join(', ')}`, {
    place,
    remedy: 'name one with format:, or describe this one in a file for --formats',
  });
}
