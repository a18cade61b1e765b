import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastValueFrom, toArray } from 'rxjs';
import { ledger, questions } from './examples/compose.js';
import { generate } from './examples/resume.js';
import { fencesOf } from './fences.js';
import { shell } from './shell.js';
import { startServers, walkPage, type Servers, type Walked } from './walk-page.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

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

const readme = fencesOf('README.md', read('../README.md'));

it('the README shows two commands for a fresh machine, and CI runs the second', () => {
  const commands = readme[0]!.text
    .trim()
    .split('\n')
    .map((line) => line.split('#')[0]!.trim());
  expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  expect(read('../.ci/run').trim().split('\n').slice(-2).join(' && ')).toBe(commands[1]);
  expect(read('../README.md').split('\n').length).toBeLessThan(200);
});

describe('the README', () => {
  let servers: Servers;
  let walked: Walked;
  beforeAll(async () => {
    servers = await startServers();
    walked = await walkPage(readme, servers);
  });
  afterAll(() => servers.close());

  const text = (file: string): string => readFileSync(`${walked.cwd}/${file}`, 'utf8');
  const lines = (file: string): Record<string, unknown>[] => jsonLines(text(file));

  it('does what it says', () => {
    expect(walked.wrong).toEqual([]);
    expect(walked.printed).toContain('Taxonomy in taxonomy is valid :)');
    expect(lines('train.jsonl').length).toBeGreaterThan(0);
  });

  it('goes from a folder of documents to rows that trainers load', () => {
    // As many rows as were asked for, with nothing that a loader of datasets cannot give a type.
    const rows = JSON.parse(text('sharegpt.json')) as { conversations: { from: string; value: string }[]; metadata: string }[];
    expect(rows).toHaveLength(40);
    for (const { conversations, metadata } of rows) {
      expect(conversations.map(({ from }) => from)).toEqual(expect.arrayContaining(['human', 'gpt']));
      expect(conversations.every(({ value }) => value.trim() !== '')).toBe(true);
      const { _sdg } = JSON.parse(metadata) as { _sdg: { origin: { file: string; headings: string[]; chunk: number } } };
      expect(_sdg.origin.file).toMatch(/^papers\//);
    }
    // Every kind of file came to chunks; what stands around the text did not.
    const chunks = lines('chunks.jsonl') as { document: string; _sdg: { origin: { file: string; page?: number } } }[];
    expect(new Set(chunks.map(({ _sdg }) => _sdg.origin.file)).size).toBe(9);
    const said = chunks.map(({ document }) => document).join('\n');
    for (const part of [
      '| 10 to 15 m/s |',
      '$t=\\frac{s}{v-c}$',
      '| outside, with a window | 2 | 67 euros |',
      '| July and August | 7:00 | 20:00 |',
      '水泵',
      'المضخة',
    ]) {
      expect(said).toContain(part);
    }
    for (const part of ['Canal office |', 'ask before you change it', 'Draft: winter fees', 'Ferry office, internal', 'Page 1 of 5']) {
      expect(said).not.toContain(part);
    }
    expect(lines('left-out.jsonl').map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['header', 'footer', 'page-number', 'navigation', 'comment', 'front-matter', 'hidden']),
    );
  });

  it('makes the files that InstructLab makes of a skill', () => {
    const skills = readdirSync(`${walked.cwd}/datasets`).find((name) => name.startsWith('skills_train_msgs_'))!;
    expect(lines(`datasets/${skills}`)).toHaveLength(30);
    const generated = readdirSync(`${walked.cwd}/datasets`).find((name) => name.startsWith('generated_'))!;
    expect(lines(`datasets/${generated}/compositional_skills_extraction_tables_timetables.jsonl`)).toHaveLength(25);
  });
});
