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
export type TextFormat = Static<typeof schema.textFormat>;

type AnyFormat =
  | PairFormat
  | ConversationFormat
  | PreferenceFormat
  | ComparisonFormat
  | LabelFormat
  | ChoicesFormat
  | TreeFormat
  | TranscriptFormat
  | TextFormat;
type Named<Format> = Format & { readonly name: string };

/** How a dataset says what was asked and what was answered. */
export type RowFormat =
  | Named<PairFormat>
  | Named<ConversationFormat>
  | Named<PreferenceFormat>
  | Named<ComparisonFormat>
  | Named<LabelFormat>
  | Named<ChoicesFormat>
  | Named<TreeFormat>
  | Named<TranscriptFormat>
  | Named<TextFormat>;

export const isConversation = (format: AnyFormat): format is Named<ConversationFormat> => 'conversation_key' in format;
export const isPair = (format: AnyFormat): format is Named<PairFormat> => 'output_key' in format;
export const isPreference = (format: AnyFormat): format is Named<PreferenceFormat> => 'chosen_key' in format;
export const isComparison = (format: AnyFormat): format is Named<ComparisonFormat> => 'answer_keys' in format;
export const isLabel = (format: AnyFormat): format is Named<LabelFormat> => 'label_key' in format;
export const isChoices = (format: AnyFormat): format is Named<ChoicesFormat> => 'choices_key' in format;
export const isTree = (format: AnyFormat): format is Named<TreeFormat> => 'tree_key' in format;
export const isTranscript = (format: AnyFormat): format is Named<TranscriptFormat> => 'transcript_key' in format;

const given = (...names: readonly (string | undefined)[]): string[] => names.filter((name) => name !== undefined);

/** The columns without which a row is not of the format. */
export function requiredColumns(format: RowFormat): readonly string[] {
  if (isConversation(format)) return [format.conversation_key];
  if (isPair(format)) return [format.instruction_key, format.output_key];
  if (isPreference(format)) return given(format.prompt_key, format.chosen_key, format.rejected_key);
  if (isComparison(format)) return [...given(format.prompt_key), ...format.answer_keys, ...[format.better_key].flat()];
  if (isLabel(format)) return given(format.prompt_key, format.completion_key, format.label_key);
  if (isChoices(format)) return [format.instruction_key, ...[format.choices_key].flat(), format.answer_key];
  if (isTree(format)) return [format.tree_key];
  return isTranscript(format) ? [format.transcript_key] : [format.text_key];
}

/** Columns that the format reads where a row has them; of a list of columns one. */
export const optionalColumns = (format: RowFormat): readonly (string | readonly string[])[] => {
  const input = isPair(format) || isChoices(format) || isLabel(format) ? format.input_key : undefined;
  const others = isPair(format) ? given(format.history_key, format.reasoning_key) : [];
  return [...(input === undefined ? [] : [input]), ...others, ...given(format.system_key, format.tools_key)];
};

/** The form in which the project's own training rows are written; known without a formats file. */
export const MESSAGES_FORMAT: RowFormat = { name: 'messages', conversation_key: 'messages' };
