import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { anchorsOf, fencesOf, linksOf } from './fences.js';
import { shell } from './shell.js';
import { startServers, walkPage, type Servers } from './walk-page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Pages that are read in order; what is generated under reference/ has its own test. */
const pages = [
  'README.md',
  'AGENTS.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** What may stay unrun, over all pages. */
const MOST_SKIPPED = 10;

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.close());

describe('the pages', () => {
  const fences = pages.flatMap((page) => fencesOf(page, read(page)));

  // The README is walked by its own test.
  it.concurrent.each(pages.filter((page) => page !== 'README.md'))('%s does what it says', { timeout: 240_000 }, async (page) => {
    const { wrong } = await walkPage(
      fences.filter((fence) => fence.page === page),
      servers,
    );
    expect(wrong).toEqual([]);
  });

  it('leave few commands unrun, each for a reason', () => {
    const skipped = fences.filter(({ skip }) => skip !== undefined);
    expect(skipped.filter(({ language }) => language !== 'sh')).toEqual([]);
    expect(skipped.length).toBeLessThanOrEqual(MOST_SKIPPED);
    expect(fences.filter(({ language, skip }) => language === 'sh' && skip === undefined).length).toBeGreaterThan(50);
  });

  it('show code that is compiled and run, and data that can be read', () => {
    const examples = readdirSync(`${root}e2e/examples`).map((name) => read(`e2e/examples/${name}`).trim());
    for (const { page, line, language, file, output, text } of fences) {
      const at = `${page}:${line}`;
      if (language === 'ts') expect(examples, at).toContain(text.trim());
      else if (language === 'yaml') for (const { errors } of parseAllDocuments(text)) expect(errors, at).toEqual([]);
      else if (language === 'json') expect(() => JSON.parse(text) as unknown, at).not.toThrow();
      else if (language === 'text') expect(output, `${at}: text is output, or has no place here`).toBe(true);
      else if (language !== 'sh') expect(file, `${at}: nothing looks at this`).toBeDefined();
    }
  });
});

describe('the reference', () => {
  it('names every column and every file of a run', { timeout: 240_000 }, async () => {
    const cwd = mkdtempSync(`${tmpdir()}/sdg-reference-`);
    const { code, stderr } = await shell(
      `sdg-read -q ${root}e2e/taxonomy | awk '/freeform_skill/ && !f++ || /grounded_skill/ && !g++ || /"knowledge"/ && !k++' > seeds.jsonl
       sdg-read -q ${root}e2e/documents/harbour-crane.md > documents.jsonl
       sdg-run full -q --scale-factor 1 --run-dir run < seeds.jsonl > full.jsonl
       sdg-run simple -q --scale-factor 1 < seeds.jsonl > simple.jsonl
       sdg-run qa -q --num-outputs 2 < documents.jsonl > qa.jsonl
       sdg-read -q ${root}e2e/tasks/debate | tee tasks.jsonl | sdg-run skills_sdg -q --num-outputs 1 > task.jsonl
       cat full.jsonl simple.jsonl | sdg-mix -q > train.jsonl
       sdg report -q run`,
      { cwd },
    );
    expect([stderr.includes('rror'), code], stderr).toEqual([false, 0]);
    const page = read('docs/reference/columns.md');
    const columns = readdirSync(cwd)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(`${cwd}/${name}`, 'utf8').trim().split('\n'))
      .flatMap((line) => Object.entries(JSON.parse(line) as object))
      .flatMap(([name, value]) => [name, ...(name === '_sdg' ? Object.keys(value as object) : [])]);
    expect([...new Set(columns)].filter((name) => !page.includes(`\`${name}\``) && !/^icl_(query|response)_2$/.test(name))).toEqual([]);
    const folder = read('docs/reference/run-folder.md');
    expect(readdirSync(`${cwd}/run`).filter((name) => !folder.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('links', () => {
  const listed = (folder: string): string[] =>
    readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap(({ name }) => {
      const path = `${folder}/${name}/README.md`;
      return existsSync(`${root}${path}`) ? [path] : [];
    });
  const reference = readdirSync(`${root}docs/reference`).map((name) => `docs/reference/${name}`);
  const top = readdirSync(root).filter((name) => name.endsWith('.md') && !pages.includes(name));
  const all = [
    ...pages,
    ...reference,
    ...top,
    ...['packages', 'pipelines', 'tools'].flatMap(listed),
    'recipes/README.md',
    'deploy/README.md',
    'skills/sdg/SKILL.md',
  ];

  it.each(all)('of %s lead somewhere', (page) => {
    const lost = linksOf(read(page)).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path, anchor] = target.split('#');
      const file = path === '' ? `${root}${page}` : join(root, dirname(page), path!);
      if (!existsSync(file)) return true;
      return anchor !== undefined && (statSync(file).isDirectory() || !anchorsOf(readFileSync(file, 'utf8')).has(anchor));
    });
    expect(lost).toEqual([]);
  });

  it.each(all)('and tables of %s have as many cells in every row as in their head', (page) => {
    const prose = read(page).replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');
    const uneven = [...prose.matchAll(/(?:^\|.*\n?)+/gm)].flatMap(([table]) => {
      const cells = (row: string): number => row.split(/(?<!\\)\|/).length;
      const [head = '', ...rows] = table.trim().split('\n');
      return rows.filter((row) => cells(row) !== cells(head));
    });
    expect(uneven).toEqual([]);
  });

  it('lead to every page of the reference', () => {
    const index = linksOf(read('docs/reference/README.md')).map((target) => target.split('#')[0]);
    expect(
      reference.map((page) => relative('docs/reference', page)).filter((name) => name !== 'README.md' && !index.includes(name)),
    ).toEqual([]);
  });
});
