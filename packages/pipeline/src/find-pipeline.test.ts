import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findPipeline, pipelineDataDirs, pipelineNames } from './find-pipeline.js';
import { listPipelines } from './list-pipelines.js';
import { loadPipeline } from './load-pipeline.js';

let root: string;
const pipelines = (...parts: string[]): string => join(root, ...parts, 'instructlab/sdg/pipelines');
const chain = 'version: "1.0"\nblocks:\n  - { name: a, type: DropColumnsBlock, config: { columns: [x] } }\n';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdg-find-'));
  for (const folder of [
    join(root, 'shipped/full'),
    join(root, 'shipped/simple'),
    join(pipelines('home'), 'mine'),
    join(pipelines('site'), 'mine'),
    join(pipelines('site'), 'full'),
    join(root, 'work/here'),
    join(root, 'work/many'),
  ]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'knowledge.yaml'), chain);
  }
  await rm(join(root, 'work/many/knowledge.yaml'));
  await writeFile(join(root, 'work/many/a.yaml'), chain);
  await writeFile(join(root, 'work/many/prompt.yaml'), 'generation: x\n');
});
afterAll(() => rm(root, { recursive: true }));

const options = () => ({
  shipped: join(root, 'shipped'),
  env: { XDG_DATA_HOME: join(root, 'home'), XDG_DATA_DIRS: `relative:${join(root, 'site')}` },
  home: root,
  cwd: join(root, 'work'),
});

describe('findPipeline', () => {
  it('looks in the data folders first, then among the shipped ones, then for a path', () => {
    expect(findPipeline('mine', options())).toEqual({ name: 'mine', path: join(pipelines('home'), 'mine') });
    expect(findPipeline('full', options())).toEqual({ name: 'full', path: join(pipelines('site'), 'full') });
    expect(findPipeline('simple', options())).toEqual({ name: 'simple', path: join(root, 'shipped/simple') });
    expect(findPipeline('here', options())).toEqual({ name: 'here', path: join(root, 'work/here') });
    expect(findPipeline('./here/knowledge.yaml', options())).toEqual({ name: 'knowledge', path: join(root, 'work/here/knowledge.yaml') });
  });

  it('passes over relative data folders, and has the defaults of the XDG specification', () => {
    expect(pipelineDataDirs(options())).toEqual([pipelines('home'), pipelines('site')]);
    expect(pipelineDataDirs({ env: {}, home: '/h' })).toEqual(
      ['/h/.local/share', '/usr/local/share', '/usr/share'].map((dir) => join(dir, 'instructlab/sdg/pipelines')),
    );
    expect(pipelineNames(options())).toEqual(['full', 'mine', 'simple']);
  });

  it('names pipelines that are linked to, and no links to nothing', async () => {
    onTestFinished(async () => {
      for (const name of ['linked', 'lost']) await rm(join(pipelines('site'), name), { force: true });
    });
    await symlink(join(root, 'work/here'), join(pipelines('site'), 'linked'));
    await symlink(join(root, 'gone'), join(pipelines('site'), 'lost'));
    expect(pipelineNames(options())).toEqual(['full', 'linked', 'mine', 'simple']);
  });

  it('names no folders that hold no pipelines of anybody', async () => {
    const names = ['.git', 'node_modules', 'last.'];
    onTestFinished(async () => {
      for (const name of names) await rm(join(pipelines('site'), name), { recursive: true });
    });
    for (const name of names) await mkdir(join(pipelines('site'), name));
    expect(pipelineNames(options())).toEqual(['full', 'last.', 'mine', 'simple']);
  });

  it('tells paths from names', async () => {
    const folders = ['a.yamls', 'b.yml.d', '.mine', 'c.yaml'].map((name) => join(pipelines('site'), name));
    onTestFinished(async () => {
      for (const folder of [...folders, join(root, 'work/c.yml')]) await rm(folder, { recursive: true });
    });
    for (const folder of folders) await mkdir(folder);
    await writeFile(join(root, 'work/c.yml'), chain);
    for (const folder of folders.slice(0, 3)) expect(findPipeline(basename(folder), options()).path).toBe(folder);
    expect(() => findPipeline('c.yaml', options())).toThrow('there is no pipeline at c.yaml');
    expect(findPipeline('c.yml', options())).toEqual({ name: 'c', path: join(root, 'work/c.yml') });
    expect(findPipeline('.', options())).toEqual({ name: 'work', path: join(root, 'work') });
    expect(findPipeline('..', options())).toEqual({ name: basename(root), path: root });
    expect(findPipeline(join(folders[0]!), options()).name).toBe('a.yamls');
    expect(findPipeline(`${root}/work/here/`, options())).toEqual({ name: 'here', path: join(root, 'work/here') });
  });

  it('says what there is where it finds nothing', () => {
    expect(() => findPipeline('simpel', options())).toThrow(
      'there is no pipeline "simpel"; did you mean "simple"? known are full, mine, simple, or give the path of a folder or file',
    );
    expect(() => findPipeline('./nowhere', options())).toThrow(
      'there is no pipeline at ./nowhere; give the path of a pipeline folder or YAML file',
    );
  });
});

describe('loadPipeline', () => {
  it('loads a pipeline that was found in a data folder', async () => {
    const { path, name } = findPipeline('mine', options());
    const { pipeline } = await loadPipeline(path, { catalog, name });
    expect(pipeline).toMatchObject({ name: 'mine', chains: [{ name: 'knowledge', kind: 'knowledge' }] });
  });

  it('takes the only pipeline of a folder without the usual names, for all samples', async () => {
    const { pipeline } = await loadPipeline(join(root, 'work/many'), { catalog });
    expect(pipeline!.chains).toMatchObject([{ name: 'a', kind: undefined }]);
    onTestFinished(() => rm(join(root, 'work/many/b.yaml'), { force: true }));
    await writeFile(join(root, 'work/many/b.yaml'), chain);
    await expect(loadPipeline(join(root, 'work/many'), { catalog })).rejects.toThrow(
      /holds several pipelines: a\.yaml, b\.yaml; name the file to run/,
    );
    await expect(loadPipeline(pipelines('home'), { catalog })).rejects.toThrow(/holds no pipeline; a pipeline folder has knowledge\.yaml/);
    await expect(loadPipeline(join(root, 'none'), { catalog })).rejects.toThrow(/there is no pipeline at/);
  });
});

it('lists what can be run by name with what it says of itself, not folders without pipelines', async () => {
  await writeFile(join(pipelines('home'), 'mine', 'knowledge.yaml'), `# vim: ts=2\n# Two lines\n#   of it.\n${chain}# not this\n`);
  await mkdir(join(pipelines('home'), 'empty'), { recursive: true });
  onTestFinished(async () => {
    await writeFile(join(pipelines('home'), 'mine', 'knowledge.yaml'), chain);
    for (const name of ['empty', 'several']) await rm(join(pipelines('home'), name), { recursive: true });
  });
  await mkdir(join(pipelines('home'), 'several'));
  await writeFile(join(pipelines('home'), 'several', 'b.yml'), '\uFEFF## In C#\r\n#and   F#\r\nblocks: []\r\n');
  await writeFile(join(pipelines('home'), 'several', 'a.ymls.yaml'), 'blocks: []\n# Not this\n');
  await writeFile(join(pipelines('home'), 'several', 'c.yaml.old'), '# Nor this\n');
  const listed = listPipelines({
    shipped: join(root, 'shipped'),
    env: { XDG_DATA_HOME: join(root, 'home'), XDG_DATA_DIRS: join(root, 'site') },
  });
  expect(listed.map(({ name, summary, shipped, chains }) => [name, summary, shipped, chains])).toEqual([
    ['full', '', false, ['knowledge']],
    ['mine', 'Two lines of it.', false, ['knowledge']],
    ['several', 'In C# and   F#', false, ['a.ymls', 'b']],
    ['simple', '', true, ['knowledge']],
  ]);
});
