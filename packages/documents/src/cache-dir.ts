import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched repositories are kept: `sdg/repositories` under the XDG cache folder. */
export const repositoryCacheDir = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sdg', 'repositories');
