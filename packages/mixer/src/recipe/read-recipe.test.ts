import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFinding } from '@sdg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolders, findDefaultRecipe } from './data-folders.js';
import { readRecipe, type ReadRecipe } from './read-recipe.js';
import { sampleSize } from './recipe.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'recipe-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, env = {}): Promise<ReadRecipe> {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, text);
  return readRecipe(path, env);
}
const problems = async (text: string): Promise<string[]> =>
  (await read(text)).findings.map((finding) => formatFinding(finding).replace(`${folder}/`, ''));

describe('readRecipe', () => {
  it('tells a ratio from a count by what is written', async () => {
    const { recipe } = await read(
      'datasets:\n' +
        ['1.0', '0.3', '2.0', '300', '1', '1.0e+1', '3_000', '0x10', '2.', '.5', '+7']
          .map((s) => `  - {path: a.jsonl, sampling_size: ${s}, name: "s${s}"}\n`)
          .join(''),
    );
    expect(recipe!.datasets.map(({ size }) => `${size.kind} ${size.value}`)).toEqual([
      'ratio 1',
      'ratio 0.3',
      'ratio 2',
      'count 300',
      'ratio 1',
      'ratio 10',
      'count 3000',
      'count 16',
      'ratio 2',
      'ratio 0.5',
      'count 7',
    ]);
    expect(sampleSize('5')).toEqual({ kind: 'count', value: 5 });
  });

  it('says what is given twice, of which the last counts', async () => {
    expect(await problems('datasets: [{path: a, sampling_size: 3, sampling_size: 5}]\nshuffle: true\ndatasets: [{path: b}]\n')).toEqual([
      'recipe.yaml:1:40: warning: "sampling_size" is given twice; the last one counts',
      'recipe.yaml:3:1: warning: "datasets" is given twice; the last one counts',
    ]);
  });

  it('keeps the digits of filters, and dates as they are written', async () => {
    const one = await read('datasets: [{path: a, filter: {column: id, equals: 9007199254740993, min: 9007199254740993, max: 2}}]');
    expect(one.recipe!.datasets[0]!.filter).toEqual([{ column: 'id', equals: 9007199254740993n, min: 9007199254740993n, max: 2 }]);
    const { recipe } = await read('datasets: [{path: a, filter: [{column: day, in: [2024-01-02, x]}, {column: day, not: 2024-01-03}]}]');
    expect(recipe!.datasets[0]!.filter).toEqual([
      { column: 'day', in: ['2024-01-02', 'x'] },
      { column: 'day', not: '2024-01-03' },
    ]);
    expect(await problems('datasets: [{path: a, filter: {column: id, min: a}}]')).toEqual([expect.stringContaining('min')]);
  });

  it('reads upstream recipes as they are', async () => {
    const { recipe, findings } = await read('datasets:\n- path: a.jsonl\n  sampling_size: 1.0\nmetadata:\n  sys_prompt: Be good.\n');
    expect(findings).toEqual([]);
    expect(recipe).toMatchObject({ systemPrompt: 'Be good.', datasets: [{ name: 'a.jsonl', path: join(folder, 'a.jsonl') }] });
    expect((await read('sys_prompt: null\n')).recipe!.systemPrompt).toBeNull();
    expect((await read('')).recipe!.datasets).toEqual([]);
  });

  it('looks for datasets beside the recipe, then among the data folders', async () => {
    const home = join(folder, 'share');
    await mkdir(join(home, 'instructlab/datasets'), { recursive: true });
    await writeFile(join(home, 'instructlab/datasets/community.jsonl'), '');
    await writeFile(join(folder, 'near.jsonl'), '');
    const { recipe } = await read('datasets: [{path: community.jsonl}, {path: near.jsonl}, {path: nowhere.jsonl}]', {
      XDG_DATA_HOME: home,
    });
    expect(recipe!.datasets.map(({ path }) => path)).toEqual([
      join(home, 'instructlab/datasets/community.jsonl'),
      join(folder, 'near.jsonl'),
      join(folder, 'nowhere.jsonl'),
    ]);
  });

  it('finds default recipes through XDG', async () => {
    const home = join(folder, 'defaults');
    await mkdir(join(home, 'instructlab/sdg/default_data_recipes'), { recursive: true });
    await writeFile(join(home, 'instructlab/sdg/default_data_recipes/skills.yaml'), '');
    expect(findDefaultRecipe('skills', { XDG_DATA_HOME: '/nowhere', XDG_DATA_DIRS: `/no:${home}` })).toContain('skills.yaml');
    expect(findDefaultRecipe('knowledge', { XDG_DATA_HOME: home, XDG_DATA_DIRS: '/no' })).toBeUndefined();
    expect(dataFolders({ HOME: '/home/a' })).toEqual(['/home/a/.local/share', '/usr/local/share', '/usr/share']);
  });

  it.each([
    ['datasets: [{path: a, sampling_size: -0.5}]', 'recipe.yaml:1:37 [datasets[0].sampling_size] must be >= 0, found -0.5'],
    ['datasets: [{pth: a}]', 'recipe.yaml:1:13 [datasets[0]] field "pth" is not known; did you mean "path"?'],
    [
      'total_samples: 10\ndatasets: [{path: a, weight: 0.5}, {path: b, weight: 0.4}]',
      'recipe.yaml:2:11: the weights sum to 0.9, 0.1 too little; change them so that they sum to 1',
    ],
    ['datasets: [{path: a, weight: 1.0}]', 'recipe.yaml:1:11: weights need a total; add total_samples: N'],
    [
      'total_samples: 9\ndatasets: [{path: a}, {path: b}]',
      'recipe.yaml:1:16: the total is shared out by weight, and no dataset has one; give each a weight:',
    ],
    ['include: recipe.yaml', 'recipe.yaml:1:10: recipe recipe.yaml includes itself: recipe.yaml > recipe.yaml; remove one of the includes'],
    ['include: no.yaml', 'recipe.yaml:1:10: recipe no.yaml cannot be read; check the path; it is relative to this recipe'],
    [
      'datasets: [{path: a, upsample: {floor: 0.03, of: b}}]',
      'recipe.yaml:1:19: upsample: there is no other dataset "b"; did you mean "a"?',
    ],
    ['datasets: [', 'recipe.yaml:1:12'],
  ])('says what is wrong with %s', async (text, expected) => {
    expect((await problems(text)).some((problem) => problem.startsWith(expected))).toBe(true);
  });

  it.each([
    ['dedupe: semantic', { dedupe: { mode: 'semantic' } }],
    ['dedupe: {mode: semantic, scope: dataset, score_column: s}', { dedupe: { mode: 'semantic', scope: 'dataset', scoreColumn: 's' } }],
    ['dedupe: false', {}],
    ['select: 5', { select: { count: 5 } }],
    ['select: {count: 5, balance: leaf, weight_column: w}', { select: { count: 5, balance: 'leaf', weightColumn: 'w' } }],
  ])('reads %s', async (text, expected) => {
    const { datasets: _, ...rest } = (await read(text)).recipe!;
    expect(rest).toEqual(expected);
  });

  it('takes the datasets of what it includes first', async () => {
    await writeFile(join(folder, 'base.yaml'), 'datasets: [{path: base.jsonl, sampling_size: 5}]');
    const { recipe } = await read('include: [base.yaml]\ndatasets: [{path: own.jsonl}]\nshuffle: true');
    expect(recipe!.datasets.map(({ name }) => name)).toEqual(['base.jsonl', 'own.jsonl']);
    expect(recipe!.shuffle).toBe(true);
  });
});
