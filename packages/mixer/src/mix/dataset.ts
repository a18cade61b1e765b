import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { counted, fileError, SdgError } from '@sdg/values';
import type { LineBlock } from '../files/line-blocks.js';
import { RowIndex } from '../files/row-index.js';
import type { DatasetSpec } from '../recipe/recipe.js';
import { ByteSink } from '../treat/byte-sink.js';
import { type BlockResult, SYSTEM_REPLACED } from '../treat/block-result.js';
import type { RowMark } from '../treat/row-mark.js';
import { type BlockOptions, BlockTreatment, treatsBytes } from '../treat/treat-block.js';
import { blockOptionsOf, outputOf } from './block-options.js';
import { DatasetAccount } from './dataset-account.js';
import type { MixContext } from './mix-context.js';
import type { DatasetSummary } from './mix-summary.js';
import { blocksOf, missingColumns, openParts, type Part } from './open-parts.js';
import { treatBlocks } from './treat-blocks.js';

/** Rows of a dataset, treated, with what is known of each. */
interface TreatedRows {
  readonly bytes: Buffer;
  readonly marks: readonly RowMark[] | undefined;
  readonly rows: number;
}

/** One dataset on its way into a mix: opened, looked at, then either streamed or drawn from. */
export class Dataset {
  readonly spec: DatasetSpec;
  /** Columns that its rows have at their top beside those of their form. */
  readonly topColumns: readonly string[];
  readonly #context: MixContext;
  readonly #account: DatasetAccount;
  readonly #parts: readonly Part[];
  /** Columns at the top of every row of the mix; known when all datasets are open. */
  #columns: readonly string[];
  #index: RowIndex | undefined;
  /** Whether the rows of the index are treated already. */
  #isTreated = false;
  /** Positions that may be drawn; absent: all. */
  #kept: Float64Array | undefined;
  /** By position, where rows are drawn by weight. */
  weights: number[] | undefined;
  #treatment: BlockTreatment | undefined;

  private constructor(
    spec: DatasetSpec,
    context: MixContext,
    parts: readonly Part[],
    columns: readonly string[],
    topColumns: readonly string[],
  ) {
    this.spec = spec;
    this.#context = context;
    this.#parts = parts;
    this.topColumns = topColumns;
    this.#columns = topColumns;
    this.#account = new DatasetAccount(spec, context, new Set(parts.map(({ format }) => format.name)), columns);
  }

  get summary(): DatasetSummary {
    return this.#account.summary;
  }

  #optionsOf(part: Part): BlockOptions {
    return blockOptionsOf(part, this.spec, this.#columns, this.#context);
  }

  /** Opens the dataset and finds its format by its first rows; that of each of its files, if they have several. */
  static async open(spec: DatasetSpec, context: MixContext): Promise<Dataset> {
    const { note } = context.options;
    const { parts, rows, topColumns, license } = await openParts(spec, context.options, outputOf(context));
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const dataset = new Dataset(spec, context, parts, columns, topColumns);
    if (license !== undefined) dataset.summary.license = license;
    note?.(`dataset columns: ${columns.join(', ')} (format ${dataset.summary.format})`, spec.name);
    for (const text of rows.length > 0 ? missingColumns(spec, rows) : []) note?.(text, spec.name);
    return dataset;
  }

  /** Says which columns all rows of the mix have at their top. */
  setColumns(columns: readonly string[]): void {
    this.#columns = columns;
  }

  /** Whether rows must be looked at before it is known which of them can be drawn. */
  get #looks(): boolean {
    const [first, ...others] = this.#parts;
    const { marks, contamination, rules } = this.#optionsOf(first!);
    return others.length > 0 || marks !== undefined || contamination !== undefined || rules.filter.length > 0;
  }

  async *#blocks(part: Part): AsyncGenerator<LineBlock> {
    const { signal } = this.#context.options;
    for await (const block of blocksOf([part])) {
      if (signal?.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
      yield block;
    }
  }

  /** All rows in order, treated, duplicates left out, each with what is known of it. */
  async *rows(): AsyncGenerator<TreatedRows> {
    for (const part of this.#parts) yield* this.#rowsOf(part);
  }

  async *#rowsOf(part: Part): AsyncGenerator<TreatedRows> {
    const { options } = this.#context;
    const blockOptions = this.#optionsOf(part);
    // Rows of more than one exchange take the long way to Alpaca's form.
    const isQuick = treatsBytes(blockOptions) && blockOptions.rules.output !== 'alpaca';
    const threads = options.threads ?? (isQuick ? 1 : this.#context.threads);
    let line = 0;
    for await (const { bytes, result } of treatBlocks(this.#blocks(part), blockOptions, threads, options.reusesPieces)) {
      this.#account.take(result, line, part.source);
      line += result.lines;
      yield await this.#withoutRepeats(bytes, result);
    }
  }

  /** A treated block without the rows that repeat others. */
  async #withoutRepeats(bytes: Buffer, { marks, ends, rows }: BlockResult): Promise<TreatedRows> {
    const { deduper, meanings } = this.#context;
    if ((!deduper && !meanings) || !marks || !ends) return { bytes, marks, rows };
    const { name } = this.spec;
    const vectors = await meanings?.vectorsOf(marks);
    const fresh = new ByteSink(bytes.length + 1);
    const freshMarks: RowMark[] = [];
    marks.forEach((mark, i) => {
      const vector = vectors?.[i];
      const isNew = (deduper?.isNew(mark) ?? true) && (!vector || meanings!.isNew(name, mark, vector));
      if (!isNew) return void this.summary.duplicates++;
      if (vector && meanings!.holds) meanings!.hold(this.spec, mark, vector);
      fresh.copy(bytes, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
      freshMarks.push(mark);
    });
    return { bytes: fresh.take(), marks: freshMarks, rows: freshMarks.length };
  }

  /** Makes rows ready to be drawn by position; gives how many there are. */
  async survey(): Promise<number> {
    const { summary, spec } = this;
    const file = this.#looks ? undefined : (this.#parts[0]!.source.file ?? (await this.#copy()));
    if (file !== undefined) {
      const { countThreads: threads, options } = this.#context;
      this.#index = await RowIndex.build(file, { threads, ...(options.signal && { signal: options.signal }) });
      summary.rows = this.#index.rows;
    } else await this.#spill();
    const available = this.#kept?.length ?? this.#index!.rows;
    summary.available = available;
    this.#context.options.note?.(`dataset ${spec.name} loaded with ${counted(summary.rows, 'sample')}`, spec.name);
    return available;
  }

  /** Puts the lines of a source that can be read once into a file, as they are: draws are the same as of a file. */
  async #copy(): Promise<string> {
    const path = await this.#context.temp.file();
    await this.#fill(path, async (handle) => {
      for await (const { bytes } of this.#blocks(this.#parts[0]!)) await handle.writeFile(bytes);
    });
    return path;
  }

  async #fill(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
    const handle = await open(path, 'w');
    try {
      await write(handle);
    } catch (error) {
      throw fileError('write', path, error);
    } finally {
      await handle.close();
    }
  }

  /** Puts the rows that can be drawn into a file, treated. */
  async #spill(): Promise<void> {
    const { temp, seed } = this.#context;
    const { spec } = this;
    const path = await temp.file();
    const { GroupReservoirs } = await import('../sampling/group-reservoirs.js');
    const groups =
      spec.maxPerLeaf === undefined ? undefined : new GroupReservoirs(spec.maxPerLeaf, spec.seed ?? seed, 'leaf', basename(spec.name));
    const weights: number[] | undefined = spec.weightColumn === undefined ? undefined : [];
    let position = 0;
    await this.#fill(path, async (handle) => {
      for await (const { bytes, marks, rows } of this.rows()) {
        for (const { group, weight = 0 } of marks ?? []) {
          // A row without weight is none that could be drawn, nor does it take another's place in its group.
          if (!weights || weight > 0) groups?.offer(group ?? '', position);
          weights?.push(weight);
          position++;
        }
        if (rows > 0) await handle.writeFile(bytes);
      }
    });
    this.#isTreated = true;
    this.#index = await RowIndex.build(path);
    const heavy = weights && Float64Array.from(weights.keys()).filter((at) => weights[at]! > 0);
    this.#kept = groups?.kept() ?? heavy;
    this.weights = this.#kept && weights ? Array.from(this.#kept, (at) => weights[at]!) : weights;
    if (heavy && heavy.length < weights.length) this.summary.dropped['no weight'] = weights.length - heavy.length;
    if (groups) this.summary.overLeafCap = (heavy?.length ?? this.#index.rows) - this.#kept!.length;
  }

  /** The number of a row, among all that came out of the dataset, that may be drawn at `position`. */
  numberOf(position: number): number {
    return this.#kept ? this.#kept[position]! : position;
  }

  /** Takes rows away, by their numbers, since they repeat others; gives how many can still be drawn. */
  leaveOut(numbers: ReadonlySet<number>): number {
    const kept = this.#kept ?? Float64Array.from({ length: this.#index!.rows }, (_, at) => at);
    const stays = (at: number): boolean => !numbers.has(at);
    const { weights } = this;
    if (weights) this.weights = weights.filter((_, position) => stays(kept[position]!));
    this.#kept = kept.filter(stays);
    this.summary.duplicates += kept.length - this.#kept.length;
    return (this.summary.available = this.#kept.length);
  }

  /** Puts the row at a position into `sink`, treated, though perhaps not before `flush`; false if its rules drop it. */
  write(position: number, sink: ByteSink): boolean {
    const at = this.#kept ? this.#kept[position]! : position;
    const index = this.#index!;
    const isAscii = index.find(at);
    const { room, start, end } = index;
    if (this.#isTreated) {
      sink.copy(room.memory, start, end + 1);
      return true;
    }
    this.#treatment ??= new BlockTreatment(this.#optionsOf(this.#parts[0]!), room);
    const outcome = this.#treatment.treatRow(room, start, end, isAscii, sink);
    if (outcome === true) {
      const replaced = this.#treatment.takeReplaced();
      if (replaced > 0) this.#account.change(SYSTEM_REPLACED, replaced);
      return true;
    }
    if (typeof outcome === 'string') this.#account.drop(outcome, 1);
    else if (outcome && 'error' in outcome) this.#account.reject(outcome, index.lineOf(at), this.#parts[0]!.source);
    else if (outcome && 'mark' in outcome) {
      if (outcome.isCut) this.summary.cut++;
      for (const what of outcome.changes ?? []) this.#account.change(what, 1);
      return true;
    }
    return false;
  }

  /** Puts what `write` has kept back into `sink`. */
  flush(sink: ByteSink): void {
    this.#treatment?.flush(sink);
  }

  async close(): Promise<void> {
    this.#index?.close();
    for (const { ahead } of this.#parts) await ahead?.rest.return?.();
    this.#index = undefined;
  }
}
