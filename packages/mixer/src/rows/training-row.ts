import type { Sample } from '@sdg/values';

/** One turn of a conversation. */
export interface Message {
  readonly role: string;
  readonly content: string;
}

/** One row of a training set in the messages form. */
export interface TrainingRow extends Sample {
  /** 32 hex digits: a hash of where the row comes from and of what it says. The same in every run. */
  readonly id: string;
  readonly messages: readonly Message[];
  /** A JSON object as text, because loaders of datasets want one type for the column in all rows. */
  readonly metadata: string;
  /** Whether the trainer shall learn every turn (true) or the assistant's alone (false). */
  readonly unmask: boolean;
}

/** Columns of a training row that do not move into `metadata`. */
export const ROW_COLUMNS: ReadonlySet<string> = new Set(['id', 'messages', 'metadata', 'unmask']);

/** Sent as the system message where neither recipe nor command line names one. */
export const DEFAULT_SYSTEM_PROMPT =
  'You are a careful, honest and helpful assistant. Answer what was asked, and say so when you do not know.';
