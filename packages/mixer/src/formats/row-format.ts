import type { Static } from '@sinclair/typebox';
import type * as schema from './formats-schema.js';

export type PairFormat = Static<typeof schema.pairFormat>;
export type ConversationFormat = Static<typeof schema.conversationFormat>;
export type PreferenceFormat = Static<typeof schema.preferenceFormat>;
export type ComparisonFormat = Static<typeof schema.comparisonFormat>;
export type LabelFormat = Static<typeof schema.labelFormat>;
export type ChoicesFormat = Static<typeof schema.choicesFormat>;
export type TreeFormat = Static<typeof schema.treeFormat>;
export type TranscriptFormat = Static<typeof schema.transcriptFormat>;

/** How a dataset says what was asked and what was answered: which of the forms it is tells the column that no other form has. */
export type RowFormat = Static<(typeof schema.FORMATS)[number]> & { readonly name: string };

const given = (...names: readonly (string | undefined)[]): string[] => names.filter((name) => name !== undefined);

/** The columns without which a row is not of the format. */
export function requiredColumns(format: RowFormat): readonly string[] {
  if ('conversation_key' in format) return [format.conversation_key];
  if ('output_key' in format) return [format.instruction_key, format.output_key];
  if ('chosen_key' in format) return given(format.prompt_key, format.chosen_key, format.rejected_key);
  if ('answer_keys' in format) return [...given(format.prompt_key), ...format.answer_keys, ...[format.better_key].flat()];
  if ('label_key' in format) return given(format.prompt_key, format.completion_key, format.label_key);
  if ('choices_key' in format) return [format.instruction_key, ...[format.choices_key].flat(), format.answer_key];
  if ('tree_key' in format) return [format.tree_key];
  return 'transcript_key' in format ? [format.transcript_key] : [format.text_key];
}

/** Columns that the format reads where a row has them; of a list of columns one. */
export const optionalColumns = (format: RowFormat): readonly (string | readonly string[])[] => {
  const input = 'output_key' in format || 'choices_key' in format || 'label_key' in format ? format.input_key : undefined;
  const others = 'output_key' in format ? given(format.history_key, format.reasoning_key) : [];
  return [...(input === undefined ? [] : [input]), ...others, ...given(format.system_key, format.tools_key)];
};

/** The form in which the project's own training rows are written; known without a formats file. */
export const MESSAGES_FORMAT: RowFormat = { name: 'messages', conversation_key: 'messages' };
