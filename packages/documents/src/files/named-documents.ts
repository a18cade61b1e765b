import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { createGunzip } from 'node:zlib';
import picomatch from 'picomatch';
import { isDocument } from '../read-document.js';
import { remedyFor } from '../kind-of-file.js';
import { folderFiles } from './folder-files.js';
import type { FoundFile } from './found-file.js';
import { tarEntries } from './tar-entries.js';
import { zipEntries } from './zip-entries.js';

/** A document found under a path that a person named. */
export interface NamedDocument extends FoundFile {
  /** The path that was named, and that led to it: its folder, its archive, or the document itself. */
  readonly root: string;
  /** The document as a person would write it: `docs/pumps/p1.pdf`, `manuals.zip/p1.pdf`. */
  readonly file: string;
}

export interface NamedDocumentsOptions {
  /** Told of a file that is no document: of a kind that could be saved as one where there is a remedy. */
  readonly onOther?: (file: string, remedy: string | undefined) => void;
  /** Told of a path or an archive that cannot be read. */
  readonly onError?: (file: string, message: string, remedy: string) => void;
}

const archive = /\.(?:zip|tar|tar\.gz|tgz)$/i;

/** Whether a path names an archive of documents, by its ending. */
export const isArchive = (path: string): boolean => archive.test(path);

/** Whether a path is a pattern for several: it has signs of one. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/** What no folder of documents means: tools' own files. */
const isPassedOver = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === 'node_modules' || part === '__MACOSX');

/** Most bytes of one file of an archive. */
const MAX_ENTRY = 400_000_000;

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
  { onOther }: NamedDocumentsOptions,
): AsyncGenerator<NamedDocument> {
  for (const found of (await folderFiles(folder)).sort(byName)) {
    if (isPassedOver(found.path) || !matches(found.path)) continue;
    const file = join(folder, found.path).split(sep).join('/');
    if (isDocument(found.path)) yield { ...found, file, root: folder };
    else onOther?.(file, remedyFor(found.path));
  }
}

async function* inZip(path: string, { onOther, onError }: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const entries = zipEntries(await readFile(path));
  if (!entries) return onError?.(path, 'it is no zip archive, or it is damaged', 'pack it again');
  for (const { name, size, read } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isPassedOver(name) || size > MAX_ENTRY) continue;
    const file = `${path}/${name}`;
    if (isDocument(name)) yield { path: name, file, root: path, size, read: () => Promise.resolve(Buffer.from(read())) };
    else onOther?.(file, remedyFor(name));
  }
}

async function* inTar(path: string, { onOther, onError }: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const stream = createReadStream(path);
  const bytes = /z$/i.test(path) ? stream.pipe(createGunzip()) : stream;
  stream.on('error', (error) => bytes.destroy(error));
  const wanted = (name: string, size: number): boolean => {
    const clean = name.replace(/^\.\//, '');
    if (isPassedOver(clean) || size > MAX_ENTRY) return false;
    if (!isDocument(clean)) onOther?.(`${path}/${clean}`, remedyFor(clean));
    return isDocument(clean);
  };
  try {
    for await (const entry of tarEntries(bytes, wanted)) {
      const name = entry.name.replace(/^\.\//, '');
      yield {
        path: name,
        file: `${path}/${name}`,
        root: path,
        size: entry.bytes.length,
        read: () => Promise.resolve(Buffer.from(entry.bytes)),
      };
    }
  } catch (error) {
    onError?.(path, `the archive cannot be read (${(error as Error).message})`, 'pack it again');
  } finally {
    stream.destroy();
  }
}

/**
 * The documents under the paths that a person names: folders with all that is below them, files, patterns, archives
 * (.zip, .tar, .tar.gz). In order of the paths, and in each by name; those of a tar archive as they stand in it. Files whose
 * kind is not known are told of and passed over, but for one that is named itself.
 */
export async function* namedDocuments(
  paths: AsyncIterable<string> | Iterable<string>,
  options: NamedDocumentsOptions = {},
): AsyncGenerator<NamedDocument, void, undefined> {
  for await (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) yield* inFolder(path, () => true, options);
    else if (found && isArchive(path)) yield* /\.zip$/i.test(path) ? inZip(path, options) : inTar(path, options);
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
