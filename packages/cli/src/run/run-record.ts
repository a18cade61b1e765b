import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DEFAULT_SEED, SdgError, type Run, type Sample } from '@sdg/core';
import type { Pipeline } from '@sdg/pipeline';
import { INPUT_FILE, traceInput } from './input-trace.js';
import { UNREADABLE, digests, lockChanges, pipelineFiles, readLock, withoutSecrets, writeLock, writeRecord, type RunLock } from './run-lock.js';
import type { RunInvocation } from './run-flags.js';

/** Flags that do not change what comes out: where things are kept, and what is shown. */
const besides = new Set(['run-dir', 'resume', 'quiet', 'debug', 'rejects', 'cache', 'api-key-file', 'teacher', 'price', 'plugin', 'check', 'plan']);

const version = (): string => (createRequire(import.meta.url)('@sdg/cli/package.json') as { version: string }).version;

/**
 * The invocation to carry out: with `--resume`, that of the run recorded in `--run-dir`, together with its lock. Flags
 * given beside `--resume` are taken over, so that a difference shows.
 */
export async function resumed(invocation: RunInvocation): Promise<{ invocation: RunInvocation; recorded: RunLock | undefined }> {
  const { flags, positionals } = invocation;
  const folder = flags['run-dir'];
  if (folder === undefined) {
    if (flags.resume) throw new SdgError('usage', '--resume needs --run-dir DIR, the folder of the run to repeat');
    return { invocation, recorded: undefined };
  }
  const recorded = await readLock(folder);
  if (!flags.resume) return { invocation, recorded };
  if (!recorded) throw new SdgError('usage', `${folder} holds no run to resume`, { remedy: 'run once without --resume' });
  const { given } = recorded;
  const repeated = { ...invocation, flags: { ...given.flags, ...flags }, positionals: positionals.length > 0 ? positionals : given.positionals };
  return { invocation: repeated, recorded };
}

/** The lock of the run that is about to begin. */
async function lockOf({ flags, positionals }: RunInvocation, pipeline: Pipeline): Promise<RunLock> {
  const [, ...files] = positionals;
  const teacher = flags.teacher === undefined ? 'offline' : flags.teacher.split(',').map(withoutSecrets).join(',');
  const settings = Object.fromEntries(Object.entries(flags).filter(([name]) => !besides.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
  const keep = Object.fromEntries(Object.entries(flags).filter(([name]) => !['run-dir', 'resume', 'quiet', 'debug'].includes(name)));
  return {
    format: 1,
    versions: { sdg: version(), node: process.versions.node },
    pipeline: { name: pipeline.name, files: await digests(pipelineFiles(pipeline)) },
    plugins: await digests([...(flags.plugin ?? []), ...(flags.config === undefined ? [] : [flags.config].flat())]),
    inputs: await digests(files.length === 0 ? ['-'] : files),
    settings: { seed: DEFAULT_SEED, ...settings, teacher },
    given: { positionals, flags: { ...keep, ...(flags.teacher !== undefined && { teacher }) } },
  };
}

/** The record that a run keeps of itself in `--run-dir`. */
export interface RunRecord {
  /** The samples that come in, compared with those of the recorded run where no file's digest could do that. */
  trace(samples: AsyncIterable<Sample>): AsyncIterable<Sample>;
  /** Writes the ledger and how the run ended. */
  finish(run: Run, ended: { readonly written: number; readonly seconds: number; readonly exit: string }): Promise<void>;
}

/**
 * Begins the record: writes `lock.json`, or compares with the one there. With `--resume` any difference fails with
 * `config`; without it, differences from an earlier run are said and the new lock takes its place. What stdin brings
 * is compared as it comes.
 */
export async function beginRecord(invocation: RunInvocation, pipeline: Pipeline, recorded: RunLock | undefined): Promise<RunRecord | undefined> {
  const { flags, say } = invocation;
  const folder = flags['run-dir'];
  if (folder === undefined) return undefined;
  const lock = await lockOf(invocation, pipeline);
  // Whoever reads it says it better, and no record is lost to a slip of the pen.
  if (!flags.resume && Object.values(lock.inputs).includes(UNREADABLE)) return undefined;
  const changes = recorded ? lockChanges(recorded, lock) : [];
  if (flags.resume && changes.length > 0) {
    throw new SdgError('config', `this is not the run recorded in ${folder}:\n${changes.map((change) => `  ${change}`).join('\n')}\n  undo the changes`, {
      remedy: 'or leave out --resume to begin a new record',
    });
  }
  if (changes.length > 0) say(`${folder} held another run; what changed:\n${changes.map((change) => `  ${change}`).join('\n')}`);
  await writeLock(folder, lock);
  // What another run has read says nothing of this one.
  if (!recorded || changes.length > 0) await rm(join(folder, INPUT_FILE), { force: true });
  const onChange = (what: string): void => {
    if (flags.resume) throw new SdgError('config', `stdin: ${what}`, { remedy: 'pipe in what that run read, or leave out --resume to begin a new record' });
    say(`stdin: ${what}`);
  };
  return {
    trace: (samples) => (Object.values(lock.inputs).includes(null) ? traceInput(samples, { folder, onChange }) : samples),
    finish: (run, ended) => writeRecord(folder, 'ledger.json', { ...ended, blocks: run.ledger.toJSON() }),
  };
}
