import type { CommandTable, RunnableCommand } from '../command.js';
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

/** The whole program as a table, for its manual page. */
export const overviewPage = (all: readonly (readonly [word: string, command: CommandTable])[]): CommandTable => ({
  ...overview,
  description: ['Its commands:', ...all.map(([word, { summary }]) => `sdg ${word}: ${summary}.`)].join('\n\n'),
});

/** What to do first. */
const FIRST = [
  '',
  'First steps, without a model or a server:',
  '  sdg init skill my-skill                     write a first skill, and change it',
  '  sdg read my-skill | sdg run simple | sdg mix > train.jsonl',
  '  sdg read docs/ | sdg run qa | sdg mix --rows qa > train.jsonl',
  '                                              the same from a folder of documents',
  'Then with a teacher: --teacher URL, or SDG_TEACHER; sdg doctor says whether it will do.',
];

/** Commands of ilab, and what they are called here; where nothing is, why. */
const ILAB: Readonly<Record<string, string | { readonly instead: string }>> = {
  'taxonomy diff': 'diff',
  'data generate': 'generate',
  'config show': 'config',
  'system info': 'doctor',
  'data list': { instead: 'the files of a generation are in its --output-dir; sdg stats FILE says what is in one' },
  'config init': { instead: 'nothing needs to be set up; settings may stand in sdg.config.yaml, and sdg config shows what is in force' },
  'model serve': { instead: 'start a server of your choice (vLLM, llama.cpp, Ollama) and name it with --teacher URL' },
  'model download': { instead: 'sdg downloads no models; a GGUF file runs in this process with --teacher llama:FILE' },
  'model train': { instead: 'sdg makes the data; TRL, Axolotl and LLaMA-Factory read what sdg mix writes' },
  'model evaluate': { instead: 'sdg run eval --output-dir DIR writes files for lm-evaluation-harness' },
};

/** What a command of ilab is here: its words, or why there is none. */
function ofIlab(words: readonly string[]): { readonly argv: readonly string[] } | { readonly instead: string } | undefined {
  const found = Object.entries(ILAB).find(([name]) => name === words.slice(0, 2).join(' '))?.[1];
  return typeof found === 'string' ? { argv: [found, ...words.slice(2)] } : found;
}

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
    ...FIRST,
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
  const known = ofIlab(argv);
  if (known && 'argv' in known) return umbrella([...known.argv]);
  if (known) {
    process.stderr.write(`sdg: "sdg ${argv.slice(0, 2).join(' ')}" is a command of ilab; here: ${known.instead}\n`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = (await import('./report.js')).reportUnknownCommand(argv, Object.keys(commands), Object.keys(ILAB));
}
