import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FoundFile } from './found-file.js';

/**
 * The files in a folder and the folders below it. Links are followed, and only to what is in the folder too: nothing outside it
 * is read, and no folder that holds the link.
 */
export async function folderFiles(folder: string): Promise<FoundFile[]> {
  const root = await realpath(folder);
  const files: FoundFile[] = [];
  const add = async (real: string, path: string): Promise<void> => {
    files.push({ path, size: (await stat(real)).size, read: () => readFile(real) });
  };
  const walk = async (real: string, path: string, above: readonly string[]): Promise<void> => {
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const there = join(real, entry.name);
      const named = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.name === '.git') continue;
      if (entry.isDirectory()) await walk(there, named, [...above, there]);
      else if (entry.isFile()) await add(there, named);
      else if (entry.isSymbolicLink()) await follow(there, named, above);
    }
  };
  const follow = async (link: string, path: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(link).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + sep)) return;
    const found = await stat(real);
    if (found.isFile()) await add(real, path);
    // A folder that holds the link would lead in a circle.
    else if (found.isDirectory() && !above.some((one) => relative(real, one) === '' || !relative(real, one).startsWith('..'))) {
      await walk(real, path, [...above, real]);
    }
  };
  await walk(root, '', [root]);
  return files;
}
