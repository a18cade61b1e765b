import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { groupDigits, SdgError } from '@sdg/core/values';
import type { RowFormat } from '../formats/row-format.js';
import { fileError } from '../files/file-error.js';
import type { LineBlock } from '../files/line-blocks.js';
import { RowIndex } from '../files/row-index.js';
import type { TempFolder } from '../files/temp-folder.js';
import { DEFAULT_LEAF_COLUMN, type DatasetSpec, type Recipe } from '../recipe/recipe.js';
import { openFile, type RowSource } from '../sources/open-source.js';
import { ByteSink } from '../treat/byte-sink.js';
import type { RowRules } from '../treat/row-rules.js';
import { BlockTreatment, treatsBytes, type BadRow, type BlockOptions, type BlockResult, type Marks, type RowMark } from '../treat/treat-block.js';
import type { Deduper } from './deduper.js';
import { firstRow } from './first-row.js';
import { formatOf } from './format-of.js';
import { missingColumns } from './missing-columns.js';
import type { MixOptions } from './mix-options.js';
import type { DatasetSummary } from './mix-summary.js';
import { treatBlocks } from './treat-blocks.js';

/** What all datasets of a mix share. */
export interface MixContext {
  readonly recipe: Recipe;
  readonly options: MixOptions;
  readonly seed: number;
  readonly systemPrompt: string | undefined;
  readonly temp: TempFolder;
  readonly deduper: Deduper | undefined;
  readonly contamination: BlockOptions['contamination'];
  /** Threads to treat rows with. */
  readonly threads: number;
  readonly countThreads: number;
}

/** One dataset on its way into a mix: opened, looked at, then either streamed or drawn from. */
export class Dataset {
  readonly spec: DatasetSpec;
  readonly summary: DatasetSummary;
  readonly #context: MixContext;
  readonly #source: RowSource;
  readonly #blockOptions: BlockOptions;
  /** The first block, read ahead of the rest of a source that can be read once. */
  #ahead: { first: LineBlock; rest: AsyncIterator<LineBlock> } | undefined;
  #index: RowIndex | undefined;
  /** Whether the rows of the index are treated already. */
  #isTreated = false;
  /** Positions that may be drawn; absent: all. */
  #kept: Float64Array | undefined;
  /** By position, where rows are drawn by weight. */
  weights: number[] | undefined;
  #treatment: BlockTreatment | undefined;

  private constructor(spec: DatasetSpec, context: MixContext, source: RowSource, format: RowFormat, columns: readonly string[]) {
    this.spec = spec;
    this.#context = context;
    this.#source = source;
    this.summary = {
      ...{ name: spec.name, path: spec.path, format: format.name, columns },
      ...{ rows: 0, bad: 0, dropped: {}, duplicates: 0, beyondLeaf: 0, cut: 0, available: 0, wanted: 0, out: 0, repeated: 0 },
    };
    const { recipe, options, systemPrompt, deduper, contamination } = context;
    const output = options.format ?? recipe.format ?? 'messages';
    const rules: RowRules = {
      ...{ dataset: spec.name, file: source.shown, format, output, filter: spec.filter ?? [] },
      ...(systemPrompt !== undefined && { systemPrompt }),
    };
    const marks: Marks = {
      ...(deduper && { dedupe: recipe.dedupe!.mode }),
      ...(spec.maxPerLeaf !== undefined && { group: spec.leafColumn ?? DEFAULT_LEAF_COLUMN }),
      ...(spec.weightColumn !== undefined && { weight: spec.weightColumn }),
    };
    this.#blockOptions = { rules, ...(Object.keys(marks).length > 0 && { marks }), ...(contamination && { contamination }) };
  }

  /** Opens the dataset and finds its format by its first row. */
  static async open(spec: DatasetSpec, context: MixContext): Promise<Dataset> {
    const { note, formats, open: openOther } = context.options;
    const source = (await openOther?.(spec)) ?? (await openFile(spec.path, spec.name, spec.place));
    note?.(`loading dataset from ${source.shown} …`, spec.name);
    const blocks = source.blocks()[Symbol.asyncIterator]();
    const { block, row } = await firstRow(blocks);
    if (source.file !== undefined || !block) await blocks.return?.();
    const isBlank = !block || (!row && block.bytes.toString('latin1').trim() === '');
    if (isBlank && spec.path !== '-') {
      throw new SdgError('bad-input', `dataset ${spec.name} has no rows`, { ...(spec.place && { place: spec.place }), remedy: 'leave it out, or fill it' });
    }
    const columns = Object.keys(row ?? {});
    const dataset = new Dataset(spec, context, source, await formatOf(spec, row, formats, source.shown), columns);
    if (source.file === undefined && block) dataset.#ahead = { first: block, rest: blocks };
    note?.(`dataset columns: ${columns.join(', ')} (format ${dataset.summary.format})`, spec.name);
    if (row) for (const text of missingColumns(spec, row)) note?.(text, spec.name);
    return dataset;
  }

  /** Whether rows must be looked at before it is known which of them can be drawn. */
  get #looks(): boolean {
    const { marks, contamination, rules } = this.#blockOptions;
    return marks !== undefined || contamination !== undefined || rules.filter.length > 0;
  }

  async *#blocks(): AsyncGenerator<LineBlock> {
    const { signal } = this.#context.options;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead) yield ahead.first;
    for await (const block of ahead ? { [Symbol.asyncIterator]: () => ahead.rest } : this.#source.blocks()) {
      if (signal?.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
      yield block;
    }
  }

  /** All rows in order, treated, duplicates left out, each with what is known of it. */
  async *rows(): AsyncGenerator<{ bytes: Buffer; marks: readonly RowMark[] | undefined; rows: number }> {
    const { deduper, options } = this.#context;
    const threads = options.threads ?? (treatsBytes(this.#blockOptions) ? 1 : this.#context.threads);
    let line = 0;
    for await (const { bytes, result } of treatBlocks(this.#blocks(), this.#blockOptions, threads, options.reusesPieces)) {
      this.#account(result, line);
      line += result.lines;
      const { marks, ends } = result;
      if (!deduper || !marks || !ends) {
        yield { bytes, marks, rows: result.rows };
        continue;
      }
      const fresh = new ByteSink(bytes.length + 1);
      const freshMarks: RowMark[] = [];
      marks.forEach((mark, i) => {
        if (!deduper.isNew(mark)) return void this.summary.duplicates++;
        fresh.copy(bytes, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
        freshMarks.push(mark);
      });
      yield { bytes: fresh.take(), marks: freshMarks, rows: freshMarks.length };
    }
  }

  #account({ rows, dropped, bad, cut }: BlockResult, line: number): void {
    const { summary } = this;
    summary.cut += cut;
    for (const row of bad) this.#reject(row, line + row.line + 1);
    for (const [reason, n] of Object.entries(dropped)) {
      summary.dropped[reason] = (summary.dropped[reason] ?? 0) + n;
      summary.rows += n;
    }
    summary.rows += rows + bad.length;
  }

  #reject({ error, text }: BadRow, line: number): void {
    const { onBadRow } = this.#context.options;
    const { shown: file, isTable = false } = this.#source;
    const placed = new SdgError('bad-input', isTable ? `record ${groupDigits(line)}: ${error.what}` : error.what, {
      place: isTable ? { file } : { file, line, column: error.place?.column ?? 1 },
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
    if (!onBadRow) throw placed;
    this.summary.bad++;
    onBadRow({ dataset: this.spec.name, error: placed, text });
  }

  /** Makes rows ready to be drawn by position; gives how many there are. */
  async survey(): Promise<number> {
    const { summary, spec } = this;
    const file = this.#looks ? undefined : (this.#source.file ?? (await this.#copy()));
    if (file !== undefined) {
      const { countThreads: threads, options } = this.#context;
      this.#index = await RowIndex.build(file, { threads, ...(options.signal && { signal: options.signal }) });
      summary.rows = this.#index.rows;
    } else await this.#spill();
    const available = this.#kept?.length ?? this.#index!.rows;
    summary.available = available;
    this.#context.options.note?.(`dataset ${spec.name} loaded with ${groupDigits(summary.rows)} samples`, spec.name);
    return available;
  }

  /** Puts the lines of a source that can be read once into a file, as they are: draws are the same as of a file. */
  async #copy(): Promise<string> {
    const path = await this.#context.temp.file();
    await this.#fill(path, async (handle) => {
      for await (const { bytes } of this.#blocks()) await handle.writeFile(bytes);
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
    const groups = spec.maxPerLeaf === undefined ? undefined : new GroupReservoirs(spec.maxPerLeaf, spec.seed ?? seed, 'leaf', basename(spec.name));
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
    if (groups) this.summary.beyondLeaf = (heavy?.length ?? this.#index.rows) - this.#kept!.length;
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
    this.#treatment ??= new BlockTreatment(this.#blockOptions, room);
    const outcome = this.#treatment.treatRow(room, start, end, isAscii, sink);
    if (outcome === true) return true;
    if (typeof outcome === 'string') this.summary.dropped[outcome] = (this.summary.dropped[outcome] ?? 0) + 1;
    else if (outcome && 'error' in outcome) this.#reject(outcome, index.lineOf(at));
    else if (outcome) {
      if (outcome.isCut) this.summary.cut++;
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
    await this.#ahead?.rest.return?.();
    this.#index = undefined;
  }
}
