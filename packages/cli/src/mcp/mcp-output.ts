import { lstat, open, readdir, readlink, stat, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { fileError, SdgError } from '@sdg/core';

type Arguments = Readonly<Record<string, unknown>>;

/** Arguments by which a call names files that are written. */
const FILES = ['output', 'rejects', 'dropped'] as const;
/** Arguments by which a call names folders that are written into. */
const FOLDERS = ['run-dir', 'cache'] as const;
/** Arguments that name what is read; of datasets `sdg mix` sees to it. */
const READ = ['paths', 'files', 'pipeline', 'examples', 'config', 'plugin', 'tokenizer', 'recipe'] as const;

/** Links that are followed on one way, as by the system. */
const MOST_LINKS = 40;
const CIRCLE = 'its links lead in a circle';

/**
 * Where what is opened by a path really stands: links are followed one by one, so that one of which there is no target yet, which
 * `open` would make, is as good as any other; `..` behind a link is above its target.
 */
async function realPath(path: string): Promise<string> {
  const partsOf = (text: string): string[] => text.split(sep).filter((part) => part !== '' && part !== '.');
  const start = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const { root } = parse(start);
  let real = root;
  let links = 0;
  for (let parts = partsOf(start.slice(root.length)); parts.length > 0;) {
    const [part, ...rest] = parts as [string, ...string[]];
    parts = rest;
    const next = part === '..' ? dirname(real) : join(real, part);
    const isLink = (await lstat(next).catch(() => undefined))?.isSymbolicLink() === true;
    if (!isLink) {
      real = next;
      continue;
    }
    if (++links > MOST_LINKS) throw new SdgError('usage', `cannot write ${path}: ${CIRCLE}`, { remedy: 'name a file that can be written' });
    const target = await readlink(next);
    if (isAbsolute(target)) real = root;
    parts = [...partsOf(target), ...rest];
  }
  return real;
}

const isWithin = (folder: string, path: string): boolean => {
  const place = relative(folder, path);
  return !isAbsolute(place) && place.split(sep)[0] !== '..';
};

/** Refuses a file of which there is no folder, before anything is paid for. */
async function checkFolder(path: string): Promise<void> {
  if ((await stat(dirname(path)).catch(() => undefined))?.isDirectory()) return;
  throw new SdgError('usage', `cannot write ${path}: there is no folder ${dirname(path)}`, { remedy: 'make it first, or write elsewhere' });
}

/** What is written by way of a path: the place itself, and of a folder what its links lead to. */
async function* placesOf(path: string, isFolder: boolean): AsyncGenerator<string> {
  // As the system takes `..` behind a link, and as a command does that first tidies up the path.
  yield await realPath(path);
  yield await realPath(resolve(path));
  if (!isFolder) return;
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isSymbolicLink()) yield await realPath(join(entry.parentPath, entry.name));
}

const textOf = (args: Arguments, key: string): string | undefined => (typeof args[key] === 'string' ? args[key] : undefined);

/** Refuses to write outside of the folder in which the server was started: what a document says may have put a client up to it. */
export async function checkPlaces(name: string, args: Arguments): Promise<void> {
  const start = await realPath(process.cwd());
  const check = async (key: string, path: string, isFolder: boolean): Promise<void> => {
    for await (const place of placesOf(path, isFolder)) {
      if (isWithin(start, place)) continue;
      throw new SdgError('usage', `${name}: "${key}" leads to ${path}, outside of the folder in which sdg mcp was started`, {
        remedy: 'name a place in that folder, or start sdg mcp elsewhere',
      });
    }
  };
  for (const key of [...FILES, ...FOLDERS]) {
    const path = textOf(args, key);
    if (path !== undefined) await check(key, path, key === 'run-dir' || key === 'cache');
  }
  const run = textOf(args, 'run');
  // A page goes into the folder of its run, where nothing else is said.
  if (name === 'report' && run !== undefined && args['output'] === undefined) await check('run', join(run, 'report.html'), false);
  const output = textOf(args, 'output');
  if (output !== undefined) await checkFolder(output);
  await checkUses(args);
}

/** What a file that is written is besides, in words; undefined where it is nothing. */
async function otherUse(key: string, real: string, args: Arguments): Promise<string | undefined> {
  for (const other of [...FILES, ...FOLDERS]) {
    const path = textOf(args, other);
    if (other !== key && path !== undefined && (await realPath(path)) === real) return `written as "${other}"`;
  }
  const isThere = (await stat(real).catch(() => undefined)) !== undefined;
  for (const other of isThere ? READ : []) {
    for (const path of [args[other]].flat()) {
      if (typeof path !== 'string') continue;
      const read = await realPath(path);
      // Samples that stand beside documents are no documents: one may write them anew.
      if (read === real || (isWithin(read, real) && !/\.(jsonl|ndjson)$/i.test(real))) return `read as "${other}"`;
    }
  }
  return undefined;
}

/** Output that is also an input would eat what it reads; two writers would write through each other. */
async function checkUses(args: Arguments): Promise<void> {
  for (const key of FILES) {
    const path = textOf(args, key);
    const use = path === undefined ? undefined : await otherUse(key, await realPath(path), args);
    if (use === undefined) continue;
    throw new SdgError('usage', `${path} is ${use} and cannot be written as well`, { remedy: 'write to another file' });
  }
}

/** Puts what comes into a file, made as the first of it comes: a command that fails before leaves what is there. */
export async function saveTo(path: string, from: AsyncIterable<Uint8Array>): Promise<void> {
  let file: FileHandle | undefined;
  try {
    for await (const chunk of from) {
      file ??= await open(path, 'w');
      await file.writeFile(chunk);
    }
  } catch (error) {
    throw fileError('write', path, error);
  } finally {
    await file?.close();
  }
}

/** Files that calls under way write to. */
const taken = new Set<string>();

/** Does what writes to the files that a call names, which nobody else writes to meanwhile. */
export async function alone<T>(args: Arguments, act: () => Promise<T>): Promise<T> {
  const given = FILES.map((key) => textOf(args, key)).filter((path) => path !== undefined);
  const files = await Promise.all(given.map(realPath));
  const busy = files.findIndex((file) => taken.has(file));
  if (busy !== -1) throw new SdgError('usage', `another call is writing ${given[busy]}`, { remedy: 'wait for it, or name another file' });
  for (const file of files) taken.add(file);
  try {
    return await act();
  } finally {
    for (const file of files) taken.delete(file);
  }
}
