import { withoutSecrets } from '@sdg/session';
import { configFlags } from './config-settings.js';
import type { ConfigInvocation } from '../commands/config.js';
import { configFiles, dotEnvVariables } from './find-config.js';

/** Variables that hold secrets: whether they are set is told, and nothing else. */
const SECRETS = ['SDG_API_KEY', 'OPENAI_API_KEY', 'SDG_EMBEDDER_API_KEY', 'HF_TOKEN'];

/** A header whose value does not come from the environment may be a key. */
const withoutValue = (header: string): string => {
  const [name = '', ...rest] = header.split(':');
  return /\$\{\w+\}/.test(rest.join(':')) ? header : `${name}: (not shown)`;
};

function safe(name: string, value: unknown): unknown {
  if (name === 'header') return [value].flat().map((line) => withoutValue(String(line)));
  if (['teacher', 'embedder', 'on'].includes(name)) return withoutSecrets(String(value));
  return value;
}

/** The work of `sdg config`: every setting that is in force and where it comes from, to stdout; no secrets. */
export async function runConfig({ flags, fromEnv, env, stdout, say }: ConfigInvocation): Promise<number> {
  const variable = (name: string): string => (dotEnvVariables().has(name) ? `${name} in .env` : name);
  const rows = configFlags.map(({ name, default: standard }) => {
    const value = (flags as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) return { name, value: standard, from: 'default' };
    const from = fromEnv[name];
    const where = from === undefined ? 'command line' : /^\w+$/.test(from) ? variable(from) : from;
    return { name, value: safe(name, value), from: where };
  });
  const secrets = SECRETS.map((name) => ({ name, value: env[name] ? 'set, not shown' : undefined, from: env[name] ? variable(name) : '' }));
  const files = configFiles(env);
  if (flags.json) {
    const settings = Object.fromEntries(rows.map(({ name, value, from }) => [name, { value: value ?? null, from }]));
    const keys = Object.fromEntries(secrets.map(({ name, value, from }) => [name, { set: value !== undefined, from }]));
    stdout.write(`${JSON.stringify({ settings, secrets: keys, files })}\n`);
    return 0;
  }
  const told = [...rows.filter(({ value }) => value !== undefined), ...secrets.filter(({ value }) => value !== undefined)];
  const text = (value: unknown): string => [value].flat().map(String).join(' ');
  const width = (of: (row: (typeof told)[number]) => string): number => Math.min(50, Math.max(...told.map((row) => of(row).length)));
  const [names, values] = [width(({ name }) => name), width(({ value }) => text(value))];
  for (const { name, value, from } of told) stdout.write(`${name.padEnd(names)}  ${text(value).padEnd(values)}  ${from}\n`);
  say(`files: ${files.length > 0 ? files.join(', ') : 'none'}; the command line goes before the environment, .env, and these`);
  return 0;
}
