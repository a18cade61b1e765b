import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { namedPaths, skipped } from '../find-qna-files.js';

/** A task file, and what its name is where it says none: by its folder, or by the file's own name. */
export interface TaskFile {
  readonly file: string;
  readonly name: string;
}

const isTaskName = (name: string): boolean => /^task\.ya?ml$/i.test(name);

/** Whether a path on the command line is a task by its name: YAML that is no qna.yaml. */
export const isTaskFile = (path: string): boolean => /\.ya?ml$/i.test(path) && !/^qna\.ya?ml$/i.test(basename(path));

async function walk(folder: string): Promise<string[]> {
  // What cannot be read is told by whoever reads the leaves and documents of the folder.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && !skipped.has(entry.name)) found.push(...(await walk(join(folder, entry.name))));
    else if ((entry.isFile() || entry.isSymbolicLink()) && isTaskName(entry.name)) found.push(join(folder, entry.name));
  }
  return found;
}

/**
 * The task files under `paths`, in order of the paths and in each by name: files as they are, folders searched for
 * `task.yaml`. Fails with `usage` for a path that is not there.
 */
export async function findTaskFiles(paths: readonly string[]): Promise<TaskFile[]> {
  const found: TaskFile[] = [];
  for (const [path, isFolder] of await namedPaths(paths, 'name a task.yaml, or a folder of them')) {
    if (!isFolder) {
      const own = isTaskName(basename(path)) ? basename(dirname(resolve(path))) : basename(path).replace(/\.ya?ml$/i, '');
      found.push({ file: path, name: own });
      continue;
    }
    for (const file of await walk(path)) {
      found.push({ file, name: relative(path, dirname(file)).replaceAll('\\', '/') || basename(resolve(path)) });
    }
  }
  return found;
}
