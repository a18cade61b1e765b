import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SdgError, type Place } from '@sdg/core/values';
import { chooseFiles, licenseOf } from './data-files.js';
import { concatSources, openFile, type RowSource } from './open-source.js';

const GLOB = /[*?[\]{}]/;

/** Files below a folder, by their paths in it. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/**
 * Opens the files of a folder or of a pattern as one dataset: a folder as a repository of the Hub is read, by its README
 * or the names of its files; of a pattern all files that match, by name. Undefined where the path is neither.
 */
export async function openFiles(
  path: string,
  name = path,
  options: { readonly place?: Place; readonly note?: (text: string) => void } = {},
): Promise<RowSource | undefined> {
  const { place, note } = options;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    const readme = await readFile(join(path, 'README.md'), 'utf8').catch(() => undefined);
    const { files, what, left } = chooseFiles(await below(path), readme, { shown: name });
    note?.(
      `${name}: reading ${what}${files.length > 1 ? ` (${files.length} files)` : ''}${left.length > 0 ? `; not ${left.join(', ')}` : ''}`,
    );
    const sources = await Promise.all(files.map((file) => openFile(join(path, file), name, place)));
    return { ...concatSources(sources, path), license: licenseOf(readme) };
  }
  if (found || !GLOB.test(path)) return undefined;
  const { glob } = await import('tinyglobby');
  const files = (await glob([path], { onlyFiles: true, expandDirectories: false })).sort();
  if (files.length === 0) {
    throw new SdgError('bad-input', `dataset ${name}: no file matches ${path}`, {
      ...(place && { place }),
      remedy: 'check the pattern, and put it into quotes',
    });
  }
  note?.(`${name}: reading ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
  return concatSources(await Promise.all(files.map((file) => openFile(file, name, place))), path);
}
