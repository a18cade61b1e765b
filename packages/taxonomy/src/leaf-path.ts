import { basename, dirname, relative, resolve, sep } from 'node:path';

/** Folders of a taxonomy that hold leaves which the original reads. */
export const taxonomyFolders: readonly string[] = ['compositional_skills', 'knowledge'];

/** The public taxonomy's third folder: judged as skills, and read only when asked for. */
export const foundationalSkills = 'foundational_skills';

const allFolders: readonly string[] = [...taxonomyFolders, foundationalSkills];

/**
 * Leaf node path of a qna.yaml (`knowledge/geology/rivers`): its folder, from the rightmost part that names a folder of
 * a taxonomy; without one, from `root`.
 */
export function leafPath(file: string, root: string): string {
  const folder = dirname(resolve(file));
  const parts = folder.split(sep);
  const start = parts.findLastIndex((part) => allFolders.includes(part));
  if (start !== -1) return parts.slice(start).join('/');
  const inside = relative(resolve(root), folder);
  return inside === '' || inside.startsWith('..') ? basename(folder) : inside.split(sep).join('/');
}

/** The name of the schema for a file: that of the rightmost folder, else what its content looks like. */
export function schemaName(file: string, hasDocument: boolean): 'knowledge' | 'compositional_skills' {
  const named = resolve(file).split(sep).findLast((part) => taxonomyFolders.includes(part));
  return named === 'knowledge' || (named === undefined && hasDocument) ? 'knowledge' : 'compositional_skills';
}

/** Folder that holds the taxonomy of a file: the one above the folder that names its kind, else the file's own. */
export function taxonomyRoot(file: string): string {
  const parts = dirname(resolve(file)).split(sep);
  const start = parts.findLastIndex((part) => allFolders.includes(part));
  return start === -1 ? parts.join(sep) : parts.slice(0, start).join(sep) || sep;
}
