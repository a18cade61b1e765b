import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FoundFile } from './found-file.js';

/**
 * The files in a folder and the folders below it. Links are followed to files, and only if those are in the folder too:
 * nothing outside it is read.
 */
export async function folderFiles(folder: string): Promise<FoundFile[]> {
  const root = await realpath(folder);
  const files: FoundFile[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const named = join(entry.parentPath, entry.name);
    const path = relative(root, named).split(sep).join('/');
    if (path.startsWith('.git/') || (!entry.isFile() && !entry.isSymbolicLink())) continue;
    const real = await realpath(named).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + sep)) continue;
    const found = await stat(real);
    if (found.isFile()) files.push({ path, size: found.size, read: () => readFile(real) });
  }
  return files;
}
