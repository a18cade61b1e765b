import type { RunnableCommand } from '../command.js';
import { commands } from '../commands/index.js';
import { main } from './main.js';

const overview: RunnableCommand = {
  name: 'sdg',
  summary: 'synthetic data generation for aligning language models',
  usage: ['COMMAND [options]'],
  description: '',
  flags: [],
  examples: [],
  run: async () => 0,
};

async function listCommands(): Promise<string> {
  const loaded = await Promise.all(Object.entries(commands).map(async ([word, load]) => [word, (await load()).default] as const));
  const width = Math.max(...loaded.map(([word]) => word.length)) + 4;
  return [
    'sdg – synthetic data generation for aligning language models',
    '',
    'Usage: sdg COMMAND [options]',
    '',
    'Commands:',
    ...loaded.map(([word, { summary }]) => `  ${word.padEnd(width)}${summary}`),
    '',
    'sdg-read, sdg-run and sdg-mix are the same as sdg read, sdg run and sdg mix.',
    'sdg COMMAND --help says more.',
    '',
  ].join('\n');
}

/** The command `sdg`: its first argument names the command to run. */
export async function umbrella(argv = process.argv.slice(2)): Promise<void> {
  const [word, ...rest] = argv;
  const load = word === undefined ? undefined : commands[word];
  if (load) return main(load, `sdg ${word}`, rest);
  if (word === '--version') return main(async () => ({ default: overview }), 'sdg', argv);
  if (word === undefined || word === '-h' || word === '--help' || word === 'help') {
    process.stdout.write(await listCommands());
    process.exitCode = word === undefined ? 2 : 0;
    return;
  }
  process.exitCode = (await import('./report.js')).reportUnknownCommand(word, Object.keys(commands));
}
