import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SdgError } from '@sdg/core';

/** Arguments by which a call names what is written. */
const WRITTEN = ['output', 'run-dir', 'rejects', 'dropped', 'cache'] as const;

/** A path without links, as far as there is something. */
async function realPath(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? (dirname(path) === path ? path : join(await realPath(dirname(path)), basename(path)));
}

/** Refuses a file of which there is no folder, before anything is paid for. */
async function checkFolder(path: string): Promise<void> {
  if ((await stat(dirname(path)).catch(() => undefined))?.isDirectory()) return;
  throw new SdgError('usage', `cannot write ${path}: there is no folder ${dirname(path)}`, { remedy: 'make it first, or write elsewhere' });
}

/** Refuses to write outside of the folder in which the server was started: what a document says may have put a client up to it. */
export async function checkPlaces(name: string, args: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = await realPath(process.cwd());
  // A page goes into the folder of its run, where nothing else is said.
  const written = name === 'report' && args['output'] === undefined ? ['run'] : WRITTEN;
  for (const key of written) {
    const value = args[key];
    if (typeof value !== 'string') continue;
    const place = relative(folder, await realPath(resolve(value)));
    if (!isAbsolute(place) && place.split(sep)[0] !== '..') {
      if (key === 'output') await checkFolder(value);
      continue;
    }
    throw new SdgError('usage', `${name}: "${key}" leads to ${value}, outside of the folder in which sdg mcp was started`, {
      remedy: 'name a place in that folder, or start sdg mcp elsewhere',
    });
  }
}

/** Puts what comes into a file, made as the first of it comes: a command that fails before leaves what is there. Whether anything came. */
export async function saveTo(path: string, from: AsyncIterable<Uint8Array | string> | Iterable<string>): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    for await (const chunk of from) {
      file ??= await open(path, 'w');
      await file.writeFile(chunk);
    }
    return file !== undefined;
  } catch (error) {
    throw new SdgError('usage', `cannot write ${path}: ${(error as Error).message}`, { remedy: 'name a file that can be written' });
  } finally {
    await file?.close();
  }
}

/** Files that calls under way write to. */
const taken = new Set<string>();

/** Does what writes to a file, which nobody else writes to meanwhile. */
export async function alone<T>(output: string | undefined, act: () => Promise<T>): Promise<T> {
  const path = output === undefined ? undefined : await realPath(resolve(output));
  if (path !== undefined && taken.has(path)) {
    throw new SdgError('usage', `another call is writing ${output}`, { remedy: 'wait for it, or name another file' });
  }
  if (path !== undefined) taken.add(path);
  try {
    return await act();
  } finally {
    if (path !== undefined) taken.delete(path);
  }
}
