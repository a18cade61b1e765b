import { stat } from 'node:fs/promises';
import { counted, fromGated, Gate, groupDigits as digits, SdgError } from '@sdg/core';
import { mergeRecords, mergeShards } from '@sdg/session';
import { refuseOutput } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import type { MergeInvocation } from '../commands/merge.js';

/** Lines in flight to the pipe. */
const WINDOW = { slots: 256, windowPerSlot: 8 };

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** The rows of the shards, to stdout. */
async function writeRows(files: readonly string[], partial: boolean, { stdout, interrupted }: MergeInvocation) {
  const gate = new Gate(WINDOW);
  return writeSamples(fromGated(mergeShards(files, { partial }), { gate, draining: interrupted }), stdout, gate);
}

/** With `partial`, a shard that was killed has written more than is on record, and one that is missing less. */
function checkCount(files: number, record: number, partial: boolean): void {
  if (files === record || partial) return;
  throw new SdgError('bad-input', `the files hold ${counted(files, 'row')}, and the runs wrote ${digits(record)}`, {
    remedy: 'a file is cut off, or is not of these runs',
  });
}

/** Fails with `no-output` where there is none. */
function tellRows(count: number, files: number, isDoubtful: boolean, say: MergeInvocation['say']): void {
  const doubt = isDoubtful ? '; without run folders nobody can tell whether the shards came to their end' : '';
  if (count > 0) return say(`${counted(count, 'row')} of ${counted(files, 'file')}${doubt}`);
  const empty = files === 1 ? 'the only file is' : `all ${counted(files, 'file')} are`;
  throw new SdgError('no-output', `no row came out: ${empty} empty${doubt}`, { remedy: 'see why the shards gave none' });
}

/** What the run folders add up to; undefined where none is named. */
async function addedUp(folders: readonly string[], { flags, complain }: MergeInvocation) {
  const { partial = false, 'run-dir': into } = flags;
  if (folders.length === 0) {
    if (into === undefined) return undefined;
    throw new SdgError('usage', '--run-dir keeps what the run folders of the shards add up to, and none is named', {
      remedy: 'name them, too',
    });
  }
  const record = await mergeRecords(folders, { into, partial });
  for (const line of record.unfinished) complain(`${line}; merged as far as it came`);
  return record;
}

/** The work of `sdg merge`: rows to stdout, the account of the whole run to stderr. */
export async function runMerge(invocation: MergeInvocation): Promise<number> {
  const { flags, positionals, stderr, say, interrupted } = invocation;
  const { partial = false } = flags;
  const areFolders = await Promise.all(positionals.map(isFolder));
  const folders = positionals.filter((_, i) => areFolders[i]);
  const files = positionals.filter((_, i) => !areFolders[i]);
  files.forEach(refuseOutput);
  const record = await addedUp(folders, invocation);
  const { count, closed } = await writeRows(files, partial, invocation);
  if (interrupted.aborted) return 130;
  if (record && files.length > 0 && !closed) checkCount(count, record.written, partial);
  await record?.keep();
  if (closed) return 0;
  if (!flags.quiet && record) stderr.write(`${String(record.ledger)}\n`);
  if (files.length > 0) tellRows(count, files.length, record === undefined, say);
  return 0;
}
