import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { badLine, csvDelimiter, defined, type Finding, isRecord, lineText, SdgError, splitLines } from '@sdg/values';
import { YamlSource } from '@sdg/config';
import { fileFinding } from '../find-qna-files.js';
import type { TaskSeed } from './task.js';
import { seedFields, type DataFormat } from './task-schema.js';

/** A row of a file of seed examples, and its place. */
interface PlacedRow {
  readonly row: unknown;
  readonly line: number;
}

/** The format that a file's ending names, the short forms too; undefined: none that can be read. */
export const formatOf = (file: string): DataFormat | undefined => {
  const ending = /\.(jsonl|ndjson|json|csv|parquet|ya?ml)$/i.exec(file)?.[1]?.toLowerCase();
  return ending === 'ndjson' ? 'jsonl' : ending === 'yml' ? 'yaml' : (ending as DataFormat | undefined);
};

/** A file as text: UTF-8, or UTF-16 as its mark says. What is neither would be changed in silence. */
async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  const wide = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.toString('hex', 0, 2)];
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  const lines = bytes.toString('latin1').split('\n');
  const line = lines.findIndex((one) => !isUtf8(Buffer.from(one, 'latin1'))) + 1;
  throw new SdgError('bad-input', 'the line is not valid UTF-8: save the file as UTF-8, which spreadsheets call "CSV UTF-8"', {
    place: { file, line: line || 1 },
  });
}

async function* csvRows(file: string): AsyncGenerator<PlacedRow> {
  const { parse } = await import('csv-parse');
  const text = await textOf(file);
  const parser = parse(text, { columns: true, skip_empty_lines: true, info: true, delimiter: csvDelimiter(text) });
  for await (const { record, info } of parser as AsyncIterable<{ record: unknown; info: { lines: number } }>) {
    yield { row: record, line: info.lines };
  }
}

async function* parquetRows(file: string): AsyncGenerator<PlacedRow> {
  const [{ asyncBufferFromFile, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
  for (const [i, row] of rows.entries()) yield { row, line: i + 1 };
}

async function* jsonRows(file: string): AsyncGenerator<PlacedRow> {
  const value: unknown = JSON.parse(await textOf(file));
  const rows = Array.isArray(value) ? value : ((value as { seed_examples?: unknown[] } | null)?.seed_examples ?? [value]);
  for (const row of rows as unknown[]) yield { row, line: 1 };
}

async function* yamlRows(file: string): AsyncGenerator<PlacedRow> {
  const source = new YamlSource(await textOf(file), file);
  const fault = source.findings[0];
  if (fault) throw new SdgError('bad-input', fault.message, { place: fault });
  const listed = (source.value as { seed_examples?: unknown } | null)?.seed_examples;
  const rows = Array.isArray(listed) ? listed : Array.isArray(source.value) ? source.value : [source.value];
  for (const [i, row] of (rows as unknown[]).entries()) {
    yield {
      row,
      line: source.placeOf([...(Array.isArray(listed) ? ['seed_examples'] : []), ...(Array.isArray(source.value) || listed ? [i] : [])])
        .line,
    };
  }
}

async function* jsonlRows(file: string, onBadLine: (error: SdgError) => void): AsyncGenerator<PlacedRow> {
  for await (const lines of splitLines(createReadStream(file))) {
    for (const line of lines) {
      const text = lineText(line);
      if (text?.trim() === '') continue;
      try {
        if (text === undefined) throw new SyntaxError('no UTF-8');
        yield { row: JSON.parse(text) as unknown, line: line.number };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        onBadLine(badLine(file, line.number, text));
      }
    }
  }
}

/** A row as a seed example, or what is wrong with it. */
function seedOf({ row, line }: PlacedRow, file: string): TaskSeed | string {
  if (!isRecord(row)) return 'the row is not a mapping of columns to values';
  const columns = row as Readonly<Record<string, unknown>>;
  const found: { question?: string; answer?: string; context?: string } = {};
  for (const field of ['question', 'answer', 'context'] as const) {
    const name = seedFields[field].find((column) => columns[column] !== undefined && columns[column] !== null && columns[column] !== '');
    const value = name === undefined ? undefined : columns[name];
    if (name !== undefined && typeof value !== 'string') return `column "${name}" is not text`;
    if (typeof value === 'string' && value.trim() !== '') found[field] = value;
    else if (field !== 'context')
      {return name === undefined ? `the row has no ${seedFields[field].join(' or ')}` : `column "${name}" is empty`;}
  }
  return { question: found.question!, answer: found.answer!, ...defined({ context: found.context }), file, line };
}

/** The seed examples of a file, its format told by its ending. What is wrong is reported, and its row left out. */
export async function* readSeedData(file: string, onFinding: (finding: Finding) => void): AsyncGenerator<TaskSeed> {
  const report = (message: string, line = 1, remedy = 'mend it, or leave the file out'): void =>
    onFinding({ ...fileFinding('error', 'task/seed-data', file, message, remedy), line });
  const format = formatOf(file);
  if (!format) {
    const message = 'the ending of the file names no format that seed examples can be in';
    return report(message, 1, 'jsonl, json, csv, parquet and yaml can be read');
  }
  const readers: Readonly<Record<DataFormat, () => AsyncGenerator<PlacedRow>>> = {
    jsonl: () => jsonlRows(file, ({ what, place }) => report(what, place?.line)),
    json: () => jsonRows(file),
    csv: () => csvRows(file),
    parquet: () => parquetRows(file),
    yaml: () => yamlRows(file),
  };
  try {
    for await (const placed of readers[format]()) {
      const seed = seedOf(placed, file);
      if (typeof seed === 'string') report(seed, placed.line);
      else yield seed;
    }
  } catch (thrown) {
    if (thrown instanceof SdgError) report(thrown.what, thrown.place?.line);
    else report(`not ${format} that can be read: ${(thrown as Error).message}`);
  }
}
