import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { datasetCard, pushRows, type MixSummary, type Recipe } from '@sdg/mixer';
import type { MixInvocation } from '../commands/mix.js';

/** Whether a file can be read once, which has been done. */
const isStream = (file: string): boolean => file === '-' || file.startsWith('/dev/');

/** An argument as a shell takes it. */
const quoted = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`);

/** The command line that makes the rows, without where they went. */
function commandOf({ flags, positionals }: MixInvocation): string {
  const asked = Object.entries(flags).filter(([name]) => !['push', 'private', 'license', 'quiet', 'debug', 'threads'].includes(name));
  const options = asked.flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [value].flat().flatMap((one) => [`--${name}`, quoted(String(one))]),
  );
  return ['sdg-mix', ...positionals.map(quoted), ...options].join(' ');
}

/** Puts the rows of a mix into a dataset of the Hub, with a card of recipe and summary. */
export async function pushMix(
  invocation: MixInvocation,
  pieces: AsyncIterable<Uint8Array>,
  recipe: Recipe,
  summary: () => MixSummary,
): Promise<void> {
  const { flags, env, say } = invocation;
  const { version } = createRequire(import.meta.url)('@sdg/cli/package.json') as { version: string };
  const recipes = await Promise.all((flags.recipe ?? []).filter((file) => !isStream(file)).map((file) => readFile(file, 'utf8')));
  const { repo } = await pushRows(pieces, {
    ...{ url: flags.push!, env, note: say, isPrivate: flags.private === true },
    card: (facts) =>
      datasetCard({
        ...{ ...facts, recipe, summary: summary(), format: flags.format ?? recipe.format ?? 'messages', version },
        ...{ command: commandOf(invocation), recipes, license: flags.license },
      }),
  });
  say(`pushed to ${repo}`);
}
