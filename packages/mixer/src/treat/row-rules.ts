import type { Useless } from '../formats/reading.js';
import type { OutputFormat, Unfit } from '../formats/output-format.js';
import type { RowFormat } from '../formats/row-format.js';

/** A condition on one column, numbers that no double holds as bigints; a row that does not meet it is dropped. */
export interface ColumnFilter {
  /** Or a path with dots into columns or metadata. */
  readonly column: string;
  readonly equals?: unknown;
  readonly not?: unknown;
  readonly in?: readonly unknown[];
  readonly contains?: string;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
}

/** What happens to every row of a dataset. Plain data, so that it can be sent to a worker. */
export interface RowRules {
  /** The dataset's name, as `source` and in messages. */
  readonly dataset: string;
  /** The file as it stands in messages. */
  readonly file: string;
  readonly format: RowFormat;
  readonly output: OutputFormat;
  /** Inserted as the system message where a row has none of its own; absent: system messages stay as they are. */
  readonly systemPrompt?: string;
  /** Whether `systemPrompt` takes the place of a row's own system message. Default false. */
  readonly replacesSystem?: boolean;
  /** Whether what models thought before they answered stays in the row. Default keep. */
  readonly reasoning?: 'keep' | 'drop';
  /** Columns that every row has at its top, null where it has none: what some rows of the mix have there. Default none. */
  readonly columns?: readonly string[];
  /** Columns that stay columns instead of going into the metadata. They are among `columns`. Default none. */
  readonly keep?: readonly string[];
  readonly filter: readonly ColumnFilter[];
}

/** Why a row was dropped by its rules. */
export type DropReason =
  | Useless
  | Unfit
  | 'filter'
  | 'empty message'
  | 'no question'
  | 'no answer'
  | 'thinking without an answer'
  | 'text without turns'
  | 'answer that was not liked';
