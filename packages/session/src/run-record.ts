import { realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { DEFAULT_SEED, openNdjson, SdgError, type Ledger, type NdjsonFile, type Observer, type Sample } from '@sdg/core';
import type { Pipeline } from '@sdg/pipeline';
import { claimFolder } from './claim-folder.js';
import { INPUT_FILE, traceInput } from './input-trace.js';
import {
  PRIVATE,
  RECORD_FILES,
  UNREADABLE,
  digests,
  lockChanges,
  pipelineFiles,
  readLock,
  withoutSecrets,
  writeLock,
  writeRecord,
  type RunLock,
} from './run-lock.js';
import { flagsOf, specOf, type RunSpec } from './run-spec.js';

const version = (): string => (createRequire(import.meta.url)('@sdg/session/package.json') as { version: string }).version;

/** A spec that may name no pipeline yet: a run that is resumed has it on record. */
export type GivenSpec = Omit<RunSpec, 'pipeline'> & { readonly pipeline?: string | undefined };

/**
 * The spec to carry out: with `resume`, that of the run recorded in `runDir`, together with its lock. Options given
 * beside `resume` are taken over, so that a difference shows.
 */
export async function resumed(all: GivenSpec): Promise<{ spec: GivenSpec; recorded: RunLock | undefined }> {
  // What is there and undefined is not given: it takes the place of nothing on record.
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as GivenSpec;
  const { runDir, resume, files } = given;
  if (runDir === undefined) {
    if (resume) throw new SdgError('usage', '--resume needs --run-dir DIR, the folder of the run to repeat');
    return { spec: given, recorded: undefined };
  }
  const recorded = await readLock(runDir);
  if (!resume) return { spec: given, recorded };
  if (!recorded) throw new SdgError('usage', `${runDir} holds no run to resume`, { remedy: 'run once without --resume' });
  const [pipeline, ...recordedFiles] = recorded.given.positionals;
  const repeated = {
    ...specOf(recorded.given.flags),
    ...given,
    ...(given.pipeline === undefined ? { pipeline, files: recordedFiles } : { files: files ?? [] }),
  };
  return { spec: repeated, recorded };
}

/** Options in which a run is repeated: all but where its record is. */
const REPEATED = (spec: GivenSpec): Record<string, unknown> => {
  const { runDir: _dir, resume: _resume, pipeline: _pipeline, files: _files, header, ...rest } = spec;
  // A header with its value in it may be a key, as may be a part of an address: they belong in no record, and are given again.
  const named = header?.filter((line) => line.includes('${'));
  const addresses = (['teacher', 'embedder', 'on'] as const).flatMap((name) =>
    rest[name] === undefined ? [] : [[name, withoutSecrets(rest[name])]],
  );
  return flagsOf({ ...rest, ...Object.fromEntries(addresses), ...(named && named.length > 0 && { header: named }) });
};

/** The lock of the run that is about to begin. */
async function lockOf(spec: GivenSpec, pipeline: Pipeline, hasFiles: boolean): Promise<RunLock> {
  const { files = [], plugin = [], config, runDir } = spec;
  if (hasFiles && runDir !== undefined) await refuseOwn(runDir, files);
  const teacher = spec.teacher === undefined ? 'offline' : withoutSecrets(spec.teacher);
  const embedder = spec.embedder === undefined ? {} : { embedder: withoutSecrets(spec.embedder) };
  return {
    format: 1,
    versions: { sdg: version(), node: process.versions.node },
    pipeline: { name: pipeline.name, files: await digests(pipelineFiles(pipeline)) },
    plugins: await digests([...plugin, ...(config === undefined ? [] : [config].flat())]),
    inputs: await digests(hasFiles && files.length > 0 ? files : ['-']),
    settings: { seed: DEFAULT_SEED, ...flagsOf(spec, true), teacher, ...embedder },
    given: { positionals: [spec.pipeline!, ...files], flags: REPEATED(spec) },
  };
}

/** Fails with `usage` for an input that the record would take the place of before it is read: rejects to be tried again, say. */
async function refuseOwn(folder: string, files: readonly string[]): Promise<void> {
  const place = async (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  const own = await Promise.all(RECORD_FILES.map((name) => place(join(folder, name))));
  const places = await Promise.all(files.map(place));
  const taken = files.find((_, i) => own.includes(places[i]!));
  if (taken === undefined) return;
  throw new SdgError('usage', `${taken} is an input, and is written anew by the record of the run`, {
    remedy: 'copy it first, or name another folder',
  });
}

/** How a run ended, where it has not: its record says so until it does. */
const RUNNING = 'running';

/** How a run ended, as its record has it. */
export interface RecordedEnd {
  readonly written: number;
  readonly seconds: number;
  readonly exit: string;
  readonly cost: number | undefined;
  /** What each model cost in each block, by block and model. */
  readonly costs?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The record that a run keeps of itself in its folder. */
export interface RunRecord {
  /** The path of a file of that name in the folder. */
  path(name: string): string;
  /** Opens a log in the folder. That it cannot be written any more is told when it happens: the run goes on for hours perhaps. */
  open(name: string, how?: { readonly append?: boolean }): Promise<NdjsonFile>;
  /** The samples that come in, compared with those of the recorded run where no file's digest could do that. */
  trace(samples: AsyncIterable<Sample>): AsyncIterable<Sample>;
  /** Writes the accounts as they stand while the run goes on, what is under way being `unfinished`. */
  running(ledger: Ledger, now: Pick<RecordedEnd, 'written' | 'seconds'>): Promise<void>;
  /** Writes the ledger and how the run ended. */
  finish(ledger: Ledger, ended: RecordedEnd): Promise<void>;
  /** Writes a further file of the record, as JSON. */
  write(name: string, content: unknown): Promise<void>;
  /** Lets go of the folder, which no other run may write until then. */
  close(): Promise<void>;
}

/** Says of a file that it is not written any more; the end of the run fails by it. */
export const tellFailure =
  (observer: Observer) =>
  ({ message }: Error): void =>
    observer.notice?.(`${message}; the run goes on without it`, 'warning');

interface RecordOptions {
  readonly pipeline: Pipeline;
  /** The lock of the run recorded there before. */
  readonly recorded: RunLock | undefined;
  /** Whether the samples come from the files of the spec. */
  readonly hasFiles: boolean;
  readonly observer: Observer;
}

/**
 * Begins the record: writes `lock.json`, or compares with the one there. With `resume` any difference fails with
 * `config`; without it, differences from an earlier run are said and the new lock takes its place. What stdin brings
 * is compared as it comes.
 */
export async function beginRecord(
  spec: GivenSpec,
  { pipeline, recorded, hasFiles, observer }: RecordOptions,
): Promise<RunRecord | undefined> {
  const { runDir: folder, resume } = spec;
  if (folder === undefined) return undefined;
  const lock = await lockOf(spec, pipeline, hasFiles);
  // Whoever reads it says it better, and no record is lost to a slip of the pen.
  if (!resume && Object.values(lock.inputs).includes(UNREADABLE)) return undefined;
  const changes = recorded ? lockChanges(recorded, lock) : [];
  const list = changes.map((change) => `  ${change}`).join('\n');
  if (resume && changes.length > 0) {
    throw new SdgError('config', `this is not the run recorded in ${folder}:\n${list}\n  undo the changes`, {
      remedy: 'or leave out --resume to begin a new record',
    });
  }
  const close = await claimFolder(folder);
  try {
    if (changes.length > 0) observer.notice?.(`${folder} held another run; what changed:\n${list}`);
    await writeLock(folder, lock);
    // What another run has read and tried says nothing of this one; and one without a cache does not go on, it begins anew.
    const isAnother = !recorded || changes.length > 0;
    const stale = [...(isAnother ? [INPUT_FILE] : []), ...(isAnother || spec.noCache ? ['calls.jsonl', 'pulse.jsonl'] : [])];
    await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
  } catch (error) {
    await close();
    throw error;
  }
  const piped = Object.keys(lock.inputs).find((name) => lock.inputs[name] === null);
  const onChange = (what: string): void => {
    const from = piped === '-' ? 'stdin' : piped;
    if (resume) {
      throw new SdgError('config', `${from}: ${what}`, {
        remedy: 'pipe in what that run read, or leave out --resume to begin a new record',
      });
    }
    observer.notice?.(`${from}: ${what}`);
  };
  return {
    path: (name) => join(folder, name),
    open: (name, how) => openNdjson(join(folder, name), { ...how, mode: PRIVATE, onFailure: tellFailure(observer) }),
    close,
    trace: (samples) => (piped === undefined ? samples : traceInput(samples, { folder, onChange })),
    write: (name, content) => writeRecord(folder, name, content),
    running: (ledger, { written, seconds }) =>
      writeRecord(folder, 'ledger.json', { written, seconds, exit: RUNNING, blocks: ledger.soFar() }),
    finish: (ledger, ended) => writeRecord(folder, 'ledger.json', { ...ended, blocks: ledger.toJSON() }),
  };
}
