import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, type Place, SdgError } from '@sdg/values';
import { chooseFiles, licenseOf } from './data-files.js';
import { isGlob } from './open-path.js';
import { concatSources, openFile, type RowSource } from './open-source.js';

/** Files that a pattern names, links followed: the Hub's own cache has nothing else. In order. */
async function matching(pattern: string, options: { readonly cwd?: string; readonly dot?: boolean } = {}): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  return (await glob([pattern], { onlyFiles: true, expandDirectories: false, ...options })).sort();
}

/** Names of links said, at most. */
const MOST_SAID = 3;
const depthOf = (file: string): number => file.split('/').length;

/** Words behind a number of files: what of them is not read. */
const notRead = (some: readonly string[]): string => (some.length > 0 ? `; not ${some.join(', ')}` : '');

/** The files without those that are another of them by a link of either kind; and those, in words. */
async function eachOnce(
  files: readonly string[],
  folder: string,
): Promise<{ readonly once: readonly string[]; readonly links: readonly string[] }> {
  const keys = await Promise.all(
    files.map(async (file) => {
      const { dev, ino } = await stat(join(folder, file), { bigint: true });
      // A file system that does not number its files does not tell.
      return ino === 0n ? file : `${dev}:${ino}`;
    }),
  );
  const known = new Map<string, string>();
  for (const [i, file] of files.entries()) {
    const other = known.get(keys[i]!);
    if (other === undefined || depthOf(file) < depthOf(other)) known.set(keys[i]!, file);
  }
  const own = (i: number): string => known.get(keys[i]!)!;
  const links = files.flatMap((file, i) => (own(i) === file ? [] : [`${file}, which is ${own(i)}`]));
  const more = links.length > MOST_SAID ? [`${links.length - MOST_SAID} more links`] : [];
  return { once: files.filter((file, i) => own(i) === file), links: [...links.slice(0, MOST_SAID), ...more] };
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
    const { files, what, left } = chooseFiles(await matching('**/*', { cwd: path, dot: true }), readme, { shown: name });
    const { once, links } = await eachOnce(files, path);
    note?.(`${name}: reading ${what}${once.length > 1 ? ` (${once.length} files)` : ''}${notRead([...left, ...links])}`);
    const sources = await Promise.all(once.map((file) => openFile(join(path, file), name, place)));
    return { ...concatSources(sources, path), license: licenseOf(readme) };
  }
  if (found || !isGlob(path)) return undefined;
  const files = await matching(path);
  if (files.length === 0) {
    throw new SdgError('bad-input', `dataset ${name}: no file matches ${path}`, {
      ...(place && { place }),
      remedy: 'check the pattern, and put it into quotes',
    });
  }
  const { once, links } = await eachOnce(files, '');
  note?.(`${name}: reading ${counted(once.length, 'file')}${notRead(links)}`);
  return concatSources(await Promise.all(once.map((file) => openFile(file, name, place))), path);
}
