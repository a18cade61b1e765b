import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Finding, SdgError } from '@sdg/values';
import { changedFiles, type ChangedFilesOptions, EMPTY_BASE } from './changed-files.js';
import { foundationalSkills, taxonomyFolders } from './leaf-path.js';

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Links to folders outside of the one that is read: those inside it are read anyway, and one that holds it would lead
 * in a circle. Each is followed once.
 */
class LinkedFolders {
  readonly #followed: string[] = [];

  private constructor(private readonly root: string) {}

  static async outside(folder: string): Promise<LinkedFolders> {
    return new LinkedFolders(await realpath(folder).catch(() => folder));
  }

  /** Whether a link leads to a folder that is still to be read. */
  async follow(link: string): Promise<boolean> {
    const isFolder = await stat(link).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) return false;
    const target = await realpath(link);
    if (isWithin(this.root, target) || [this.root, ...this.#followed].some((folder) => isWithin(target, folder))) return false;
    this.#followed.push(target);
    return true;
  }
}

export const QNA = 'qna.yaml';

/** Names that people give a qna.yaml by mistake. */
const misnamed = (name: string): boolean => /^qna\.ya?ml$/i.test(name) && name !== QNA;

export interface FindQnaOptions extends ChangedFilesOptions {
  /** Only files that differ from this branch, remote branch or revision; `empty`: all. Default: all. */
  readonly base?: string | undefined;
  /** Read `foundational_skills` too. */
  readonly foundational?: boolean;
  readonly onFinding: (finding: Finding) => void;
}

/** A qna.yaml and the path on the command line under which it was found. */
export interface QnaFile {
  readonly file: string;
  readonly root: string;
}

/** What is wrong with a file or folder as a whole, or worth knowing. */
export const fileFinding = (
  severity: Finding['severity'],
  rule: string,
  file: string,
  message: string,
  remedy: string | undefined,
): Finding => ({ severity, rule, file, line: 1, column: 1, message, ...(remedy !== undefined && { remedy }) });

export const misnamedFinding = (file: string): Finding =>
  fileFinding('warning', 'file/name', file, `a leaf's file is named ${QNA}; "${basename(file)}" is skipped`, `rename it to ${QNA}`);

/** Why a file or folder could not be read, in words. */
export const whyUnreadable = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === 'ENOENT' ? 'there is no such file or folder' : message;
};

type NamedPath = readonly [path: string, isFolder: boolean];

/** Whether each of the paths that a person named is a folder. Fails with `usage` for one that is not there. */
export async function namedPaths(paths: readonly string[], remedy: string): Promise<NamedPath[]> {
  const found: NamedPath[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch((error: unknown) => {
      throw new SdgError('usage', `cannot read ${path}: ${whyUnreadable(error)}`, { remedy, cause: error });
    });
    found.push([path, stats.isDirectory()]);
  }
  return found;
}

/** Folders that no taxonomy keeps leaves in, and that may be large. */
export const skipped = new Set(['.git', 'node_modules']);

async function* walk(folder: string, root: string, links: LinkedFolders, options: FindQnaOptions): AsyncGenerator<QnaFile> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const message = `the folder cannot be read: ${whyUnreadable(error)}`;
    options.onFinding(fileFinding('error', 'file/unreadable', folder, message, 'make it readable, or name the folders to read'));
    return;
  }
  const isTaxonomy =
    folder === root && entries.some((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && taxonomyFolders.includes(entry.name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await links.follow(path)))) {
      if (skipped.has(entry.name) || (isTaxonomy && entry.name === foundationalSkills && !options.foundational)) continue;
      yield* walk(path, root, links, options);
    } else if (entry.name === QNA) yield { file: path, root };
    else if (misnamed(entry.name)) options.onFinding(misnamedFinding(path));
  }
}

/** Files of leaves among those that differ from the base. */
async function* changed(folder: string, base: string, options: FindQnaOptions): AsyncGenerator<QnaFile> {
  for (const path of await changedFiles(folder, base, options)) {
    const parts = path.split('/');
    const file = join(folder, path);
    if (parts.some((part) => skipped.has(part)) || (parts[0] === foundationalSkills && !options.foundational)) continue;
    if (parts.at(-1) === QNA) yield { file, root: folder };
    else if (misnamed(parts.at(-1) ?? '')) options.onFinding(misnamedFinding(file));
  }
}

/** The files under paths, of which it is known whether they are folders. */
async function* inPaths(found: readonly NamedPath[], options: FindQnaOptions): AsyncGenerator<QnaFile> {
  const { base, onFinding } = options;
  for (const [path, isFolder] of found) {
    if (isFolder && base !== undefined && base !== EMPTY_BASE) yield* changed(path, base, options);
    else if (isFolder) yield* walk(path, path, await LinkedFolders.outside(path), options);
    else if (basename(path) === QNA) yield { file: path, root: path };
    else if (misnamed(basename(path))) onFinding(misnamedFinding(path));
    else throw new SdgError('usage', `${path} is no leaf of a taxonomy`, { remedy: `name a folder, or a file that is called ${QNA}` });
  }
}

/** The folder at the top of a taxonomy that a leaf is under and that is none of its trees; undefined where all is well. */
async function unknownTree({ file, root }: QnaFile): Promise<string | undefined> {
  const folders = resolve(file).split(sep);
  if (folders.some((part) => part === foundationalSkills || taxonomyFolders.includes(part))) return undefined;
  const [top, ...below] = relative(root, file).split(sep);
  if (top === undefined || below.length === 0) return undefined;
  // A folder of leaves side by side is no taxonomy.
  const entries = below.length > 1 ? [] : await readdir(root).catch(() => []);
  return below.length > 1 || entries.some((name) => taxonomyFolders.includes(name)) ? join(root, top) : undefined;
}

const unknownTreeFinding = (folder: string): Finding => {
  const name = basename(folder);
  const meant = name.length < 4 ? undefined : taxonomyFolders.find((tree) => tree.includes(name.toLowerCase()));
  const message = `"${name}" is no tree of a taxonomy: InstructLab's own tools do not see the leaves below it`;
  const remedy = `rename it to ${meant ?? `${taxonomyFolders.join(' or ')}, or move the leaves there`}`;
  return fileFinding('warning', 'file/tree', folder, message, remedy);
};

/**
 * Each file once, however many paths lead to its folder. Links to files count as files: a leaf may share another's.
 * Folders that are no tree of a taxonomy are told once.
 */
async function* once(files: AsyncIterable<QnaFile>, onFinding: (finding: Finding) => void): AsyncGenerator<QnaFile> {
  const seen = new Set<string>();
  const told = new Set<string>();
  for await (const found of files) {
    const folder = dirname(found.file);
    const real = join(await realpath(folder).catch(() => folder), basename(found.file));
    if (seen.has(real)) continue;
    seen.add(real);
    const tree = await unknownTree(found);
    if (tree !== undefined && !told.has(tree)) onFinding(unknownTreeFinding(tree));
    if (tree !== undefined) told.add(tree);
    yield found;
  }
}

/**
 * The qna.yaml files under `paths`, in order of the paths and in each by name; each once, under the first of the paths
 * that lead to it. A path may be a folder or a file; links to folders outside of it are followed. Fails with `usage` for a
 * path that does not exist; what cannot be read within a folder is a finding.
 */
export async function* findQnaFiles(paths: readonly string[], options: FindQnaOptions): AsyncGenerator<QnaFile> {
  yield* once(
    inPaths(await namedPaths(paths, 'name a taxonomy, or a qna.yaml; documents are read by sdg-read'), options),
    options.onFinding,
  );
}
