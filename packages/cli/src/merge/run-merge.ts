import { stat } from 'node:fs/promises';
import { fromGated, Gate, SdgError } from '@sdg/core';
import { mergeRecords, mergeShards } from '@sdg/session';
import { writeSamples } from '../io/write-samples.js';
import { count as digits } from '../progress/format.js';
import type { MergeInvocation } from './merge-flags.js';

/** Lines in flight to the pipe. */
const WINDOW = { slots: 256, windowPerSlot: 8 };

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** The work of `sdg merge`: rows to stdout, the account of the whole run to stderr. */
export async function runMerge({ flags, positionals, stdout, stderr, say, complain, interrupted }: MergeInvocation): Promise<number> {
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
  const gate = new Gate(WINDOW);
  const rows = fromGated(mergeShards(files, { partial }), { gate, draining: interrupted });
  const { count, closed } = await writeSamples(rows, stdout, gate);
  if (interrupted.aborted) return 130;
  if (closed) return 0;
  if (!flags.quiet && record) stderr.write(`${String(record.ledger)}\n`);
  if (record && files.length > 0 && record.written !== count) {
    throw new SdgError('bad-input', `the files hold ${digits(count)} rows, and the runs wrote ${digits(record.written)}`, {
      remedy: 'a file is cut off, or is not of these runs',
    });
  }
  if (files.length > 0) {
    say(
      `${digits(count)} rows of ${files.length} files${record ? '' : '; without run folders nobody can tell whether the shards came to their end'}`,
    );
  }
  return 0;
}
