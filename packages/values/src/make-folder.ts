import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Node 20 alone never comes back, and takes a processor, where a file system says of one that
 * it cannot be made as it says that those above are missing: `/proc`, and what an automounter keeps, as it keeps the homes of a
 * cluster.
 */
export function makeFolder(folder: string, mode?: number): void {
  let missing = folder;
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  // Not with those above it: this one is told at once. Another program may make it meanwhile.
  if (!existsSync(missing)) {
    try {
      mkdirSync(missing, { mode });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  mkdirSync(folder, { recursive: true, mode });
}
