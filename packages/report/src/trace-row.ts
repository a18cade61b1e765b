import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { readNdjson, SdgError, type Lineage, type Sample } from '@sdg/core';
import { ancestorsOf, exchangesOf } from './exchanges.js';
import { RecordFiles } from './record-files.js';
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

/**
 * Finds a row of a run by its lineage id, the beginning of it, or the row itself as JSON (a sample, or a training row made of
 * one), and gives how it came to be.
 *
 * @throws SdgError `usage` where no row, or more than one, is meant
 */
export async function traceRow(folder: string, wanted: string): Promise<Descent> {
  const json = wanted.trim().startsWith('{') ? (JSON.parse(wanted) as Record<string, unknown>) : undefined;
  const lineage = (json?.['_sdg'] ?? (json?.['metadata'] as Record<string, unknown> | undefined)?.['_sdg']) as Lineage | undefined;
  const id = json ? lineage?.id : wanted.trim();
  let found: Sample | undefined;
  for await (const row of rowsOf(folder)) {
    const { _sdg, ...columns } = row;
    const isMeant = id !== undefined ? _sdg?.id.startsWith(id) === true : isMadeOf(json!, columns);
    if (!isMeant) continue;
    if (found && found._sdg?.id !== _sdg?.id && id !== undefined) {
      throw new SdgError('usage', `several rows begin with ${id}`, { remedy: 'give more of the id' });
    }
    found = row;
    if (id === undefined) break;
  }
  if (!found?._sdg) {
    throw new SdgError('usage', `no row of ${folder} is ${json ? 'that one' : `called ${wanted}`}`, {
      remedy: 'give _sdg.id of a generated sample, or the row itself as JSON',
    });
  }
  const { _sdg, ...columns } = found;
  const way = ancestorsOf(_sdg);
  const steps = await exchangesOf(new RecordFiles(folder), new Set(way));
  return { lineage: _sdg, columns, steps: way.flatMap((one) => steps.get(one) ?? []) };
}
