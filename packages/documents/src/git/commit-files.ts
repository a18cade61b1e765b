import { posix } from 'node:path';
import { COMMIT_REF } from './fetch-commit.js';
import { runGit } from './run-git.js';
import type { FoundFile } from '../files/found-file.js';

/** A line of `git ls-tree -l`: mode, type, object, size. */
const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)$/;
const isFile = (mode: string): boolean => mode.startsWith('100');
const isLink = (mode: string): boolean => mode === '120000';

/** Links that lead to links: more are a circle. */
const MAX_HOPS = 10;

/** Files that links add to those of a commit. A link leads to a file or folder of the same commit, or nowhere. */
async function linkedFiles(
  files: readonly FoundFile[],
  links: ReadonlyMap<string, string>,
  content: (object: string) => Promise<Buffer>,
): Promise<FoundFile[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const targets = new Map<string, string>();
  for (const [path, object] of links) {
    const target = posix.normalize(posix.join(posix.dirname(path), (await content(object)).toString('utf8')));
    if (!target.startsWith('..') && !target.startsWith('/')) targets.set(path, target);
  }
  /** Where a path leads once the links in it are followed. */
  const follow = (path: string): string | undefined => {
    let at = path.replace(/\/$/, '');
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      const link = [...targets.keys()].find((one) => at === one || at.startsWith(`${one}/`));
      if (link === undefined) return at;
      at = posix.normalize(targets.get(link)! + at.slice(link.length));
    }
    return undefined;
  };
  return [...targets.keys()].flatMap((link) => {
    const target = follow(link);
    if (target === undefined || link === target || link.startsWith(`${target}/`) || target === '.') return [];
    const file = byPath.get(target);
    if (file) return [{ ...file, path: link }];
    return files.filter(({ path }) => path.startsWith(`${target}/`)).map((one) => ({ ...one, path: link + one.path.slice(target.length) }));
  });
}

/**
 * The files of the commit that a cached repository is kept for, and those that links in it lead to. They are read from git's
 * own store: nothing is checked out, so no filter or hook of the repository comes into play, and no path leads out of it.
 */
export async function commitFiles(repository: string, signal?: AbortSignal): Promise<FoundFile[]> {
  const listing = (await runGit(['ls-tree', '-r', '-l', '-z', '--full-tree', COMMIT_REF], { cwd: repository, signal })).toString('utf8');
  const content = (object: string): Promise<Buffer> => runGit(['cat-file', 'blob', object], { cwd: repository, signal });
  const files: FoundFile[] = [];
  const links = new Map<string, string>();
  for (const line of listing.split('\0').filter(Boolean)) {
    const tab = line.indexOf('\t');
    const path = line.slice(tab + 1);
    const [, mode = '', type, object = '', size] = entry.exec(line.slice(0, tab)) ?? [];
    if (type !== 'blob') continue;
    if (isLink(mode)) links.set(path, object);
    else if (isFile(mode)) files.push({ path, size: Number(size), read: () => content(object) });
  }
  return links.size === 0 ? files : [...files, ...(await linkedFiles(files, links, content))];
}
