import { SdgError } from '@sdg/values';
import type { Invocation } from '../command.js';
import { commands } from '../commands/index.js';
import { bashScript } from './bash-script.js';
import { completionTable, type CompletedCommand } from './completion-table.js';
import { fishScript } from './fish-script.js';
import { zshScript } from './zsh-script.js';

/** Shells that can be given a script. */
const scripts: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The work of `sdg completion`: the script for a shell, to stdout. */
export async function runCompletion({ positionals, stdout }: Invocation<readonly []>): Promise<number> {
  const [shell = ''] = positionals;
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!script) {
    throw new SdgError('usage', `there is no completion for "${shell}"`, { remedy: `name one of ${Object.keys(scripts).join(', ')}` });
  }
  const loaded = await Promise.all(Object.entries(commands).map(async ([word, load]) => [word, (await load()).default] as const));
  stdout.write(script(completionTable(loaded)));
  return 0;
}
