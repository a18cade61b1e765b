import { SdgError } from '@sdg/core/values';
import { isConversation, requiredColumns, type RowFormat } from './row-format.js';

/** Columns of a format that the row has; -1 if it lacks a required one. */
function score(format: RowFormat, columns: ReadonlySet<string>): number {
  if (!requiredColumns(format).every((column) => columns.has(column))) return -1;
  if (isConversation(format)) return 1;
  return 2 + [format.input_key, format.system_key].filter((column) => column !== undefined && columns.has(column)).length;
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
  const conversation = formats.find((format) => isConversation(format) && Array.isArray(row[format.conversation_key]));
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
