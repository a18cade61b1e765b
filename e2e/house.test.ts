import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** A file of so few lines that one other imports belongs into it. */
const CRUMB = 25;

const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.d.ts');
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/test-support/');

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const workspaces = ['packages', 'tools'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'src')),
);

/** The files that one imports, of its own package, and whether it does so only when it runs there. */
function importsOf(file: string, text: string): { readonly file: string; readonly isLazy: boolean }[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName, pos }) => ({
      file: join(dirname(file), fileName.replace(/\.js$/, '.ts')),
      isLazy: /import\(\s*$/.test(text.slice(0, pos)),
    }))
    .filter(({ file: imported }) => existsSync(imported));
}

/** Files all of whose exports a file hands on. */
const handsOn = (file: string, text: string): string[] =>
  [...text.matchAll(/^export \* from '(\.[^']+)'/gm)].map(([, name]) => join(dirname(file), name!.replace(/\.js$/, '.ts')));

type Graph = ReadonlyMap<string, readonly string[]>;

/** Groups of files that import each other, directly or not (Tarjan 1972: strongly connected components). */
function circlesIn(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || graph.get(file)?.includes(file)) circles.push(circle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

const texts = new Map(
  workspaces
    .filter((folder) => existsSync(folder))
    .flatMap(sourcesOf)
    .map((file) => [file, readFileSync(file, 'utf8')]),
);
const imports = new Map([...texts].map(([file, text]) => [file, importsOf(file, text)]));

describe('circlesIn', () => {
  it('finds a circle of two, of three, of one, and none in a diamond', () => {
    const graph = (edges: Record<string, string[]>): Graph => new Map(Object.entries(edges));
    expect(circlesIn(graph({ a: ['b'], b: ['a'] }))).toEqual([['a', 'b']]);
    expect(circlesIn(graph({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] }))).toEqual([['a', 'b', 'c']]);
    expect(circlesIn(graph({ a: ['a'] }))).toEqual([['a']]);
    expect(circlesIn(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });
});

describe('the house', () => {
  it('has sources to look at', () => {
    expect(texts.size).toBeGreaterThan(300);
    expect([...imports.values()].flat().length).toBeGreaterThan(texts.size);
  });

  it('has no files that import each other in a circle, types included', () => {
    // What is imported only when it runs, as the commands are by those that list them, is there by then.
    const atLoad = [...imports].map(([file, list]) => [file, list.filter(({ isLazy }) => !isLazy).map(({ file: to }) => to)] as const);
    const graph = new Map(atLoad);
    expect(circlesIn(graph).map((circle) => circle.map((file) => relative(root, file)))).toEqual([]);
  });

  it('has a core that can be read in an hour', () => {
    const core = [...texts].filter(([file]) => file.startsWith(join(root, 'packages/core/')) && !isTest(file));
    expect(core.flatMap(([, text]) => text.trimEnd().split('\n')).length).toBeLessThan(2200);
  });

  it('has no crumbs: a small file that one other alone imports belongs into that', () => {
    const importers = new Map<string, { readonly by: string; readonly isLazy: boolean }[]>();
    for (const [by, list] of imports) {
      if (isTest(by)) continue;
      for (const { file, isLazy } of list) importers.set(file, [...(importers.get(file) ?? []), { by, isLazy }]);
    }
    const crumbs = [...texts].filter(([file, text]) => {
      const [only, ...others] = importers.get(file) ?? [];
      if (isTest(file) || !only || others.length > 0 || only.isLazy) return false;
      // Entries of a catalogue (blocks, commands, lint rules), what a package exports, libraries that packages share, threads and
      // generated code have a file each.
      const isListed = /\/(?:index|rules)\.ts$/.test(only.by);
      return !isListed && !/-(?:code|worker)\.ts$|\/libraries\//.test(file) && text.trimEnd().split('\n').length <= CRUMB;
    });
    expect(crumbs.map(([file]) => relative(root, file))).toEqual([]);
  });

  it('exports no value that no other file names, but for what packages give to programs', () => {
    const isGiven = (file: string): boolean => [...texts].some(([by, text]) => handsOn(by, text).includes(file));
    /** How many files name a word. */
    const named = new Map<string, number>();
    const others = readdirSync(join(root, 'e2e'), { recursive: true, encoding: 'utf8' }).filter((name) => isSource(name));
    const all = [...texts.values(), ...others.map((name) => readFileSync(join(root, 'e2e', name), 'utf8'))];
    for (const text of all) for (const word of new Set(text.match(/[\w$]+/g))) named.set(word, (named.get(word) ?? 0) + 1);
    const alone = [...texts].flatMap(([file, text]) =>
      [...text.matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)]
        .filter(([, name]) => named.get(name!) === 1)
        .map(([, name]) => ({ file, name: name! })),
    );
    expect(alone.filter(({ file }) => !isGiven(file)).map(({ file, name }) => `${relative(root, file)}: ${name}`)).toEqual([]);
  });
});
