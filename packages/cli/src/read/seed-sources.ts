import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SdgError, seedSample, type Finding, type Sample } from '@sdg/core';
import { isGlob } from '@sdg/documents';
import type { ReadTasksOptions, ReadTaxonomyOptions } from '@sdg/taxonomy';
import { readSamples } from '../io/read-samples.js';
import { documentSamples, type DocumentSamplesOptions } from './document-samples.js';
import { peekStdin, pathsFrom } from './path-list.js';

/** What reads taxonomies, loaded where one may be: it takes longer to load than a short document to read. */
const taxonomy = () => import('@sdg/taxonomy');

/** What a path on the command line holds. A reader of its own for every kind. */
type Kind = 'taxonomy' | 'task' | 'ndjson' | 'documents';

/** What a path is by its name alone; undefined: that depends on what is there. */
function kindByName(path: string): Kind | undefined {
  if (path === '-' || /\.(?:jsonl|ndjson)$/i.test(basename(path))) return 'ndjson';
  if (/^qna\.ya?ml$/i.test(basename(path))) return 'taxonomy';
  if (/\.ya?ml$/i.test(path)) return 'task';
  return undefined;
}

/** Whether a folder is one of leaves or tasks: it has some, or the folders that a taxonomy has. */
async function isTaxonomy(path: string, foundational: boolean | undefined): Promise<boolean> {
  const names = await readdir(path).catch(() => []);
  const { findQnaFiles, foundationalSkills, taxonomyFolders } = await taxonomy();
  if (names.some((name) => taxonomyFolders.includes(name) || name === foundationalSkills)) return true;
  if ((await foldersWithTasks([path])).length > 0) return true;
  let isMisnamed = false;
  const onFinding = ({ rule }: Finding): void => void (isMisnamed ||= rule === 'file/name');
  for await (const _file of findQnaFiles([path], { onFinding, ...(foundational && { foundational }) })) return true;
  return isMisnamed;
}

/** What is there: a folder of leaves, or documents. */
async function kindOf(path: string, { base, foundational }: SeedOptions): Promise<Kind> {
  const named = kindByName(path);
  if (named) return named;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return base !== undefined || (await isTaxonomy(path, foundational)) ? 'taxonomy' : 'documents';
  return found || isGlob(path) ? 'documents' : 'taxonomy';
}

/** How to read whatever is named. */
export type SeedOptions = ReadTaxonomyOptions &
  Pick<ReadTasksOptions, 'onTask' | 'named'> & {
    readonly onFinding: (finding: Finding) => void;
    readonly documentSamples: DocumentSamplesOptions;
  };

const NOT_OF_TAXONOMIES = ['onTask', 'named', 'documentSamples'];

/** The options as the reader of taxonomies takes them, which refuses others. */
export const forTaxonomy = (options: SeedOptions): ReadTaxonomyOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !NOT_OF_TAXONOMIES.includes(name)));

/** Those of the paths that are folders with tasks in them. */
async function foldersWithTasks(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const { findTaskFiles } = await taxonomy();
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
    if (isFolder && (await findTaskFiles([path])).length > 0) found.push(path);
  }
  return found;
}

async function hasLeaves(paths: readonly string[], foundational: boolean | undefined): Promise<boolean> {
  const { findQnaFiles } = await taxonomy();
  for await (const _file of findQnaFiles(paths, { onFinding: () => undefined, ...(foundational && { foundational }) })) return true;
  return false;
}

const asFinding = ({ what, remedy, place }: SdgError): Finding => ({
  severity: 'error',
  rule: 'file/ndjson',
  ...place,
  message: what,
  ...(remedy && { remedy: 'mend the line' }),
});

/** Seeds from NDJSON: as they are, with a lineage where they have none. Bad lines are reported and left out. */
async function* readSeeds(file: string, stdin: NodeJS.ReadStream, onFinding: (finding: Finding) => void): AsyncGenerator<Sample> {
  const onBadLine = (error: SdgError): void => onFinding(asFinding(error));
  const samples = await readSamples({ files: [file], stdin, expects: 'seed samples as NDJSON', onBadLine });
  let index = 0;
  for await (const sample of samples) {
    yield sample._sdg ? sample : seedSample(sample, { file: file === '-' ? 'stdin' : file, seed_example: index });
    index++;
  }
}

/** Paths of one kind, neighbours on the command line. */
interface Group {
  readonly kind: Kind;
  readonly paths: string[];
}

/** Neighbours of one kind together, so that all paths of a taxonomy are looked at before the first is read. */
async function grouped(paths: readonly string[], options: SeedOptions): Promise<Group[]> {
  // Before anything is read and written.
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => kindByName(path) ?? isGlob(path))));
  const missing = paths.filter((_, i) => found[i] === false);
  if (missing.length > 0) {
    throw new SdgError('usage', `cannot read ${missing.join(', ')}: there is no such file or folder`, {
      remedy: 'name a taxonomy, documents, or a folder of them',
    });
  }
  const groups: Group[] = [];
  for (const path of paths) {
    const kind = await kindOf(path, options);
    const last = groups.at(-1);
    if (last?.kind === kind) last.paths.push(path);
    else groups.push({ kind, paths: [path] });
  }
  return groups;
}

async function* fromTaxonomies(paths: readonly string[], options: SeedOptions): AsyncGenerator<Sample, void, undefined> {
  const { readTasks, readTaxonomy } = await taxonomy();
  const folders = options.base === undefined ? await foldersWithTasks(paths) : [];
  if (folders.length > 0) yield* readTasks(folders, options);
  if (folders.length === 0 || (await hasLeaves(paths, options.foundational))) yield* readTaxonomy(paths, forTaxonomy(options));
}

/** Seed samples from everything named on the command line, in its order. */
export async function* readAllSeeds(
  paths: readonly string[],
  stdin: NodeJS.ReadStream,
  options: SeedOptions,
): AsyncGenerator<Sample, void, undefined> {
  if (paths.filter((path) => path === '-').length > 1) throw new SdgError('usage', 'stdin can be read once', { remedy: 'write - once' });
  for (const { kind, paths: named } of await grouped(paths, options)) {
    if (kind === 'task') yield* (await taxonomy()).readTasks(named, options);
    else if (kind === 'taxonomy') yield* fromTaxonomies(named, options);
    else if (kind === 'documents') yield* documentSamples(named, options.documentSamples);
    else {
      for (const file of named) {
        const input = file === '-' ? await peekStdin(stdin, options.signal) : { holds: 'ndjson', stdin };
        if (input.holds === 'paths') yield* documentSamples(pathsFrom(input.stdin), options.documentSamples);
        else yield* readSeeds(file, input.stdin, options.onFinding);
      }
    }
  }
}

/** The tasks in folders, judged; their samples are read, as that is all their check. */
export async function* readTasksIn(paths: readonly string[], options: SeedOptions): AsyncGenerator<Sample, void, undefined> {
  const folders = await foldersWithTasks(paths);
  if (folders.length > 0) yield* (await taxonomy()).readTasks(folders, options);
}

/** The paths that hold seed samples themselves. */
export const ndjsonPaths = (paths: readonly string[]): string[] => paths.filter((path) => kindByName(path) === 'ndjson');

/** The paths that are taxonomies. */
export async function taxonomyPaths(paths: readonly string[], options: SeedOptions): Promise<string[]> {
  const kinds = await Promise.all(paths.map((path) => kindOf(path, options)));
  return paths.filter((_, i) => kinds[i] === 'taxonomy');
}
