import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SdgError, seedSample, type Finding, type Sample } from '@sdg/core';
import { findQnaFiles, findTaskFiles, isTaskFile, readTaxonomy, readTasks, type ReadTasksOptions, type ReadTaxonomyOptions } from '@sdg/taxonomy';
import { readSamples } from '../io/read-samples.js';

/** What a path on the command line holds, told by its name. A reader of its own for every kind. */
type Kind = 'taxonomy' | 'task' | 'ndjson';

const kindOf = (path: string): Kind =>
  path === '-' || /\.(?:jsonl|ndjson)$/i.test(basename(path)) ? 'ndjson' : isTaskFile(path) ? 'task' : 'taxonomy';

/** How to read whatever is named. */
export type SeedOptions = ReadTaxonomyOptions & Pick<ReadTasksOptions, 'onTask' | 'named'> & { readonly onFinding: (finding: Finding) => void };

/** Those of the paths that are folders with tasks in them. */
async function foldersWithTasks(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
    if (isFolder && (await findTaskFiles([path])).length > 0) found.push(path);
  }
  return found;
}

async function hasLeaves(paths: readonly string[], foundational: boolean | undefined): Promise<boolean> {
  for await (const _file of findQnaFiles(paths, { onFinding: () => undefined, ...(foundational && { foundational }) })) return true;
  return false;
}

const asFinding = ({ what, remedy, place }: SdgError): Finding => ({
  severity: 'error', rule: 'file/ndjson', ...place, message: what, ...(remedy && { remedy: 'mend the line' }),
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

/** Neighbours of one kind together, so that all paths of a taxonomy are looked at before the first is read. */
function grouped(paths: readonly string[]): { kind: Kind; paths: string[] }[] {
  const groups: { kind: Kind; paths: string[] }[] = [];
  for (const path of paths) {
    const kind = kindOf(path);
    const last = groups.at(-1);
    if (last?.kind === kind) last.paths.push(path);
    else groups.push({ kind, paths: [path] });
  }
  return groups;
}

/** Seed samples from everything named on the command line, in its order. */
export async function* readAllSeeds(
  paths: readonly string[],
  stdin: NodeJS.ReadStream,
  options: SeedOptions,
): AsyncGenerator<Sample, void, undefined> {
  if (paths.filter((path) => path === '-').length > 1) throw new SdgError('usage', 'stdin can be read once', { remedy: 'write - once' });
  for (const group of grouped(paths)) {
    if (group.kind === 'task') yield* readTasks(group.paths, options);
    else if (group.kind === 'taxonomy') {
      const folders = options.base === undefined ? await foldersWithTasks(group.paths) : [];
      if (folders.length > 0) yield* readTasks(folders, options);
      if (folders.length === 0 || (await hasLeaves(group.paths, options.foundational))) yield* readTaxonomy(group.paths, options);
    } else for (const file of group.paths) yield* readSeeds(file, stdin, options.onFinding);
  }
}

/** The tasks in folders, judged; their samples are read, as that is all their check. */
export async function* readTasksIn(paths: readonly string[], options: SeedOptions): AsyncGenerator<Sample, void, undefined> {
  const folders = await foldersWithTasks(paths);
  if (folders.length > 0) yield* readTasks(folders, options);
}

/** The paths that hold seed samples themselves. */
export const ndjsonPaths = (paths: readonly string[]): string[] => paths.filter((path) => kindOf(path) === 'ndjson');

/** The paths that are taxonomies. */
export const taxonomyPaths = (paths: readonly string[]): string[] => paths.filter((path) => kindOf(path) === 'taxonomy');
