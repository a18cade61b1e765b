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
  const load = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (load) return main(load, `sdg ${word}`, rest);
  const only = (run: () => Promise<number>) => main(async () => ({ default: { ...overview, run } }), 'sdg', []);
  if (word === '--version') return main(async () => ({ default: overview }), 'sdg', argv);
  if (word === 'help' && rest[0] !== undefined) return umbrella([rest[0], '--help']);
  if (word === undefined || word === '-h' || word === '--help' || word === 'help') {
    const list = await listCommands();
    return only(async () => {
      (word === undefined ? process.stderr : process.stdout).write(list);
      return word === undefined ? 2 : 0;
    });
  }
  process.exitCode = (await import('./report.js')).reportUnknownCommand(word, Object.keys(commands));
}
