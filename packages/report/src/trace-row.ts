import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { attempt, isSample, lineageOf, readNdjson, SdgError, type Lineage, type Sample } from '@sdg/core';
import { ancestorsOf, exchangesOf } from './exchanges.js';
import { RecordFiles, type KeptOutputs } from './record-files.js';
import type { Step } from './run-data.js';

/** A row and how it came to be. */
export interface Descent {
  readonly lineage: Lineage;
  readonly columns: Readonly<Record<string, unknown>>;
  /** Prompts and replies on its way, the oldest first. */
  readonly steps: readonly Step[];
}

async function* rowsOf(folder: string): AsyncGenerator<Sample> {
  const file = join(folder, 'rows.jsonl');
  if (!existsSync(file)) {
    throw new SdgError('usage', `${folder} keeps no rows`, { remedy: 'name the folder of a run made with --run-dir' });
  }
  yield* readNdjson(createReadStream(file), { name: file, onBadLine: () => undefined });
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** Whether a training row was made of a sample: all that it says stands in the sample's columns. */
function isMadeOf(row: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, unknown>>): boolean {
  const messages = row['messages'];
  const turns = Array.isArray(messages)
    ? (messages as { role?: string; content?: unknown }[]).filter(({ role }) => role !== 'system').map(({ content }) => wordsOf(content))
    : Object.entries(row)
        .filter(([name]) => name !== 'id')
        .map(([, value]) => wordsOf(value));
  const told = Object.values(columns).map(wordsOf);
  return (
    turns.length > 0 &&
    turns.every(
      (turn) => turn.trim() === '' || told.some((text) => text.includes(turn.trim()) || (text.length > 20 && turn.includes(text.trim()))),
    )
  );
}

/** The row that is meant: by its lineage id or the beginning of it, or by what it holds. */
type Wanted = { readonly id: string } | { readonly id: undefined; readonly row: Readonly<Record<string, unknown>> };

/**
 * A row that brings its whole lineage, where a large run has kept the rows of some seeds alone. Where all are kept, one that
 * is not among them is another run's over the same seeds.
 */
async function broughtRow(folder: string, given: string): Promise<Sample | undefined> {
  if (!given.trim().startsWith('{')) return undefined;
  const leaves = await new RecordFiles(folder).object<{ readonly leftOut: { readonly rows: number } }>('leaves.json');
  if (!leaves?.leftOut?.rows) return undefined;
  const row = JSON.parse(given) as Sample & { readonly metadata?: { readonly _sdg?: Lineage } };
  const lineage = row._sdg ?? row.metadata?._sdg;
  const isWhole = typeof lineage?.id === 'string' && typeof lineage.root === 'string' && Array.isArray(lineage.path);
  return isWhole ? { ...row, _sdg: lineage } : undefined;
}

/** Reads what a user gave: an id, or a row as JSON, which has one if its lineage was kept. */
function readWanted(given: string): Wanted {
  if (!given.trim().startsWith('{')) return { id: given.trim() };
  const row = JSON.parse(given) as Record<string, unknown>;
  const metadata = row['metadata'] as Record<string, unknown> | undefined;
  const lineage = (row['_sdg'] ?? metadata?.['_sdg']) as Lineage | undefined;
  return lineage?.id === undefined ? { id: undefined, row } : { id: lineage.id };
}

/** The row of a run that is meant; several may share the beginning of an id, and then none is. */
async function findRow(folder: string, wanted: Wanted): Promise<Sample | undefined> {
  let found: Sample | undefined;
  for await (const row of rowsOf(folder)) {
    const { _sdg, ...columns } = row;
    if (wanted.id === undefined) {
      if (isMadeOf(wanted.row, columns)) return row;
    } else if (_sdg?.id.startsWith(wanted.id) === true) {
      if (found && found._sdg?.id !== _sdg.id) {
        throw new SdgError('usage', `several rows begin with ${wanted.id}`, { remedy: 'give more of the id' });
      }
      found = row;
    }
  }
  return found;
}

/** A line of an input as a sample; undefined for what is none. */
function sampleIn(line: string): Sample | undefined {
  return attempt(() => {
    const value: unknown = JSON.parse(line);
    return isSample(value) ? value : undefined;
  });
}

/** The line of the run's input that a seed stands in; undefined where that came through a pipe, or is no longer there. */
async function lineOf(files: RecordFiles, root: string): Promise<{ readonly file: string; readonly line: number } | undefined> {
  const lock = await files.object<{ readonly inputs: Readonly<Record<string, string | null>> }>('lock.json');
  for (const file of Object.keys(lock?.inputs ?? {})) {
    if (!existsSync(file)) continue;
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number++;
      const sample = sampleIn(line);
      if (sample && lineageOf(sample).root === root) return { file, line: number };
    }
  }
  return undefined;
}

/**
 * Finds a row of a run by its lineage id, the beginning of it, or the row itself as JSON (a sample, or a training row made of
 * one), and gives how it came to be. `kept` looks into the call cache for prompts and replies that the folder of a large run has the
 * names of alone.
 *
 * @throws SdgError `usage` where no row, or more than one, is meant
 */
export async function traceRow(folder: string, wanted: string, kept?: KeptOutputs): Promise<Descent> {
  const found = (await findRow(folder, readWanted(wanted))) ?? (await broughtRow(folder, wanted));
  if (!found?._sdg) {
    const named = wanted.trim().startsWith('{') ? 'that one' : `called ${wanted}`;
    throw new SdgError('usage', `no row of ${folder} is ${named}`, {
      remedy: 'give _sdg.id of a generated sample, or the row itself as JSON',
    });
  }
  const { _sdg, ...columns } = found;
  const way = ancestorsOf(_sdg);
  const files = new RecordFiles(folder, kept);
  const steps = await exchangesOf(files, new Set(way));
  const origin = { ...(_sdg.origin?.file === undefined && (await lineOf(files, _sdg.root))), ..._sdg.origin };
  return { lineage: { ..._sdg, origin }, columns, steps: way.flatMap((one) => steps.get(one) ?? []) };
}
