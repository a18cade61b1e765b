import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { SdgError } from '@sdg/core';
import { formatsFile, recipeSchema } from '@sdg/mixer';
import { pipelineSchema } from '@sdg/pipeline/docs';
import { schemas, taskSchema } from '@sdg/taxonomy';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { defineCommand } from '../command.js';
import { commands } from '../commands/index.js';
import { configSchema } from '../config/config-settings.js';
import type { SchemaFile } from '../init/modeline.js';
import { renderHelp } from './help.js';
import { manPage } from './man-page.js';
import { overviewPage } from './umbrella.js';
import { parseFlags } from './parse-flags.js';
import { referencePage } from './reference-page.js';
import { reportError, reportProblems, reportUnknownCommand } from './report.js';

const command = defineCommand({
  name: 'sdg-try',
  summary: 'a command to try the frame on',
  usage: ['FILE [options]'],
  description: 'First paragraph.\n\nSecond paragraph.',
  flags: [
    { name: 'model', short: 'm', value: 'ID', env: ['TRY_MODEL', 'OTHER_MODEL'], help: 'the model' },
    { name: 'limit', aliases: ['max'], value: 'N', type: 'integer', min: 1, max: 9, default: '5', help: 'how many', more: 'More is more' },
    { name: 'price', value: 'N', type: 'number', help: 'price' },
    { name: 'api', value: 'a|b', choices: ['a', 'b'], help: 'which' },
    { name: 'plugin', value: 'FILE', multiple: true, help: 'a plugin' },
    { name: 'check', help: 'only look' },
    { name: 'depth', value: 'N', type: 'integer', needs: 'check', help: 'how far' },
  ],
  positionals: { min: 1, max: 2, name: 'FILE' },
  examples: [['sdg-try x', 'tries x']],
  run: async () => 0,
});

const parse = (line: string, env: Record<string, string> = {}) => parseFlags(command, line === '' ? [] : line.split(' '), env);

it('tells errors so that a terminal obeys nothing in them', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const said = 'the model refused: \u001b[2Jno';
  expect(reportError(new SdgError('no-output', said), 'sdg-run', false)).toBe(1);
  reportProblems(command, 'sdg-run', [{ message: said }]);
  reportUnknownCommand([said], [], []);
  const text = write.mock.calls.map(([line]) => String(line)).join('');
  expect(text).not.toContain('\u001b');
  expect(text.match(/refused: \\u001b\[2Jno/g)).toHaveLength(3);
});

describe('parseFlags', () => {
  it('reads long, short, joined and repeated flags, aliases, and what follows --', () => {
    const { flags, positionals, problems } = parse('f -m x --max=3 --price 0.5 --plugin a --plugin=b --check --depth 2 -- --g');
    expect(problems).toEqual([]);
    expect(flags).toEqual({ model: 'x', limit: 3, price: 0.5, plugin: ['a', 'b'], check: true, depth: 2 });
    expect(positionals).toEqual(['f', '--g']);
  });

  it('takes absent flags from the environment, the first variable that is set', () => {
    expect(parse('f', { OTHER_MODEL: 'o' })).toMatchObject({ flags: { model: 'o' }, fromEnv: { model: 'OTHER_MODEL' } });
    expect(parse('f -m x', { TRY_MODEL: 't' })).toMatchObject({ flags: { model: 'x' }, fromEnv: {} });
  });

  it.each([
    ['', 'FILE is missing'],
    ['a b c', 'unexpected argument "c"'],
    ['f --limt 3', 'unknown option --limt'],
    ['f --limit', '--limit needs a value: --limit N'],
    ['f --limit many', '--limit takes a whole number; not "many"'],
    ['f --limit 0', '--limit takes a whole number from 1 up; not 0'],
    ['f --limit 10', '--limit takes a whole number up to 9; not 10'],
    ['f --plugin=', '--plugin needs a value: --plugin FILE'],
    ['f --depth 3', '--depth needs --check'],
    ['f --limit 1.5', '--limit takes a whole number; not "1.5"'],
    ['f --price x', '--price takes a number; not "x"'],
    ['f --api c', '--api takes a, b; not "c"'],
    ['f --check=yes', '--check takes no value'],
  ])('finds what is wrong with "%s"', (line, message) => {
    expect(parse(line).problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('finds everything wrong at once', () => {
    expect(parse('--limit x --nope --api c').problems).toHaveLength(4);
  });

  it('tells -h from --help', () => {
    expect(parse('-h').flags['help']).toBe('short');
    expect(parse('--help').flags['help']).toBe(true);
  });
});

describe('renderHelp', () => {
  it('shows every flag with its facts, in at most 80 columns', () => {
    const help = renderHelp(command, 'sdg-try', true);
    for (const text of [
      '--limit, --max N',
      'default 5',
      'from the environment: TRY_MODEL or OTHER_MODEL',
      'More is more',
      'tries x',
      'Second paragraph.',
    ]) {
      expect(help.replace(/\s+/g, ' ')).toContain(text);
    }
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(renderHelp(command, 'sdg-try', false)).not.toContain('More is more');
  });

  it.each(Object.entries(commands))('says what exit codes mean, once: %s', async (word, load) => {
    const help = renderHelp((await load()).default, word, true);
    expect(help.match(/Exit codes/g)).toHaveLength(1);
    expect(help).toMatch(/ 2 [^;]*(?:usage|settings)/);
  });
});

describe('the commands', () => {
  const loaded = () => Promise.all(Object.entries(commands).map(async ([word, load]) => [word, (await load()).default] as const));

  it('have flags that say what they do, each name once', async () => {
    for (const [, { flags, name }] of await loaded()) {
      const names = flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? []), ...(flag.short ? [flag.short] : [])]);
      expect(new Set(names).size, name).toBe(names.length);
      for (const flag of flags) expect(flag.help, `${name} --${flag.name}`).toMatch(/^[^A-Z].*[^.]$/);
    }
  });

  it('run with a young generation of the heap that stays small, or memory would grow with the length of the input', () => {
    const firstLine = (bin: string): string => readFileSync(new URL(`../../bin/${bin}.js`, import.meta.url), 'utf8').split('\n', 1)[0]!;
    const young = '#!/usr/bin/env -S node --max-semi-space-size=8';
    for (const bin of ['sdg', 'sdg-read']) expect(firstLine(bin), bin).toBe(young);
    // A quarter of the processor time of 5,000 calls was V8's optimizing compiler, most of it for copies of functions in others.
    // And after some 30,000 samples V8 made parts of each in the old generation, where they held what they named until all of it was swept.
    expect(firstLine('sdg-run')).toBe(`${young} --max-inlined-bytecode-size-cumulative=100 --no-allocation-site-pretenuring`);
    // A flag of V8 makes Node compile its own modules anew, in every thread: 20 of the 100 ms of a small draw.
    expect(firstLine('sdg-mix')).toBe('#!/usr/bin/env node');
  });

  it('are described by the reference page as it stands', async () => {
    const file = fileURLToPath(new URL('../../README.md', import.meta.url));
    const page = referencePage(await loaded());
    if (process.env['SDG_GENERATE'] === '1') writeFileSync(file, page);
    expect(readFileSync(file, 'utf8'), 'stale: run `npm run generate`').toBe(page);
  });

  it('have the schemas that the package ships, at addresses that stay', () => {
    const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
    const of: Readonly<Record<SchemaFile, [title: string, schema: object]>> = {
      config: ['Settings of sdg: sdg.config.yaml', configSchema],
      formats: ['Dataset formats of sdg-mix: --formats FILE', formatsFile],
      knowledge: ['A leaf of knowledge: qna.yaml', schemas.knowledge[3] as object],
      pipeline: ['A pipeline for one kind of samples', pipelineSchema(catalog)],
      recipe: ['A recipe of sdg-mix', recipeSchema],
      skill: ['A leaf of skills: qna.yaml', schemas.compositional_skills[3] as object],
      task: ['A task: task.yaml', taskSchema],
    };
    const draft = 'https://json-schema.org/draft/2020-12/schema';
    for (const [name, [title, schema]] of Object.entries(of)) {
      const file = `${folder}${name}.schema.json`;
      const text = `${JSON.stringify({ $schema: draft, ...schema, $id: `urn:sdg:schemas:${name}`, title }, null, 2)}\n`;
      if (process.env['SDG_GENERATE'] === '1') {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, text);
      }
      expect(readFileSync(file, 'utf8'), 'stale: run `npm run generate`').toBe(text);
    }
    expect(readdirSync(folder)).toEqual(Object.keys(of).map((name) => `${name}.schema.json`));
  });

  it('have the manual pages that the package ships, which groff takes without a warning', async () => {
    const folder = fileURLToPath(new URL('../../man/', import.meta.url));
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    const all = await loaded();
    const titles = all.map(([word]) => `sdg-${word}`);
    const pages = new Map([
      ['sdg', manPage(overviewPage(all), 'sdg', version, titles)],
      ...all.map(([word, { ...table }]): [string, string] => {
        const name = table.name.startsWith('sdg-') ? table.name : `sdg ${word}`;
        return [`sdg-${word}`, manPage(table, name, version, ['sdg'])];
      }),
    ]);
    if (process.env['SDG_GENERATE'] === '1') {
      mkdirSync(folder, { recursive: true });
      for (const [title, text] of pages) writeFileSync(`${folder}${title}.1`, text);
    }
    for (const [title, text] of pages) expect(readFileSync(`${folder}${title}.1`, 'utf8'), 'stale: run `npm run generate`').toBe(text);
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].map((title) => `${title}.1`).sort());
    const files = [...pages.keys()].map((title) => `${folder}${title}.1`);
    const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', ...files], { encoding: 'utf8' });
    // Where there is no groff, nothing can be said of how it takes them.
    if (groff.error === undefined) expect(groff.stderr).toBe('');
  });
});
