import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { lastValueFrom, toArray } from 'rxjs';
import { ledger, questions } from './examples/compose.js';
import { generate } from './examples/resume.js';
import { shell } from './shell.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['compose', 'resume'])('the README shows the library example %s as it is', (name) => {
  const example = read(`examples/${name}.ts`).trim();
  expect(read('../README.md')).toContain(`\`\`\`ts\n${example}\n\`\`\``);
});

it('the library example runs, and its account balances', async () => {
  const rows = await lastValueFrom(questions.pipe(toArray()));
  expect(rows.map(({ topic }) => topic)).toEqual(['rivers', 'glaciers']);
  for (const { question, _sdg } of rows) {
    expect(question).toMatch(/\?$/);
    expect(_sdg?.path).toEqual(['ask.0']);
  }
  ledger.reconcile();
});

it('the example of a run with a record goes on where it was stopped', async () => {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-resume-`);
  const { stdout } = await shell(`sdg-read ${fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url))}`);
  writeFileSync(`${cwd}/seeds.jsonl`, stdout);
  const stopped = await generate(`${cwd}/seeds.jsonl`, `${cwd}/run`, AbortSignal.abort());
  expect([stopped.reason, stopped.exitCode]).toEqual(['interrupted', 130]);
  const whole = await generate(`${cwd}/seeds.jsonl`, `${cwd}/run`);
  expect([whole.reason, whole.exitCode, whole.rows.length > 10]).toEqual(['done', 0, true]);
  whole.ledger.reconcile();
  expect((await generate(`${cwd}/seeds.jsonl`, `${cwd}/run`)).rows).toEqual(whole.rows);
  expect(JSON.parse(readFileSync(`${cwd}/run/ledger.json`, 'utf8'))).toMatchObject({ exit: 'done', written: whole.rows.length });
});

it('the README shows two commands for a fresh machine, and CI runs the second', () => {
  const [first] = read('../README.md').match(/```sh\n[^`]*```/)!;
  const commands = first!
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('#')[0]!.trim());
  expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  expect(read('../.ci/run').trim().split('\n').slice(-2).join(' && ')).toBe(commands[1]);
});

const root = fileURLToPath(new URL('..', import.meta.url));
/** The steps of the README that are marked to be run, in their order. */
const steps = [...read('../README.md').matchAll(/<!-- run -->\n```sh\n([^`]*)```/g)].map(([, step]) => step!);

it('the README goes from a folder of documents to rows that trainers load', async () => {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-readme-`);
  cpSync(`${root}e2e/documents`, `${cwd}/e2e/documents`, { recursive: true });
  const { stderr, code } = await shell(`set -e\n${steps[0]}`, { cwd });
  expect(code, stderr).toBe(0);
  const lines = (file: string): Record<string, unknown>[] =>
    readFileSync(`${cwd}/${file}`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  // As many rows as were asked for, with nothing that a loader of datasets cannot give a type.
  const rows = lines('train.jsonl') as { messages: { role: string; content: string }[]; metadata: string }[];
  expect(rows).toHaveLength(40);
  for (const { messages, metadata } of rows) {
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
    expect(messages.every(({ content }) => content.trim() !== '')).toBe(true);
    const { _sdg } = JSON.parse(metadata) as { _sdg: { origin: { file: string; headings: string[]; chunk: number } } };
    expect(_sdg.origin.file).toMatch(/^docs\//);
  }
  const shared = JSON.parse(readFileSync(`${cwd}/sharegpt.json`, 'utf8')) as { conversations: { from: string; value: string }[] }[];
  expect(shared).toHaveLength(40);
  expect(shared[0]!.conversations.map(({ from }) => from)).toEqual(expect.arrayContaining(['human', 'gpt']));
  // Every kind of file came to chunks; what stands around the text did not.
  const chunks = lines('chunks.jsonl') as { document: string; _sdg: { origin: { file: string; page?: number } } }[];
  expect(new Set(chunks.map(({ _sdg }) => _sdg.origin.file)).size).toBe(9);
  const said = chunks.map(({ document }) => document).join('\n');
  for (const text of [
    '| 10 to 15 m/s |',
    '$t=\\frac{s}{v-c}$',
    '| outside, with a window | 2 | 67 euros |',
    '| July and August | 7:00 | 20:00 |',
    '水泵',
    'المضخة',
  ]) {
    expect(said).toContain(text);
  }
  for (const text of ['Canal office |', 'ask before you change it', 'Draft: winter fees', 'Ferry office, internal', 'Page 1 of 5']) {
    expect(said).not.toContain(text);
  }
  expect(lines('left-out.jsonl').map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['header', 'footer', 'page-number', 'navigation', 'comment', 'front-matter', 'hidden']),
  );
}, 240_000);

it('the steps of the README do what they say', async () => {
  expect(steps).toHaveLength(2);
  const cwd = mkdtempSync(`${tmpdir()}/sdg-readme-`);
  cpSync(`${root}e2e/taxonomy`, `${cwd}/taxonomy`, { recursive: true });
  const { stdout, stderr, code } = await shell(`set -e\n${steps[1]}\nwc -l < train.jsonl`, { cwd });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('time: about ');
  expect(Number(stdout.trim().split('\n').at(-1))).toBeGreaterThan(0);
}, 120_000);
