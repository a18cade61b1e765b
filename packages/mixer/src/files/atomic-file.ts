import { fileError } from '@sdg/values';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Half-written files, to be removed should the process be ended in an orderly way in between. */
const unfinished = new Set<string>();
let watching = false;
function removeAtExit(path: string): void {
  unfinished.add(path);
  if (watching) return;
  watching = true;
  process.once('exit', () => unfinished.forEach((left) => rmSync(left, { force: true })));
}

async function writeThrough<T>(path: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'w');
    return await write(handle);
  } catch (error) {
    throw fileError('write', path, error);
  } finally {
    await handle?.close();
  }
}

/**
 * Lets `write` fill a file beside `path` and gives it that name once it is whole and on disk: nobody ever sees half a
 * file under a final name. On failure it is removed and the error says what to do (a full disk, say).
 */
export async function writeAtomically<T>(path: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const found = await stat(path).catch(() => undefined);
  // A device or a pipe is written to, not put aside for a file of its name.
  if (found && !found.isFile()) return writeThrough(path, write);
  // Behind a link (/dev/stdout, say) the file takes the rows, and the link stays.
  const target = found ? await realpath(path).catch(() => undefined) : path;
  // A file that is open and has no name any more.
  if (target === undefined) return writeThrough(path, write);
  const partial = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.partial`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(partial, 'wx');
    removeAtExit(partial);
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(partial, target);
    return result;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    // Below a file there is none to be removed, and looking for it fails.
    await rm(partial, { force: true }).catch(() => undefined);
    throw fileError('write', path, error);
  } finally {
    unfinished.delete(partial);
  }
}
