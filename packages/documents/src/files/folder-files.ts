import { isUtf8 } from 'node:buffer';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { SdgError } from '@sdg/values';
import { identityOf, nameFrom, type FoundFile } from './found-file.js';

/** Told of a folder or a file that cannot be looked at. */
type OnUnreadable = (path: string, message: string, remedy: string) => void;

interface FolderFilesOptions {
  /** Told of what cannot be read. Without it the search fails with `bad-input`. */
  readonly onUnreadable?: OnUnreadable;
  /** Told of a link that is not followed, as it leads out of the folder or nowhere. */
  readonly onLink?: (path: string, isFolder: boolean, message: string) => void;
}

/** Where nobody is told: the whole search fails. */
const fail: OnUnreadable = (path, message, remedy) => {
  throw new SdgError('bad-input', `${path === '' ? 'the folder' : path}: ${message}`, { remedy });
};

/** A path that can be opened: of bytes where a name is no UTF-8. */
const below = (folder: string | Buffer, name: Buffer): string | Buffer =>
  typeof folder === 'string' && isUtf8(name)
    ? folder + sep + name.toString()
    : Buffer.concat([Buffer.from(folder), Buffer.from(sep), name]);

/** Where a path leads, links followed. */
async function target(path: string | Buffer): Promise<string | Buffer> {
  const real = await realpath(path, { encoding: 'buffer' });
  return isUtf8(real) ? real.toString() : real;
}

/** A path as text that no other path has: a character is a byte. */
const keyOf = (path: string | Buffer): string => Buffer.from(path as string).toString('latin1');

/**
 * The files in a folder and the folders below it. Links are followed, and only to what is in the folder too: nothing outside it
 * is read, and no folder that holds the link. What cannot be looked at is told, and the rest is found.
 */
export async function folderFiles(folder: string, { onUnreadable = fail, onLink }: FolderFilesOptions = {}): Promise<FoundFile[]> {
  const root = await target(folder);
  const files: FoundFile[] = [];
  /** What a look at the disk gives; undefined, and told, where it fails. */
  const look = <T>(path: string, looking: Promise<T>): Promise<T | undefined> =>
    looking.catch((error: NodeJS.ErrnoException) => {
      onUnreadable(path, `it cannot be read (${error.code ?? error.message})`, 'check your access to it, or leave it out');
      return undefined;
    });
  const add = async (real: string | Buffer, path: string): Promise<void> => {
    const found = await look(path, stat(real, { bigint: true }));
    if (found) files.push({ path, real, identity: identityOf(found, real), size: Number(found.size), read: () => readFile(real) });
  };
  const walk = async (real: string | Buffer, path: string, above: readonly string[]): Promise<void> => {
    for (const entry of (await look(path, readdir(real, { withFileTypes: true, encoding: 'buffer' }))) ?? []) {
      const there = below(real, entry.name);
      const name = nameFrom(entry.name);
      const named = path === '' ? name : `${path}/${name}`;
      if (name === '.git') continue;
      if (entry.isDirectory()) await walk(there, named, [...above, keyOf(there)]);
      else if (entry.isFile()) await add(there, named);
      else if (entry.isSymbolicLink()) await follow(there, named, above);
    }
  };
  const follow = async (link: string | Buffer, path: string, above: readonly string[]): Promise<void> => {
    const real = await target(link).catch(() => undefined);
    const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
    if (real === undefined || !found) return onLink?.(path, false, 'it is a link to what is not there');
    const key = keyOf(real);
    // The folder itself is in it, too.
    if (!(key + sep).startsWith(keyOf(root) + sep)) return onLink?.(path, found.isDirectory(), 'it is a link out of the folder');
    if (found.isFile()) await add(real, path);
    // A folder that holds the link would lead in a circle.
    else if (found.isDirectory() && !above.some((one) => relative(key, one) === '' || !relative(key, one).startsWith('..'))) {
      await walk(real, path, [...above, key]);
    }
  };
  await walk(root, '', [keyOf(root)]);
  return files;
}
