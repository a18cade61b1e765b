import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Node 20 alone never comes back, and takes a processor, where a file system says of one that
 * it cannot be made as it says that those above are missing: `/proc`, and what an automounter keeps, as it keeps the homes of a
 * cluster.
 */
export async function makeFolder(folder: string): Promise<void> {
  let missing = folder;
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  // Not with those above it: this one is told at once.
  if (!existsSync(missing)) await mkdir(missing).catch(unlessThere);
  await mkdir(folder, { recursive: true });
}

/** Another program may have made it meanwhile. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
