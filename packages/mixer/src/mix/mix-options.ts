import type { Embedder } from '@sdg/core';
import type { SdgError } from '@sdg/values';
import type { OutputFormat } from '../formats/output-format.js';
import type { RowFormat } from '../formats/row-format.js';
import type { RowSource } from '../sources/open-source.js';
import type { Repeat } from './meanings.js';
import type { DatasetSpec } from '../recipe/recipe.js';

/** A row that could not be used, as it stands in the rejects file. */
export interface RejectedRow {
  readonly dataset: string;
  readonly error: SdgError;
  /** The line as read. */
  readonly text: string;
}

export interface MixOptions {
  /** Known formats; the first that fits a dataset's columns is its format. A function is called if they are needed. */
  readonly formats: readonly RowFormat[] | (() => Promise<readonly RowFormat[]>);
  /** Set or inserted in every row. Null: rows keep what they have. The recipe's own wins over the default, this over both. */
  readonly systemPrompt?: string | null;
  /** Default 42, or the recipe's. */
  readonly seed?: number;
  readonly format?: OutputFormat;
  /** Given: rows that cannot be used are handed here and the mix goes on. Otherwise the first one ends it. */
  readonly onBadRow?: (row: RejectedRow) => void;
  /** Told what is loaded, found and drawn, a line at a time, and of which dataset. */
  readonly note?: (text: string, dataset?: string) => void;
  /** Opens a dataset that is not a local file: a URL of the Hub, stdin. */
  readonly open?: (dataset: DatasetSpec) => Promise<RowSource | undefined>;
  /** Threads to count and treat rows with. Default: as many as there are processors with nothing else to do, four at most. */
  readonly threads?: number;
  /**
   * Whether a piece of rows is valid only until the one after the next is asked for, as for whoever writes them one after
   * another: memory that is used again need not be collected. Default: each is the caller's to keep.
   */
  readonly reusesPieces?: boolean;
  /** What rows are compared by, where the recipe asks for their meaning. Closed by whoever opened it. */
  readonly embedder?: Embedder;
  /** Told of rows left out since they mean what another row means. */
  readonly onRepeat?: (repeat: Repeat) => void;
  /** Aborted: the mix ends with `interrupted`. */
  readonly signal?: AbortSignal;
}
