import { writeFileSync } from 'node:fs';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { installPeers } from '../install-peers.js';
import { peerScript } from '../peers/peer-script.js';
import { missing, row, type Measured, type Suite } from '../suite.js';

const PROGRAMS = ['datasets', 'polars', 'pandas', 'duckdb'] as const;
const FORMS = ['messages', 'prompt-completion', 'sharegpt', 'alpaca', 'chatml', 'preference', 'kto'] as const;
const ROWS = 2000;

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

/** Files in all forms, and how many rows each must have. */
async function files(context: BenchContext): Promise<Map<string, number>> {
  const inputs: Record<string, string> = {};
  const write = (name: string, of: (i: number) => object): void => {
    inputs[name] = context.path('programs', `${name}.jsonl`);
    writeFileSync(inputs[name]!, Array.from({ length: ROWS }, (_, i) => `${JSON.stringify(of(i))}\n`).join(''));
  };
  write('chat', inputRow);
  write('pairs', (i) => ({ prompt: `Q ${i}`, chosen: `A ${i}`, rejected: `B ${i}`, score_chosen: i / 3 }));
  write('labels', (i) => ({ prompt: `Q ${i}`, completion: `A ${i}`, label: i % 2 === 0 }));
  const found = new Map<string, number>();
  for (const form of FORMS) {
    const input = inputs[form === 'preference' ? 'pairs' : form === 'kto' ? 'labels' : 'chat']!;
    for (const ending of ['jsonl', 'parquet']) {
      const path = context.path('programs', `${form}.${ending}`);
      await context.command(bin('sdg-mix'), ['--quiet', input, '--format', form, '-o', path]);
      // Alpaca has no room for rows whose first answer is a call.
      found.set(path, form === 'alpaca' ? (ROWS * 3) / 4 : ROWS);
    }
  }
  return found;
}

export const programs: Suite = {
  name: 'programs',
  title: 'Programs that read the rows',
  minutes: 3,
  about: () =>
    `${ROWS.toLocaleString('en')} rows, with tools, calls, system messages and reasoning in some of them, written in every form ` +
    `as NDJSON and as Parquet, and loaded by ${PROGRAMS.join(', ')}: Python packages of the registry in a throw-away ` +
    `environment. A file counts as read if all of its rows are.`,
  targets: Object.fromEntries(
    PROGRAMS.map((name) => [
      `programs.${name}`,
      { from: 'issue 17', title: `${name} reads it`, text: 'files that it does not read whole', bound: 0, sense: 'at most' as const },
    ]),
  ),
  async *run(context): AsyncGenerator<Measured> {
    if (!context.peers) return yield missing('programs', 'programs that read the rows', context.short ? 'short mode' : '--no-peers');
    const installed = await installPeers(context, 'programs', ['datasets', 'polars', 'pandas', 'duckdb', 'pyarrow']);
    if ('reason' in installed) return yield missing('programs', 'programs that read the rows', installed.reason);
    const wanted = await files(context);
    for (const program of PROGRAMS) {
      const { stdout } = await context.command(installed.python, [peerScript('load_rows'), program, ...wanted.keys()]);
      const results = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { path: string; rows?: number; error?: string });
      const failed = results.filter(({ path, rows }) => rows !== wanted.get(path));
      for (const { path, rows, error } of failed) context.note(`  ${program}: ${path}: ${error ?? `${rows} rows of ${wanted.get(path)}`}`);
      yield row(`programs.${program}`, `${program}: files that it does not read whole, of ${wanted.size}`, 'files', [failed.length], {
        better: 'lower',
        note: installed.versions,
      });
    }
  },
};
