import type { BenchContext } from './context.js';

/** Folder names as a fresh account has them, so that data, settings and caches of whoever measures play no part. */
export function quietEnvironment(context: BenchContext, home = 'home'): Record<string, string> {
  const folder = context.path(home, 'x', '..');
  return {
    HOME: folder,
    XDG_DATA_HOME: `${folder}/share`,
    XDG_DATA_DIRS: `${folder}/none`,
    XDG_CACHE_HOME: `${folder}/cache`,
    XDG_CONFIG_HOME: `${folder}/config`,
    NODE_OPTIONS: '',
    SDG_TEACHER: '',
    OPENAI_BASE_URL: '',
  };
}
