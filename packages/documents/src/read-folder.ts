import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import picomatch from 'picomatch';

/** A file that a pattern chose, by its path inside the folder with `/` between the parts. */
export interface FoundFile {
  readonly path: string;
  read(): Promise<Buffer>;
}

/** Files under `folder` that match any of the glob `patterns`, in order of their paths. Nothing outside it is found. */
export async function findFiles(folder: string, patterns: readonly string[]): Promise<FoundFile[]> {
  const root = await realpath(folder);
  const matches = picomatch(patterns as string[], { dot: false });
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: FoundFile[] = [];
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (path === '.git' || path.startsWith('.git/') || !matches(path)) continue;
    const real = await realpath(join(root, path)).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + sep)) continue;
    if (entry.isFile() || entry.isSymbolicLink()) files.push({ path, read: () => readFile(real) });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
