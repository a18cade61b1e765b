import { readFile, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import picomatch from 'picomatch';
import { inArchive, isArchive, isPassedOver, type NamedDocument, type NamedDocumentsOptions } from './archive-documents.js';
import { isDocument } from '../read-document.js';
import { remedyFor } from '../kind-of-file.js';
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

async function* inFolder(
  folder: string,
  matches: (path: string) => boolean,
  options: NamedDocumentsOptions,
): AsyncGenerator<NamedDocument> {
  for (const found of (await folderFiles(folder)).sort(byName)) {
    if (isPassedOver(found.path) || !matches(found.path)) continue;
    const file = join(folder, found.path).split(sep).join('/');
    if (isDocument(found.path)) yield { ...found, file, root: folder };
    else if (isArchive(found.path)) {
      yield* inArchive({ disk: join(folder, found.path), shown: file, root: folder, below: found.path }, options);
    } else options.onOther?.(file, remedyFor(found.path));
  }
}

/**
 * The documents under the paths that a person names: folders with all that is below them, files, patterns, archives
 * (.zip, .tar, .tar.gz), those in folders too. In order of the paths, and in each by name; those of a tar archive as they
 * stand in it. Files whose kind is not known are told of and passed over, but for one that is named itself.
 */
export async function* namedDocuments(
  paths: AsyncIterable<string> | Iterable<string>,
  options: NamedDocumentsOptions = {},
): AsyncGenerator<NamedDocument, void, undefined> {
  for await (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) yield* inFolder(path, () => true, options);
    else if (found && isArchive(path)) yield* inArchive({ disk: path, shown: path, root: path, below: '' }, options);
    else if (found) yield { path: basename(path), file: path, root: path, size: found.size, read: () => readFile(path) };
    else if (isGlob(path)) {
      const { folder, rest } = baseOf(path);
      if (
        await stat(folder).then(
          (base) => base.isDirectory(),
          () => false,
        )
      ) {
        yield* inFolder(folder, picomatch(rest), options);
      } else options.onError?.(path, `there is no folder ${folder}`, 'check the pattern');
    } else options.onError?.(path, 'there is no such file or folder', 'check its name');
  }
}
