import type { SdgError } from '@sdg/values';
import type { RowMark } from './row-mark.js';
import type { DropReason } from './row-rules.js';

/** A row that is not JSON or not of its format. */
export interface BadRow {
  /** Lines from the first of the block, which is 0. */
  readonly line: number;
  readonly error: SdgError;
  readonly text: string;
}

/** What became of a block of lines. */
export interface BlockResult {
  readonly lines: number;
  readonly rows: number;
  readonly dropped: Readonly<Partial<Record<DropReason | 'contaminated', number>>>;
  readonly bad: readonly BadRow[];
  /** Rows that came out without all of their turns. */
  readonly cut: number;
  /** Rows that came out changed, by how: words that follow a number of rows. */
  readonly changes: Readonly<Record<string, number>>;
  /** Evaluation items that rows were dropped for, by number, and how many rows. */
  readonly matched?: Readonly<Record<number, number>>;
  /** By row that came out, where marks were asked for. */
  readonly marks?: readonly RowMark[];
  /** Where each row ends in the sink, where marks were asked for. */
  readonly ends?: readonly number[];
}

/** What is said of rows whose own system message gave way to the mix's. */
export const SYSTEM_REPLACED = 'with the system message replaced';

const add = (counts: Record<string, number>, names: Iterable<string>): void => {
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
};

/** What became of a line: it came out (with marks, where they were asked for), was dropped, is bad, is blank. */
export type Outcome =
  | true
  | { readonly mark: RowMark; readonly isCut?: boolean; readonly changes?: readonly string[] }
  | { readonly contaminatedBy: number }
  | DropReason
  | BadRow
  | undefined;

/** What became of the lines of one block, added up. */
export class Tally {
  lines = 0;
  rows = 0;
  #cut = 0;
  readonly #dropped: Record<string, number> = {};
  readonly #changes: Record<string, number> = {};
  readonly #matched: Record<number, number> = {};
  readonly #bad: BadRow[] = [];
  readonly #marks: RowMark[] | undefined;
  readonly #ends: number[] | undefined;

  constructor(isMarked: boolean) {
    if (!isMarked) return;
    this.#marks = [];
    this.#ends = [];
  }

  /** `end`: how long the sink is, the row in it. */
  add(outcome: Outcome, end: number): void {
    if (outcome === true) this.rows++;
    else if (typeof outcome === 'string') this.#dropped[outcome] = (this.#dropped[outcome] ?? 0) + 1;
    else if (outcome && 'error' in outcome) this.#bad.push(outcome);
    else if (outcome && 'contaminatedBy' in outcome) {
      add(this.#dropped, ['contaminated']);
      add(this.#matched, [String(outcome.contaminatedBy)]);
    } else if (outcome) {
      this.rows++;
      if (outcome.isCut) this.#cut++;
      if (outcome.changes) add(this.#changes, outcome.changes);
      this.#marks?.push(outcome.mark);
      this.#ends?.push(end);
    }
  }

  /** `replaced`: how many system messages gave way on their bytes. */
  result(replaced: number): BlockResult {
    const changes = this.#changes;
    if (replaced > 0) changes[SYSTEM_REPLACED] = (changes[SYSTEM_REPLACED] ?? 0) + replaced;
    return {
      ...{ lines: this.lines, rows: this.rows, dropped: this.#dropped, bad: this.#bad, cut: this.#cut, changes },
      ...(Object.keys(this.#matched).length > 0 && { matched: this.#matched }),
      ...(this.#marks && { marks: this.#marks }),
      ...(this.#ends && { ends: this.#ends }),
    };
  }
}
