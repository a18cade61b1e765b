import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

let fromFile: ReadonlySet<string> = new Set();

/** The variables that `.env` of this folder has set; those of the environment go before it. */
export const dotEnvVariables = (): ReadonlySet<string> => fromFile;

/**
 * Puts the variables of `.env` of this folder into an environment, where it does not have them. Done once, before all else.
 * Gives what could not be read, one line each; what stands there is never shown, it may be a secret.
 */
export function loadDotEnv(env: NodeJS.ProcessEnv): readonly string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync('.env');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A folder of that name is a virtual environment of Python's.
    return code === 'ENOENT' || code === 'EISDIR' ? [] : [`.env cannot be read (${code}); mend it, or remove it`];
  }
  // UTF-16 of ASCII is UTF-8 full of NULs, but for the mark in front of it.
  if (!isUtf8(bytes) || bytes.includes(0)) return ['.env is not UTF-8 text, so it sets nothing; save it as UTF-8'];
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const missing = Object.entries(parseEnv(text)).filter(([name]) => env[name] === undefined);
  for (const [name, value] of missing) env[name] = value;
  fromFile = new Set(missing.map(([name]) => name));
  return faultsOf(text);
}

/** Lines that set nothing and are no comment, and quotes without an end, which node takes for part of the value. */
function faultsOf(text: string): readonly string[] {
  const faults: string[] = [];
  const lines = text.split(/\r\n?|\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, value] = /^(?:export\s+)?[^\s=#]+\s*=\s*(.*)$/.exec(line) ?? [];
    if (value === undefined) faults.push(`.env:${i + 1}: no NAME=VALUE, so it sets nothing; mend it, or begin the line with #`);
    const quote = /^["'`]/.exec(value ?? '')?.[0];
    if (quote === undefined || value!.includes(quote, 1)) continue;
    const end = lines.findIndex((later, at) => at > i && later.includes(quote));
    if (end === -1) faults.push(`.env:${i + 1}: the quote ${quote} is never closed; close it, or leave it out`);
    else i = end;
  }
  return faults;
}

/** A project's own settings. */
const CONFIG_FILE = 'sdg.config.yaml';

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
