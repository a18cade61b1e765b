import { jsonLines } from '@sdg/testing/json-lines';
import { writeFileSync } from 'node:fs';
import { mmluTask } from '@sdg/mixer';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { installPeers } from '../install-peers.js';
import { peerScript } from '../peers/peer-script.js';
import { atLeast, lower, type Measured, missing, type Suite } from '../suite.js';

/** Programs that load rows as tables. */
const TABLES = ['datasets', 'polars', 'pandas', 'duckdb'] as const;
const FORMS = ['messages', 'prompt-completion', 'sharegpt', 'alpaca', 'chatml', 'preference', 'kto'] as const;
const ROWS = 2000;

interface Trainer {
  readonly program: string;
  /** Its package, first, and what is installed with it. */
  readonly packages: readonly string[];
  /** Packages that pin other versions of what is there, and what they import of theirs. */
  readonly beside?: readonly string[];
  /** The forms that its row of the table in the mixer's README names. */
  readonly forms: readonly (typeof FORMS)[number][];
  /** Whether it wants a file beside the rows, see `--for`. */
  readonly isConfigured?: boolean;
}

const TORCH = ['torch', 'transformers', 'datasets', 'trl', 'accelerate', 'peft', 'numba', 'aiofiles', 'py-cpuinfo', 'rich', 'regex'];
const BESIDE = [
  'instructlab-training',
  'lm_eval',
  ...['sacrebleu', 'portalocker', 'tabulate', 'lxml', 'colorama'],
  'axolotl',
  ...['addict', 'einops', 'fire', 'python-dotenv', 'requests', 'urllib3', 'certifi', 'art', 'scipy', 'immutabledict', 'pillow', 'posthog'],
  ...['distro', 'mistral-common'],
];
/** Programs that train: one environment for those that can share it. */
const TRAINERS: readonly Trainer[] = [
  { program: 'trl', packages: TORCH, beside: BESIDE, forms: ['messages', 'prompt-completion', 'preference', 'kto'] },
  { program: 'axolotl', packages: TORCH, beside: BESIDE, forms: ['messages', 'sharegpt', 'alpaca', 'chatml'], isConfigured: true },
  { program: 'instructlab-training', packages: TORCH, beside: BESIDE, forms: ['messages'] },
  { program: 'lm-eval', packages: TORCH, beside: BESIDE, forms: [] },
  { program: 'llama-factory', packages: ['llamafactory'], forms: ['messages', 'sharegpt', 'alpaca'], isConfigured: true },
];
/** Rows that trainers are given: each is made into tokens, one a byte. */
const TRAINED = 200;

/** Rows of every kind that a form has room for: with tools and without, with system messages, reasoning, fields of turns. */
function inputRow(i: number): object {
  const question = { role: 'user', content: `What is ${i} and one?` };
  const answer = { role: 'assistant', content: `It is ${i + 1}.`, ...(i % 7 === 0 && { reasoning_content: 'One more.' }) };
  const system = i % 3 === 0 ? [{ role: 'system', content: 'Add.' }] : [];
  const tools = [
    {
      type: 'function',
      function: { name: `f${i % 5}`, parameters: { type: 'object', properties: { [`p${i % 11}`]: { type: 'number' } } } },
    },
  ];
  const called = [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: `f${i % 5}`, arguments: '{"n":1}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: '2' },
  ];
  return i % 4 === 0
    ? { messages: [...system, question, ...called, answer], tools, score: i / 2 }
    : { messages: [...system, question, answer], source: `s${i % 3}` };
}

/** Rows to mix, in files by what they hold. */
function inputs(context: BenchContext, rows: number): Record<string, string> {
  const found: Record<string, string> = {};
  const write = (name: string, of: (i: number) => object): void => {
    found[name] = context.path('programs', `${name}-${rows}.jsonl`);
    writeFileSync(found[name]!, Array.from({ length: rows }, (_, i) => `${JSON.stringify(of(i))}\n`).join(''));
  };
  write('chat', inputRow);
  write('pairs', (i) => ({ prompt: `Q ${i}`, chosen: `A ${i}`, rejected: `B ${i}`, score_chosen: i / 3 }));
  write('labels', (i) => ({ prompt: `Q ${i}`, completion: `A ${i}`, label: i % 2 === 0 }));
  return found;
}

const inputOf = (form: string): string => (form === 'preference' ? 'pairs' : form === 'kto' ? 'labels' : 'chat');
// Alpaca has no room for rows whose first answer is a call.
const rowsOf = (form: string, rows: number): number => (form === 'alpaca' ? (rows * 3) / 4 : rows);

/** Files in all forms, and how many rows each must have. */
async function files(context: BenchContext): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const from = inputs(context, ROWS);
  for (const form of FORMS) {
    for (const ending of ['jsonl', 'parquet']) {
      const path = context.path('programs', `${form}.${ending}`);
      await context.command(bin('sdg-mix'), ['--quiet', from[inputOf(form)]!, '--format', form, '-o', path]);
      found.set(path, rowsOf(form, ROWS));
    }
  }
  return found;
}

/** Files for one trainer, in a folder of their own, and how many rows of each it must learn from. */
async function filesFor({ program, forms, isConfigured = false }: Trainer, context: BenchContext): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const from = inputs(context, TRAINED);
  for (const form of forms) {
    const path = context.path('programs', program, `${form}.jsonl`);
    const asked = isConfigured ? ['--for', program] : [];
    await context.command(bin('sdg-mix'), ['--quiet', from[inputOf(form)]!, '--format', form, '-o', path, ...asked]);
    found.set(path, rowsOf(form, TRAINED));
  }
  if (program === 'lm-eval') {
    const path = context.path('programs', program, 'quiz.jsonl');
    const question = (i: number): object => ({ question: `What is ${i}?`, choices: ['a', 'b', 'c', 'd'], answer: i % 4, subject: 's' });
    writeFileSync(path, Array.from({ length: TRAINED }, (_, i) => `${JSON.stringify(question(i))}\n`).join(''));
    writeFileSync(path.replace('.jsonl', '_task.yaml'), mmluTask('quiz', path));
    found.set(path, TRAINED);
  }
  return found;
}

/** What a program says of files, as a row: how many it did not read whole. */
async function readBy(
  program: string,
  { python, versions }: { readonly python: string; readonly versions: string },
  script: string,
  wanted: ReadonlyMap<string, number>,
  context: BenchContext,
): Promise<Measured> {
  const { stdout } = await context.command(python, [peerScript(script), program, ...wanted.keys()], { timeoutMs: 600_000 });
  const results = jsonLines<{ path: string; rows?: number; error?: string }>(stdout);
  const failed = results.filter(({ path, rows }) => rows !== wanted.get(path));
  for (const { path, rows, error } of failed) context.note(`  ${program}: ${path}: ${error ?? `${rows} rows of ${wanted.get(path)}`}`);
  const count = failed.length + wanted.size - results.length;
  return lower(`programs.${program}`, `${program}: files that it does not read whole, of ${wanted.size}`, 'files', [count], versions);
}

/** The version of the program itself and of what it stands on. */
const named = (versions: string, program: string): string =>
  versions
    .split(', ')
    .filter((one) => new RegExp(`^(${program.replaceAll('-', '[-_]?')}|torch|transformers|datasets) `).test(one))
    .join(', ');

export const programs: Suite = {
  name: 'programs',
  title: 'Programs that read the rows',
  minutes: 20,
  about: () =>
    `Rows with tools, calls, system messages and reasoning in some of them, written in every form. ` +
    `${ROWS.toLocaleString('en')} as NDJSON ` +
    `and as Parquet are loaded by ${TABLES.join(', ')}. ${TRAINED} are read by the trainers, with the code by which each of them makes ` +
    `tokens of its data (TRL trains one step of each of its trainers, of a model of two tiny layers; lm-eval runs the task file of an ` +
    `evaluation set): a row counts if its last answer is among the tokens to be learnt. Python packages of the registry in throw-away ` +
    `environments. A file counts as read if all of its rows are.`,
  targets: Object.fromEntries(
    [...TABLES, ...TRAINERS.map(({ program }) => program)].map((name) => [
      `programs.${name}`,
      atLeast(0, 'issue 17', `files that ${name} does not read whole`),
    ]),
  ),
  async *run(context): AsyncGenerator<Measured> {
    if (!context.peers) return yield missing('programs', 'programs that read the rows', context.short ? 'short mode' : '--no-peers');
    const tables = await installPeers(context, 'programs', ['datasets', 'polars', 'pandas', 'duckdb', 'pyarrow']);
    if ('reason' in tables) yield missing('programs', 'programs that load rows as tables', tables.reason);
    else {
      const wanted = await files(context);
      for (const program of TABLES) yield await readBy(program, tables, 'load_rows', wanted, context);
    }
    for (const trainer of TRAINERS) {
      const { program, packages, beside } = trainer;
      const installed = await installPeers(context, packages === TORCH ? 'trainers' : program, packages, false, beside);
      if ('reason' in installed) yield missing(`programs.${program}`, `${program} reads the rows`, installed.reason);
      else {
        const peer = { python: installed.python, versions: named(installed.versions, program) };
        yield await readBy(program, peer, 'train_rows', await filesFor(trainer, context), context);
      }
    }
  },
};
