import { groupDigits, SdgError } from '@sdg/values';
import type { DatasetSpec } from '../recipe/recipe.js';
import type { RowSource } from '../sources/open-source.js';
import type { BadRow, BlockResult } from '../treat/block-result.js';
import type { MixContext } from './mix-context.js';
import type { DatasetSummary } from './mix-summary.js';

/** What became of the rows of one dataset. */
export class DatasetAccount {
  readonly summary: DatasetSummary;
  readonly #name: string;
  readonly #context: MixContext;

  constructor({ name, path }: DatasetSpec, context: MixContext, formats: ReadonlySet<string>, columns: readonly string[]) {
    this.#name = name;
    this.#context = context;
    this.summary = {
      ...{ name, path, format: [...formats].join(', '), columns },
      ...{ rows: 0, bad: 0, dropped: {}, contaminatedBy: {}, changes: {}, duplicates: 0, notSelected: 0, overLeafCap: 0, cut: 0 },
      ...{ available: 0, wanted: 0, out: 0, repeated: 0 },
    };
  }

  /** Books a treated block whose first row has this number, from 0. */
  take({ rows, dropped, bad, cut, changes, matched = {} }: BlockResult, line: number, source: RowSource): void {
    const { summary } = this;
    summary.cut += cut;
    for (const [what, n] of Object.entries(changes)) this.change(what, n);
    for (const [item, n] of Object.entries(matched)) {
      const name = this.#context.evaluationItems[Number(item)] ?? item;
      summary.contaminatedBy[name] = (summary.contaminatedBy[name] ?? 0) + n;
    }
    for (const row of bad) this.reject(row, line + row.line + 1, source);
    for (const [reason, n] of Object.entries(dropped)) {
      this.drop(reason, n);
      summary.rows += n;
    }
    summary.rows += rows + bad.length;
  }

  drop(reason: string, n: number): void {
    this.summary.dropped[reason] = (this.summary.dropped[reason] ?? 0) + n;
  }

  change(what: string, n: number): void {
    this.summary.changes[what] = (this.summary.changes[what] ?? 0) + n;
  }

  /** A row that cannot be read, at a line of a source: handed on, or the end of the mix. */
  reject({ error, text }: BadRow, line: number, { shown: file, isTable = false }: RowSource): void {
    const { onBadRow } = this.#context.options;
    const placed = new SdgError('bad-input', isTable ? `record ${groupDigits(line)}: ${error.what}` : error.what, {
      place: isTable ? { file } : { file, line, column: error.place?.column ?? 1 },
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
    if (!onBadRow) throw placed;
    this.summary.bad++;
    onBadRow({ dataset: this.#name, error: placed, text });
  }
}
