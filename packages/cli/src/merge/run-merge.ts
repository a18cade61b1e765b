import { stat } from 'node:fs/promises';
import { counted, fromGated, Gate, groupDigits as digits, SdgError } from '@sdg/core';
import { mergeRecords, mergeShards } from '@sdg/session';
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

/** The work of `sdg merge`: rows to stdout, the account of the whole run to stderr. */
export async function runMerge(invocation: MergeInvocation): Promise<number> {
  const { flags, positionals, stderr, say, complain, interrupted } = invocation;
  const { partial = false, 'run-dir': into } = flags;
  const areFolders = await Promise.all(positionals.map(isFolder));
  const folders = positionals.filter((_, i) => areFolders[i]);
  const files = positionals.filter((_, i) => !areFolders[i]);
  if (into !== undefined && folders.length === 0) {
    throw new SdgError('usage', '--run-dir keeps what the run folders of the shards add up to, and none is named', {
      remedy: 'name them, too',
    });
  }
  const record = folders.length === 0 ? undefined : await mergeRecords(folders, { into, partial });
  for (const line of record?.unfinished ?? []) complain(`${line}; merged as far as it came`);
  const { count, closed } = await writeRows(files, partial, invocation);
  if (interrupted.aborted) return 130;
  if (closed) return 0;
  if (!flags.quiet && record) stderr.write(`${String(record.ledger)}\n`);
  if (files.length === 0) return 0;
  if (record) checkCount(count, record.written, partial);
  const doubt = record ? '' : '; without run folders nobody can tell whether the shards came to their end';
  say(`${counted(count, 'row')} of ${counted(files.length, 'file')}${doubt}`);
  return 0;
}
