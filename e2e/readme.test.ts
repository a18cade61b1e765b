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
  const commands = first!.split('\n').slice(1, -1).map((line) => line.split('#')[0]!.trim());
  expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  expect(read('../.ci/run').trim().split('\n').slice(-2).join(' && ')).toBe(commands[1]);
});

it('the steps of the README do what they say', async () => {
  const steps = [...read('../README.md').matchAll(/<!-- run -->\n```sh\n([^`]*)```/g)].map(([, step]) => step);
  expect(steps).toHaveLength(1);
  const root = fileURLToPath(new URL('..', import.meta.url));
  const cwd = mkdtempSync(`${tmpdir()}/sdg-readme-`);
  cpSync(`${root}e2e/taxonomy`, `${cwd}/taxonomy`, { recursive: true });
  const { stdout, stderr, code } = await shell(`set -e\n${steps.join('\n')}\nwc -l < train.jsonl`, { cwd });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('time: about ');
  expect(Number(stdout.trim().split('\n').at(-1))).toBeGreaterThan(0);
}, 120_000);
