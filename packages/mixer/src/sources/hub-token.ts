import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'];

/** The value of a name in a `.env` text: `NAME=value`, quoted or not, however often. */
export function fromDotEnv(text: string, name: string): string | undefined {
  const line = text.split(/\r?\n/).find((candidate) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(candidate));
  return (
    line
      ?.slice(line.indexOf('=') + 1)
      .trim()
      .replace(/^["']+|["']+$/g, '') || undefined
  );
}

/**
 * The user's token for the Hugging Face Hub: from the environment, from `.env` in the working folder, or where
 * `hf auth login` keeps it. It goes to the Hub alone and into no message.
 */
export async function hubToken(env: Environment, folder = '.'): Promise<string | undefined> {
  for (const name of NAMES) if (env[name]) return env[name];
  const text = await readFile(join(folder, '.env'), 'utf8').catch(() => '');
  for (const name of NAMES) {
    const token = fromDotEnv(text, name);
    if (token) return token;
  }
  const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
  return (await readFile(join(home, 'token'), 'utf8').catch(() => '')).trim() || undefined;
}
