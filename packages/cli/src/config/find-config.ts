import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

let fromFile: ReadonlySet<string> = new Set();

/** The variables that `.env` of this folder has set; those of the environment go before it. */
export const dotEnvVariables = (): ReadonlySet<string> => fromFile;

/** Puts the variables of `.env` of this folder into an environment, where it does not have them. Done once, before all else. */
export function loadDotEnv(env: NodeJS.ProcessEnv): void {
  let text: string;
  try {
    text = readFileSync('.env', 'utf8');
  } catch {
    return;
  }
  const missing = Object.entries(parseEnv(text)).filter(([name]) => env[name] === undefined);
  for (const [name, value] of missing) env[name] = value;
  fromFile = new Set(missing.map(([name]) => name));
}

/** A project's own settings. */
export const CONFIG_FILE = 'sdg.config.yaml';

/** Files with settings, the nearest first: that of this folder or one above it, and the user's own. */
export function configFiles(env: Readonly<Record<string, string | undefined>>, cwd = process.cwd()): readonly string[] {
  const own = join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'sdg', 'config.yaml');
  const found = [own].filter((file) => existsSync(file));
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE);
    if (existsSync(file)) return [file, ...found];
    if (folder === dirname(folder)) return found;
  }
}
