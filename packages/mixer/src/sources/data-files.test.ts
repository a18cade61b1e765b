import { describe, expect, it } from 'vitest';
import { chooseFiles, licenseOf, configsOf } from './data-files.js';

const readme = (configs: string): string => `---\nlicense: mit\nconfigs:\n${configs}---\n# Title\n`;
const config = (name: string, splits: readonly string[], folder: string, more = ''): string =>
  `- config_name: ${name}\n${more}  data_files:\n${splits.map((split) => `  - split: ${split}\n    path: ${folder}${split}-*\n`).join('')}`;
const parquet = (folder: string, splits: readonly string[]): string[] => splits.map((split) => `${folder}${split}-00000-of-00001.parquet`);

const gsm8k = [...parquet('main/', ['train', 'test']), ...parquet('socratic/', ['train', 'test']), 'README.md'];
const gsm8kReadme = readme(config('main', ['train', 'test'], 'main/') + config('socratic', ['train', 'test'], 'socratic/'));
const smoltalk = ['all', 'smol-a', 'smol-b'].flatMap((name) => parquet(`data/${name}/`, ['train', 'test']));
const smoltalkReadme = readme(
  config('all', ['train', 'test'], 'data/all/', '  default: true\n') + config('smol-a', ['train'], 'data/smol-a/'),
);
const ultrachat = ['train_sft', 'train_gen', 'test_sft'].map((split) => `data/${split}-00000-of-00001-abcdef0123456789.parquet`);
const holdout = readme(
  '- config_name: default\n  data_files:\n  - split: train\n    path: data.jsonl\n  - split: test\n    path: holdout.jsonl\n',
);

const choose = (paths: readonly string[], text?: string, config?: string, rest?: string) =>
  chooseFiles(paths, text, { shown: 'hf://d', config, rest });

describe('chooseFiles', () => {
  it.each([
    [
      'two configs, one named',
      gsm8k,
      gsm8kReadme,
      'main',
      undefined,
      ['main/train-00000-of-00001.parquet'],
      'config main, split train',
      ['split test', 'config socratic'],
    ],
    [
      'a config and a split',
      gsm8k,
      gsm8kReadme,
      'socratic',
      'test',
      ['socratic/test-00000-of-00001.parquet'],
      'config socratic, split test',
      ['split train', 'config main'],
    ],
    [
      'a folder that is a config',
      gsm8k,
      gsm8kReadme,
      undefined,
      'main',
      ['main/train-00000-of-00001.parquet'],
      'main, split train',
      ['split test'],
    ],
    [
      'the default of several',
      smoltalk,
      smoltalkReadme,
      undefined,
      undefined,
      ['data/all/train-00000-of-00001.parquet'],
      'config all, split train',
      ['split test', 'config smol-a'],
    ],
    [
      'splits that begin with train',
      ultrachat,
      undefined,
      undefined,
      undefined,
      [ultrachat[0]],
      'split train_sft',
      ['split test_sft', 'split train_gen'],
    ],
    ['one of them', ultrachat, undefined, undefined, 'train_sft', [ultrachat[0]], 'split train_sft', ['split test_sft', 'split train_gen']],
    [
      'names that only the README explains',
      ['data.jsonl', 'holdout.jsonl'],
      holdout,
      undefined,
      undefined,
      ['data.jsonl'],
      'config default, split train',
      ['split test'],
    ],
    [
      'shards in order',
      [2, 0, 1].map((i) => `data/train-0000${i}-of-00003.parquet`),
      undefined,
      undefined,
      undefined,
      [0, 1, 2].map((i) => `data/train-0000${i}-of-00003.parquet`),
      'split train',
      [],
    ],
    [
      'folders of splits',
      ['train/a.jsonl', 'train/b.jsonl', 'test/a.jsonl'],
      undefined,
      undefined,
      undefined,
      ['train/a.jsonl', 'train/b.jsonl'],
      'split train',
      ['split test'],
    ],
    [
      'words in names',
      ['my_training_set.jsonl', 'my_testing_set.jsonl', 'heldout.jsonl'],
      undefined,
      undefined,
      undefined,
      ['my_training_set.jsonl'],
      'split train',
      ['split test', 'files without a split'],
    ],
    [
      'a folder named by another split',
      ['evaluation/train.jsonl'],
      undefined,
      undefined,
      undefined,
      ['evaluation/train.jsonl'],
      'split train',
      [],
    ],
    [
      'exports beside the training split',
      ['data/train-00000-of-00001.parquet', '2023_trees.jsonl.gz'],
      undefined,
      undefined,
      undefined,
      ['data/train-00000-of-00001.parquet'],
      'split train',
      ['files without a split'],
    ],
    [
      'a pattern',
      gsm8k,
      gsm8kReadme,
      undefined,
      '*/test-*',
      ['main/test-00000-of-00001.parquet', 'socratic/test-00000-of-00001.parquet'],
      '*/test-*',
      [],
    ],
    [
      'files of no split',
      ['a.csv', 'b.csv', 'state.json', 'README.md'],
      undefined,
      undefined,
      undefined,
      ['a.csv', 'b.csv'],
      'split train',
      [],
    ],
    [
      'data_files as one pattern',
      ['x/1.json', 'y/2.json'],
      readme('- config_name: default\n  data_files: "x/*.json"\n'),
      undefined,
      undefined,
      ['x/1.json'],
      'config default, split train',
      [],
    ],
    [
      'data_files by split',
      ['x/1.json', 'y/2.json'],
      readme('- config_name: default\n  data_files:\n    train: y/2.json\n    test: [x/1.json]\n'),
      undefined,
      undefined,
      ['y/2.json'],
      'config default, split train',
      ['split test'],
    ],
    [
      'data_dir',
      ['x/1.json', 'y/2.json'],
      readme('- config_name: default\n  data_dir: y\n'),
      undefined,
      undefined,
      ['y/2.json'],
      'config default, split train',
      [],
    ],
    [
      'a pattern that names a file twice',
      ['x/1.json'],
      readme('- config_name: default\n  data_files: ["x/*.json", "x/1.json"]\n'),
      undefined,
      undefined,
      ['x/1.json'],
      'config default, split train',
      [],
    ],
  ] as const)('%s', (_, paths, text, config, rest, files, what, left) => {
    expect(choose(paths, text, config, rest)).toEqual({ files, what, left });
  });

  it.each([
    [
      'no choice among configs',
      gsm8k,
      gsm8kReadme,
      undefined,
      undefined,
      'has 2 configs and no default one: main, socratic; name one: hf://d:main',
    ],
    ['a config that is not there', gsm8k, gsm8kReadme, 'mian', undefined, 'has no config "mian"; did you mean "main"?'],
    [
      'a split that is not there',
      smoltalk,
      smoltalkReadme,
      undefined,
      'trian',
      'has no split, folder or file "trian"; did you mean "train"?',
    ],
    [
      'no split for training',
      ['test.jsonl', 'validation.jsonl'],
      undefined,
      undefined,
      undefined,
      'has no split for training, but test, validation; name one: hf://d/test',
    ],
    [
      'a script',
      ['script.py', 'README.md'],
      undefined,
      undefined,
      undefined,
      'is made by a script (script.py), which is not run; read the Parquet files that the Hub makes of it: hf://d@refs%2Fconvert%2Fparquet',
    ],
    ['no data', ['README.md'], undefined, undefined, undefined, 'has no data files that can be read'],
    ['a pattern without files', ['a.csv'], undefined, undefined, '*.parquet', 'has no data files that match *.parquet'],
  ] as const)('refuses %s with what to do', (_, paths, text, config, rest, message) => {
    expect(() => choose(paths, text, config, rest)).toThrow(message);
  });

  it('takes a README that is no YAML for one without configs', () => {
    for (const text of ['# x', '---\n: [\n---\n', '---\nconfigs: 5\n---\n', undefined]) expect(configsOf(text)).toEqual([]);
  });
});

describe('licenseOf', () => {
  it.each([
    ['---\nlicense: mit\n---\n', 'mit'],
    ['---\nlicense: [mit, cc-by-4.0]\n---\n', 'mit, cc-by-4.0'],
    ['---\nlicense: other\nlicense_name: llama3\n---\n', 'llama3'],
    ['---\ntags: [a]\n---\n', undefined],
    ['# no front', undefined],
    [undefined, undefined],
  ])('of %j is %j', (text, license) => expect(licenseOf(text)).toBe(license));
});
