import { didYouMean, SdgError } from '@sdg/values';
import type { LineBlock } from '../files/line-blocks.js';
import { conversationOf } from '../formats/conversation.js';
import type { OutputFormat } from '../formats/output-format.js';
import { NotOfFormat } from '../formats/reading.js';
import type { RowFormat } from '../formats/row-format.js';
import { taskRemedy } from '../formats/task-remedy.js';
import { DEFAULT_LEAF_COLUMN, type DatasetSpec } from '../recipe/recipe.js';
import { openPath } from '../sources/open-path.js';
import type { RowSource } from '../sources/open-source.js';
import { columnAt } from '../treat/column-at.js';
import { firstRows } from './first-rows.js';
import { formatOf } from './format-of.js';
import type { MixOptions } from './mix-options.js';
import type { Row } from '../formats/json-text.js';

/** A part of a dataset in one format: all of it, or the files that have this one. */
export interface Part {
  readonly source: RowSource;
  readonly format: RowFormat;
  /** The first block, read ahead of the rest of a source that can be read once. */
  ahead?: { readonly first: LineBlock; readonly rest: AsyncIterator<LineBlock> } | undefined;
}

/** The blocks of parts one after another. */
export async function* blocksOf(parts: readonly Part[]): AsyncGenerator<LineBlock> {
  for (const part of parts) {
    const { ahead } = part;
    part.ahead = undefined;
    if (ahead) yield ahead.first;
    yield* ahead ? { [Symbol.asyncIterator]: () => ahead.rest } : part.source.blocks();
  }
}

/** Columns at the top of a row beside those of its form, that the first rows have. */
function topColumns(rows: readonly Row[], format: RowFormat): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    const read = conversationOf(row, format);
    if (read instanceof NotOfFormat || typeof read === 'string') continue;
    if (read.tools) found.add('tools');
    for (const name of Object.keys(read.kept)) found.add(name);
  }
  return [...found];
}

/** Parts of one format as one, which is quicker to draw from; `source`: all of them together. */
function joined(parts: readonly Part[], source: RowSource): readonly Part[] {
  const [first] = parts;
  if (parts.length === 1 || !first || parts.some(({ format }) => format.name !== first.format.name)) return parts;
  return [{ source: { ...source, blocks: () => blocksOf(parts) }, format: first.format }];
}

const noRows = ({ name, place }: DatasetSpec): SdgError =>
  new SdgError('bad-input', `dataset ${name} has no rows`, { ...(place && { place }), remedy: 'leave it out, or fill it' });

/** Opens one file of a dataset and finds its format; undefined where it has no rows. `isOneOf`: it is one of several. */
async function openPart(
  file: RowSource,
  isOneOf: boolean,
  { spec, formats, output }: { readonly spec: DatasetSpec; readonly formats: MixOptions['formats']; readonly output: OutputFormat },
): Promise<{ readonly part: Part; readonly rows: readonly Row[] } | undefined> {
  const blocks = file.blocks()[Symbol.asyncIterator]();
  const { block, rows } = await firstRows(blocks);
  // Files of which there are several can be read again; what comes through a pipe cannot.
  const isAgain = file.file !== undefined || isOneOf;
  if (isAgain || !block) await blocks.return?.();
  const isBlank = !block || (rows.length === 0 && block.bytes.toString('latin1').trim() === '');
  // Of what is made of samples another line says why nothing came of it.
  if (isBlank && (isOneOf || file.file !== undefined)) return undefined;
  const format = await formatOf(spec, rows, formats, file.shown, output);
  if ('text_key' in format && output !== 'chatml') {
    throw new SdgError('bad-input', `dataset ${spec.name}: its rows are text without turns`, {
      place: { file: file.shown },
      remedy: taskRemedy(rows, file.shown) ?? 'name a format: with question and answer, or write the text as it is with --format chatml',
    });
  }
  return { part: { source: file, format, ...(!isAgain && block && { ahead: { first: block, rest: blocks } }) }, rows };
}

/** Opens a dataset: its files by their formats, with their first rows and what columns stand at their top. */
export async function openParts(
  spec: DatasetSpec,
  { note, formats, open }: MixOptions,
  output: OutputFormat,
): Promise<{
  readonly parts: readonly Part[];
  readonly rows: readonly Row[];
  readonly topColumns: readonly string[];
  readonly license?: string | undefined;
}> {
  const source = (await open?.(spec)) ?? (await openPath(spec, (text) => note?.(text, spec.name)));
  note?.(`loading dataset from ${source.shown} …`, spec.name);
  const parts: Part[] = [];
  const all: Row[] = [];
  const tops = new Set<string>();
  for (const file of source.parts ?? [source]) {
    const opened = await openPart(file, source.parts !== undefined, { spec, formats, output });
    if (!opened) continue;
    parts.push(opened.part);
    all.push(...opened.rows);
    for (const name of topColumns(opened.rows, opened.part.format)) tops.add(name);
  }
  if (parts.length === 0) throw noRows(spec);
  return { parts: joined(parts, source), rows: all, topColumns: [...tops], license: source.license };
}

/** What to say of columns that a dataset is filtered, grouped or weighed by and that its first rows do not have. */
export function missingColumns({ name, filter = [], maxPerLeaf, leafColumn, weightColumn }: DatasetSpec, rows: readonly Row[]): string[] {
  const asked = [
    ...filter.map(({ column }) => [column, 'rows without it count as null'] as const),
    ...(maxPerLeaf === undefined
      ? []
      : [[leafColumn ?? DEFAULT_LEAF_COLUMN, 'rows without it are one leaf; leaf_column names another'] as const]),
    ...(weightColumn === undefined ? [] : [[weightColumn, 'rows without it are left out'] as const]),
  ];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return asked
    .filter(([column]) => rows.every((row) => columnAt(row, column) === undefined))
    .map(([column, effect]) =>
      [`${name}: the first row has no "${column}"; ${effect}`, didYouMean(column, columns)].filter((part) => part !== '').join('; '),
    );
}
