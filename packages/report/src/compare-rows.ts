import { canonicalJson, contentHash, type Sample } from '@sdg/core';
import { withDescent } from './read-rows.js';
import { RecordFiles, shownLeaf } from './record-files.js';
import { Reservoirs } from './reservoirs.js';
import type { RowComparison } from './run-data.js';

/** Rows shown of one run alone: of each leaf, in all, and what they may take of the page in bytes. */
const A_LEAF = 4;
const MOST = 60;
const MOST_BYTES = 500_000;

/** 52 bits of a hash of what a row says: of a million rows two are taken for one with a chance below one in a thousand. */
const short = ({ _sdg, ...columns }: Sample): number => parseInt(contentHash(canonicalJson(columns)).slice(0, 13), 16);

async function idsOf(files: RecordFiles): Promise<Set<number>> {
  const ids = new Set<number>();
  for await (const row of files.lines('rows.jsonl')) ids.add(short(row as Sample));
  return ids;
}

async function onlyIn(files: RecordFiles, others: ReadonlySet<number>): Promise<RowComparison['only'][number]> {
  const chosen = new Reservoirs<Sample>(A_LEAF, MOST, 'only');
  let total = 0;
  for await (const row of files.lines('rows.jsonl')) {
    if (others.has(short(row as Sample))) continue;
    total++;
    chosen.take(shownLeaf(row, (row as Sample)._sdg), row as Sample);
  }
  return { total, shown: await withDescent(files, chosen.all, MOST_BYTES) };
}

/** Which rows only one of two runs has: rows are the same that say the same. */
export async function compareRows(folders: readonly [string, string]): Promise<RowComparison> {
  const [a, b] = [new RecordFiles(folders[0]), new RecordFiles(folders[1])];
  const [ofA, ofB] = [await idsOf(a), await idsOf(b)];
  let both = 0;
  for (const id of ofA) if (ofB.has(id)) both++;
  return { both, only: [await onlyIn(a, ofB), await onlyIn(b, ofA)] };
}
