import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, fileError, isRecord, makeFolder, SdgError } from '@sdg/core';
import type { Pipeline } from '@sdg/pipeline';
import { paceFlags } from './run-spec.js';

/** Mode of the files of a run folder: they hold what models and people said. */
export const PRIVATE = 0o600;

/** SHA-256 of files by path; null for stdin and pipes, which can be read once; `UNREADABLE` for what cannot be read. */
type Digests = Readonly<Record<string, string | null>>;

/** Everything that decides what a run does, as `lock.json` in the run folder. It holds no secret and no time. */
export interface RunLock {
  readonly format: 1;
  readonly versions: Readonly<Record<string, string>>;
  readonly pipeline: { readonly name: string; readonly files: Digests };
  /** Modules and override files that change what the pipeline's blocks are. */
  readonly plugins: Digests;
  readonly inputs: Digests;
  /** Where the calls go, without user and password, and the effective settings; flags by their names. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What was given: pipeline, input files and flags, so that `--resume` can repeat it. */
  readonly given: { readonly positionals: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };
}

/** SHA-256 of a file's bytes, in hex; null of a pipe, as `<(…)` of a shell is, whose reader would find nothing after that. */
async function digestFile(path: string): Promise<string | null> {
  const found = await stat(path);
  if (found.isFIFO() || found.isSocket() || found.isCharacterDevice()) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** In place of the digest of a file that is not there, or not a file. */
export const UNREADABLE = 'cannot be read';

export async function digests(paths: readonly string[]): Promise<Digests> {
  const entries = await Promise.all(
    paths.map(async (path) => [path, path === '-' ? null : await digestFile(path).catch(() => UNREADABLE)] as const),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files that a pipeline was loaded from: its YAML and every prompt. */
export const pipelineFiles = ({ chains }: Pipeline): string[] => [
  ...new Set(chains.flatMap((chain) => [chain.file, ...chain.blocks.flatMap((block) => block.files)])),
];

/** A URL without user, password and query; nothing of what is none and may hold them. */
function shownAddress(address: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return /[@?]/.test(address) ? 'not a URL' : address;
  if (!URL.canParse(address)) return 'not a URL';
  const parsed = new URL(address);
  parsed.username = parsed.password = parsed.search = '';
  return parsed.href.replace(/\/$/, '');
}

/** Addresses of files and folders of this machine. */
const LOCAL = /^\s*(?:llama|onnx|static|offline)(?::|$)/i;

/** Addresses, with commas between them, as they may be shown and kept: of what may hold keys scheme, host and path. */
export const withoutSecrets = (addresses: string): string =>
  LOCAL.test(addresses)
    ? addresses
    : addresses
        .split(',')
        .map((one) => shownAddress(one.trim()))
        .join(',');

/** What a run writes into its folder. */
export const RECORD_FILES: readonly string[] = [
  ...['lock.json', 'running.json', 'input.jsonl', 'ledger.json', 'leaves.json', 'pulse.jsonl'],
  ...['calls.jsonl', 'rejects.jsonl', 'dropped.jsonl', 'rows.jsonl', 'exchanges.jsonl'],
];

const lockFile = (folder: string): string => join(folder, 'lock.json');

function isLock(value: unknown): value is RunLock {
  if (!isRecord(value) || value['format'] !== 1) return false;
  const { versions, pipeline, plugins, inputs, settings, given } = value;
  return (
    [versions, pipeline, plugins, inputs, settings, given].every(isRecord) &&
    isRecord(given) &&
    isRecord(given['flags']) &&
    Array.isArray(given['positionals'])
  );
}

/** The lock of an earlier run in the folder; undefined if there is none. Fails with `config` if it cannot be read. */
export async function readLock(folder: string): Promise<RunLock | undefined> {
  let text: string;
  try {
    text = await readFile(lockFile(folder), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw fileError('read', lockFile(folder), error, '--run-dir');
  }
  try {
    const lock: unknown = JSON.parse(text);
    if (isLock(lock)) return lock;
  } catch {
    // Told below: a file of another make and a broken one need the same remedy.
  }
  throw new SdgError('config', `${lockFile(folder)} is no record of a run that this version can read`, { remedy: 'name another folder' });
}

/** Writes a file of the run folder, whole or not at all. Fails with `usage`, or `output` where the disk is full. */
export async function writeRecord(folder: string, name: string, record: unknown): Promise<void> {
  const path = join(folder, name);
  try {
    makeFolder(folder);
    await writeFile(`${path}.tmp`, `${JSON.stringify(record, null, 2)}\n`, { mode: PRIVATE });
    await rename(`${path}.tmp`, path);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

export const writeLock = (folder: string, lock: RunLock): Promise<void> => writeRecord(folder, 'lock.json', lock);

const flat = (value: unknown, path: string): [string, string][] =>
  isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path} ${key}` : key))
    : [[path, canonicalJson(value ?? null)]];

const comparable = ({ versions, pipeline, plugins, inputs, settings }: RunLock) => ({
  versions,
  pipeline,
  plugins,
  inputs,
  settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !paceFlags.has(name))),
});

/** What differs between two runs and may change what comes out, a line each: `settings seed: was 1, is 2`. */
export function lockChanges(before: RunLock, now: RunLock): string[] {
  const old = new Map(flat(comparable(before), ''));
  const current = new Map(flat(comparable(now), ''));
  const short = (text: string | undefined): string =>
    text === undefined ? 'absent' : /^"[0-9a-f]{64}"$/.test(text) ? `${text.slice(1, 9)}…` : text;
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((key) => old.get(key) !== current.get(key))
    .map((key) => `${key}: was ${short(old.get(key))}, is ${short(current.get(key))}`);
}
