import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Every package but the one that serves tests alone. */
const published = readdirSync(`${root}packages`)
  .filter((name) => name !== 'testing')
  .map((name) => `packages/${name}`);

it('works from the packed tarballs, installed into an empty folder', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-pack-`);
  mkdirSync(`${folder}/tarballs`);
  await execa(
    'npm',
    ['pack', '--pack-destination', `${folder}/tarballs`, ...[...published, 'pipelines', 'recipes'].map((path) => `./${path}`)],
    { cwd: root },
  );
  const tarballs = readdirSync(`${folder}/tarballs`).map((name) => `./tarballs/${name}`);
  expect(tarballs).toHaveLength(published.length + 2);

  writeFileSync(`${folder}/package.json`, '{ "private": true, "type": "module" }\n');
  await execa('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], { cwd: folder });
  const env = { ...cleanEnvironment(), PATH: `${folder}/node_modules/.bin:${process.env['PATH']}` };
  const { stdout, stderr, code } = await shell(
    `set -e; command -v sdg-run; sdg-read "${root}e2e/taxonomy/compositional_skills" | sdg-run simple --quiet | sdg-mix --quiet | wc -l`,
    { cwd: folder, env },
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const [where, rows] = stdout.trim().split('\n');
  expect(where).toBe(`${folder}/node_modules/.bin/sdg-run`);
  expect(Number(rows)).toBeGreaterThan(0);

  const use = [
    "import { Run } from '@sdg/core';",
    "import { catalog } from '@sdg/blocks';",
    "console.log(typeof Run + ' ' + catalog.has('LLMBlock'));",
  ];
  writeFileSync(`${folder}/use.mjs`, use.join('\n'));
  expect((await execa('node', ['use.mjs'], { cwd: folder })).stdout).toBe('function true');
}, 240_000);
