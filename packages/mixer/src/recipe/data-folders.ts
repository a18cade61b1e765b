import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const FALLBACK = '/usr/local/share:/usr/share';

/** The XDG data folders, the user's own first. Relative entries do not count, as the XDG specification says. */
export function dataFolders(env: Environment): string[] {
  const home = env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share');
  return [home, ...(env['XDG_DATA_DIRS'] || FALLBACK).split(':')].filter(isAbsolute);
}

/** The default recipe of skills or knowledge, where the user or the system has put one. */
export function findDefaultRecipe(kind: 'skills' | 'knowledge', env: Environment): string | undefined {
  return dataFolders(env)
    .map((folder) => join(folder, 'instructlab', 'sdg', 'default_data_recipes', `${kind}.yaml`))
    .find((path) => existsSync(path));
}

export const isHubUrl = (path: string): boolean => path.startsWith('hf://');

/** Whether a path is an address of the Hub, the web or a store, and no file of this machine. */
export const isAddress = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(path);

/** Where a dataset path of a recipe may be, best first: beside the recipe, then among the user's datasets. */
export function datasetPaths(path: string, recipe: string, env: Environment): string[] {
  if (isAddress(path) || path === '-' || isAbsolute(path)) return [path];
  const home = path === '~' || path.startsWith('~/') ? join(env['HOME'] || homedir(), path.slice(1)) : undefined;
  if (home !== undefined) return [home];
  return [resolve(dirname(recipe), path), ...dataFolders(env).map((folder) => join(folder, 'instructlab', 'datasets', path))];
}

/** The first of the places that is there; the first of all where none is. */
export function resolveDatasetPath(path: string, recipe: string, env: Environment): string {
  const places = datasetPaths(path, recipe, env);
  return places.find((place) => existsSync(place)) ?? places[0]!;
}
