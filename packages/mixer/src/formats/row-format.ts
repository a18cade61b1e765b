import type { Static } from '@sinclair/typebox';
import type { conversationFormat, pairFormat } from './formats-schema.js';

export type PairFormat = Static<typeof pairFormat>;
export type ConversationFormat = Static<typeof conversationFormat>;

/** How a dataset says what was asked and what was answered. */
export type RowFormat = Named<PairFormat> | Named<ConversationFormat>;
type Named<Format> = Format & { readonly name: string };

export const isConversation = (format: RowFormat): format is Named<ConversationFormat> => 'conversation_key' in format;

/** The columns without which a row is not of the format. */
export const requiredColumns = (format: RowFormat): readonly string[] =>
  isConversation(format) ? [format.conversation_key] : [format.instruction_key, format.output_key];

/** The form in which the project's own training rows are written; known without a formats file. */
export const MESSAGES_FORMAT: RowFormat = { name: 'messages', conversation_key: 'messages' };
