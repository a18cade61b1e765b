import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { SdgError, suggest } from '@sdg/core';

export interface FindPipelineOptions {
  /** Folder of the pipelines that come with the program. */
  readonly shipped: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  /** Where relative paths begin. Default: the working folder. */
  readonly cwd?: string;
}

/** Where a pipeline was found. */
export interface FoundPipeline {
  /** What to call it. */
  readonly name: string;
  /** The folder or file. */
  readonly path: string;
}

/** Folder of the pipelines that come with the commands. */
export const shippedPipelines = (): string => dirname(createRequire(import.meta.url).resolve('@sdg/pipelines/package.json'));

/** `instructlab/sdg/pipelines` in `$XDG_DATA_HOME` and in each of `$XDG_DATA_DIRS`; relative entries do not count. */
export function pipelineDataDirs({ env = process.env, home = homedir() }: Pick<FindPipelineOptions, 'env' | 'home'> = {}): string[] {
  const dirs = [env['XDG_DATA_HOME'] || join(home, '.local/share'), ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(':')];
  return dirs.filter((dir) => isAbsolute(dir)).map((dir) => join(dir, 'instructlab/sdg/pipelines'));
}

const YAML = /\.ya?ml$/;

const foldersIn = (dir: string): string[] => {
  try {
    // What is linked to counts as what it is.
    return readdirSync(dir).filter(
      (name) => !name.startsWith('.') && name !== 'node_modules' && statSync(join(dir, name), { throwIfNoEntry: false })?.isDirectory(),
    );
  } catch {
    return [];
  }
};

/** Names of the pipelines that can be run without a path: those of the data folders and the shipped ones. */
export function pipelineNames(options: FindPipelineOptions): string[] {
  return [...new Set([...pipelineDataDirs(options), options.shipped].flatMap(foldersIn))].sort();
}

/**
 * Finds a pipeline by name or path: the data folders first, then the shipped ones, then a folder or file of that path.
 * Something that looks like a path (`./x`, `a/b`, `x.yaml`) is taken as one. Fails with `config`, naming what there is.
 */
export function findPipeline(name: string, options: FindPipelineOptions): FoundPipeline {
  const path = resolve(options.cwd ?? process.cwd(), name);
  const named = { name: basename(path).replace(YAML, ''), path };
  if (/[/\\]/.test(name) || YAML.test(name) || ['.', '..'].includes(name)) {
    if (existsSync(path)) return named;
    throw new SdgError('config', `there is no pipeline at ${name}`, { remedy: 'give the path of a pipeline folder or YAML file' });
  }
  for (const dir of [...pipelineDataDirs(options), options.shipped]) {
    const candidate = join(dir, name);
    if (existsSync(candidate) && statSync(candidate).isDirectory()) return { name, path: candidate };
  }
  if (existsSync(path)) return named;
  const known = pipelineNames(options);
  const meant = suggest(name, known);
  throw new SdgError('config', `there is no pipeline "${name}"`, {
    remedy: `${meant ? `did you mean "${meant}"? ` : ''}known are ${known.join(', ')}, or give the path of a folder or file`,
  });
}
