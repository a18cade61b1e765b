import type { OutputFormat } from '../formats/output-format.js';
import type { RowFormat } from '../formats/row-format.js';

/** A condition on one column; a row that does not meet it is dropped. */
export interface ColumnFilter {
  /** Or a path with dots into columns or metadata. */
  readonly column: string;
  readonly equals?: unknown;
  readonly not?: unknown;
  readonly in?: readonly unknown[];
  readonly contains?: string;
  readonly min?: number;
  readonly max?: number;
}

/** What happens to every row of a dataset. Plain data, so that it can be sent to a worker. */
export interface RowRules {
  /** The dataset's name, as `source` and in messages. */
  readonly dataset: string;
  /** The file as it stands in messages. */
  readonly file: string;
  readonly format: RowFormat;
  readonly output: OutputFormat;
  /** Set or inserted as the system message; absent: system messages stay as they are. */
  readonly systemPrompt?: string;
  readonly filter: readonly ColumnFilter[];
}

/** Why a row was dropped by its rules. */
export type DropReason = 'empty message' | 'filter' | 'no exchange';
