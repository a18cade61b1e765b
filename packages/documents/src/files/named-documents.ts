import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import picomatch from 'picomatch';
import { inArchive, isArchive, isPassedOver, type NamedDocument, type NamedDocumentsOptions } from './archive-documents.js';
import { isDocument } from '../read-document.js';
import { remedyFor } from '../kind-of-file.js';
import { identityOf, type FoundFile } from './found-file.js';
import { folderFiles } from './folder-files.js';

export { isArchive, type NamedDocument, type NamedDocumentsOptions };

/** Whether a path is a pattern for several: it has signs of one. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

const byName = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Patterns do not say `..`; what is before the first sign of one is the folder to look in. */
function baseOf(pattern: string): { folder: string; rest: string } {
  const parts = pattern.split('/');
  const first = parts.findIndex(isGlob);
  return { folder: parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'), rest: parts.slice(first).join('/') };
}

/** Whether a file of the disk was not met before. */
type IsNew = (file: Pick<FoundFile, 'identity'>) => boolean;

async function* inFolder(
  folder: string,
  matches: (path: string) => boolean,
  isNew: IsNew,
  options: NamedDocumentsOptions,
): AsyncGenerator<NamedDocument> {
  const nameIn = (path: string): string => join(folder, path).split(sep).join('/');
  const isWanted = (path: string): boolean => !isPassedOver(path) && matches(path);
  const files = await folderFiles(folder, {
    onUnreadable: (path, message, remedy) => isPassedOver(path) || options.onError?.(nameIn(path), message, remedy),
    onLink: (path, isFolder, why) => {
      if (isWanted(path) && (isFolder || isDocument(path) || isArchive(path))) {
        options.onOther?.(nameIn(path), 'name what it leads to, or put a copy there', why);
      }
    },
  });
  const root = await realpath(folder);
  const isLinked = ({ path, real }: FoundFile): boolean => String(real) !== join(root, path);
  const own = new Set(files.flatMap((file) => (isLinked(file) || !isWanted(file.path) ? [] : file.identity)));
  for (const found of files.sort(byName)) {
    // By its own name rather than by that of a link.
    if (!isWanted(found.path) || (isLinked(found) && own.has(found.identity))) continue;
    const file = nameIn(found.path);
    if (isDocument(found.path)) {
      if (isNew(found)) yield { ...found, file, root: folder };
    } else if (isArchive(found.path)) {
      if (isNew(found)) yield* inArchive({ disk: found.real!, shown: file, root: folder, below: found.path }, options);
    } else options.onOther?.(file, remedyFor(found.path));
  }
}

async function* byPattern(pattern: string, isNew: IsNew, options: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const { folder, rest } = baseOf(pattern);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    return options.onError?.(pattern, `there is no folder ${folder}`, 'check the pattern');
  }
  let isMatched = false;
  const matches = picomatch(rest, { onMatch: () => (isMatched = true) });
  yield* inFolder(folder, (path) => matches(path), isNew, options);
  if (!isMatched) options.onError?.(pattern, 'no file matches it', 'check the pattern');
}

/** The documents under one path. */
async function* under(path: string, isNew: IsNew, options: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found?.isDirectory()) return yield* inFolder(path, () => true, isNew, options);
  if (!found && isGlob(path)) return yield* byPattern(path, isNew, options);
  if (!found) return options.onError?.(path, 'there is no such file or folder', 'check its name');
  if (!found.isFile()) return options.onError?.(path, 'it is neither a file nor a folder', 'save what it gives in a file, and name that');
  const real = await realpath(path);
  const identity = identityOf(found, real);
  if (!isNew({ identity })) return;
  if (isArchive(path)) yield* inArchive({ disk: real, shown: path, root: path, below: '' }, options);
  else yield { path: basename(path), file: path, root: path, real, identity, size: Number(found.size), read: () => readFile(path) };
}

/**
 * The documents under the paths that a person names: folders with all that is below them, files, patterns, archives
 * (.zip, .tar, .tar.gz), those in folders too. In order of the paths, and in each by name; those of a tar archive as they
 * stand in it. Each once, however often it is named. Files whose kind is not known are told of and passed over, but for one
 * that is named itself.
 */
export async function* namedDocuments(
  paths: AsyncIterable<string> | Iterable<string>,
  options: NamedDocumentsOptions = {},
): AsyncGenerator<NamedDocument, void, undefined> {
  const seen = new Set<string>();
  // What is named twice, by a link or by its folder too, would be learned from twice.
  const isNew: IsNew = ({ identity }) => {
    const { size } = seen;
    return seen.add(identity!).size > size;
  };
  for await (const path of paths) yield* under(path, isNew, options);
}
