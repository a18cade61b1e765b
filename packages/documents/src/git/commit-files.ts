import { COMMIT_REF } from './fetch-commit.js';
import { runGit, gitText } from './run-git.js';
import type { FoundFile } from '../files/found-file.js';

/** A line of `git ls-tree -l`: mode, type, object, size. */
const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)$/;
/** A regular file; symbolic links and submodules have other modes and are never followed. */
const isFile = (mode: string): boolean => mode.startsWith('100');

/**
 * The files of the commit that a cached repository is kept for. They are read from git's own store: nothing is checked
 * out, so no link, filter or hook of the repository comes into play, and no path leads out of it.
 */
export async function commitFiles(repository: string, signal?: AbortSignal): Promise<FoundFile[]> {
  const listing = (await runGit(['ls-tree', '-r', '-l', '-z', '--full-tree', COMMIT_REF], { cwd: repository, signal })).toString('utf8');
  return listing.split('\0').filter(Boolean).flatMap((line) => {
    const tab = line.indexOf('\t');
    const [, mode = '', type, object = '', size] = entry.exec(line.slice(0, tab)) ?? [];
    if (type !== 'blob' || !isFile(mode)) return [];
    return [{ path: line.slice(tab + 1), size: Number(size), read: () => runGit(['cat-file', 'blob', object], { cwd: repository, signal }) }];
  });
}

/** The full hash of the commit that a cached repository is kept for. */
export const commitHash = (repository: string): Promise<string> => gitText(['rev-parse', COMMIT_REF], { cwd: repository });
