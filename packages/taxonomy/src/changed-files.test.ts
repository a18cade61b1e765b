import { execFile } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { changedFiles } from './changed-files.js';
import { judgeTaxonomy } from './read-taxonomy.js';
import { folderWith, skillYaml } from './test-support/taxonomy-folder.js';

const run = promisify(execFile);
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const git = async (folder: string, ...args: string[]): Promise<string> => (await run('git', args, { cwd: folder, env })).stdout.trim();

const leaf = (name: string): string => `compositional_skills/${name}/qna.yaml`;

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function commitAll(folder: string, message: string): Promise<void> {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', `--message=${message}`);
}

/** A repository on a branch `work` that left `main`, which went on. */
async function taxonomy(): Promise<string> {
  const folder = await folderWith({ [leaf('a')]: skillYaml('a'), [leaf('b')]: skillYaml('b'), [leaf('c')]: skillYaml('c') });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await commitAll(folder, 'first');
  await git(folder, 'checkout', '--quiet', '-b', 'work');
  await git(folder, 'checkout', '--quiet', 'main');
  await put(folder, { [leaf('only_on_main')]: skillYaml('m') });
  await commitAll(folder, 'main goes on');
  await git(folder, 'checkout', '--quiet', 'work');
  return folder;
}

const changed = async (folder: string, base: string, notes: string[] = []): Promise<string[]> =>
  changedFiles(folder, base, { onNote: (note) => notes.push(note) });

describe('changedFiles', () => {
  it('finds committed, staged, unstaged and untracked files, and nothing that changed on the base alone', async () => {
    const folder = await taxonomy();
    await put(folder, { [leaf('committed')]: skillYaml('x') });
    await commitAll(folder, 'work');
    await put(folder, { [leaf('staged')]: skillYaml('y') });
    await git(folder, 'add', '--all');
    await put(folder, { [leaf('a')]: skillYaml('changed'), [leaf('untracked')]: skillYaml('z') });
    expect(await changed(folder, 'main')).toEqual([leaf('a'), leaf('committed'), leaf('staged'), leaf('untracked')].sort());
  });

  it('drops deleted files and follows renamed ones', async () => {
    const folder = await taxonomy();
    await rm(join(folder, leaf('a')));
    await mkdir(join(folder, 'compositional_skills/new'));
    await rename(join(folder, leaf('b')), join(folder, leaf('new')));
    expect(await changed(folder, 'main')).toEqual([leaf('new')]);
    await commitAll(folder, 'renamed');
    expect(await changed(folder, 'main')).toEqual([leaf('new')]);
    await rm(join(folder, leaf('new')));
    expect(await changed(folder, 'main')).toEqual([]);
  });

  it('leaves ignored files out, and keeps names that need quoting', async () => {
    const folder = await taxonomy();
    await put(folder, { '.gitignore': 'ignored/\n', [leaf('ignored')]: skillYaml(), [leaf('ünï "quoted"\t x')]: skillYaml() });
    expect(await changed(folder, 'main')).toEqual(['.gitignore', leaf('ünï "quoted"\t x')]);
  });

  it('knows branches, remote branches and revisions', async () => {
    const origin = await taxonomy();
    const folder = join(await folderWith({}), 'clone');
    await git(origin, 'clone', '--quiet', origin, folder);
    await put(folder, { [leaf('new')]: skillYaml() });
    await commitAll(folder, 'new');
    expect(await changed(folder, 'origin/main')).toEqual([leaf('new')]);
    expect(await changed(folder, 'work')).toEqual([]);
    expect(await changed(folder, 'HEAD~1')).toEqual([leaf('new')]);
    expect(await changed(folder, (await git(folder, 'rev-parse', 'HEAD')).slice(0, 10))).toEqual([]);
  });

  it('takes paths from the folder it was given, a part of the repository', async () => {
    const folder = await taxonomy();
    await put(folder, { [`sub/${leaf('new')}`]: skillYaml(), [leaf('elsewhere')]: skillYaml() });
    expect(await changed(join(folder, 'sub'), 'main')).toEqual([leaf('new')]);
  });

  it('says which base it does not find, and what to do', async () => {
    const folder = await taxonomy();
    await expect(changed(folder, 'nowhere')).rejects.toThrow(
      'Couldn\'t find the taxonomy git ref "nowhere" from the current HEAD; name a branch',
    );
    await expect(changed(folder, 'origin/main')).rejects.toThrow(
      'Couldn\'t find the taxonomy base branch "origin/main" from the current HEAD',
    );
    await expect(changed(folder, '--output=/tmp/x')).rejects.toMatchObject({ code: 'usage' });
    await expect(changed(await folderWith({ 'x/qna.yaml': '' }), 'main')).rejects.toThrow('is not in a git repository');
  });

  it('finds the repository by its folder when it is run from a hook', async () => {
    const folder = await taxonomy();
    await put(folder, { [`sub/${leaf('new')}`]: skillYaml() });
    vi.stubEnv('GIT_DIR', '.git');
    vi.stubEnv('GIT_INDEX_FILE', '.git/index');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await changed(join(folder, 'sub'), 'main')).toEqual([leaf('new')]);
  });

  it('says why git does not look at a folder', async () => {
    const folder = await taxonomy();
    await put(folder, { '.git/config': '[core\n' });
    await expect(changed(folder, 'main')).rejects.toThrow(/^git does not look at .*: bad config line 1/);
  });

  it('works in shallow clones where it can, and says what is missing where not', async () => {
    const origin = await taxonomy();
    await put(origin, { [leaf('a')]: skillYaml('work') });
    await commitAll(origin, 'work');
    const folder = join(await folderWith({}), 'clone');
    await git(origin, 'clone', '--quiet', '--depth=1', '--branch=work', `file://${origin}`, folder);
    await expect(changed(folder, 'origin/main')).rejects.toThrow('this clone is shallow; fetch more of the history');
    await git(folder, 'fetch', '--quiet', '--depth=1', 'origin', 'main:refs/remotes/origin/main');
    const notes: string[] = [];
    expect(await changed(folder, 'origin/main', notes)).toEqual([leaf('a')]);
    expect(notes.join()).toContain('the history in this clone ends before');
    await git(folder, 'fetch', '--quiet', '--unshallow', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    notes.length = 0;
    expect(await changed(folder, 'origin/main', notes)).toEqual([leaf('a')]);
    expect(notes).toEqual([]);
  });
});

describe('judgeTaxonomy with a base', () => {
  it('judges only leaves that changed; all for empty, git or not', async () => {
    const folder = await taxonomy();
    await put(folder, {
      [leaf('new')]: 'version: 3\n',
      'README.md': 'x',
      'foundational_skills/x/qna.yaml': skillYaml(),
      'knowledge/x/qna.yml': 'x',
    });
    const judged = async (base?: string): Promise<string[]> => {
      const found = [];
      for await (const { file, judgement } of judgeTaxonomy([folder], { base })) {
        found.push(`${file.slice(folder.length + 1)} ${judgement.verdict}`);
      }
      return found;
    };
    expect(await judged('main')).toEqual([`${leaf('new')} reject`]);
    expect(await judged('empty')).toEqual([`${leaf('a')} accept`, `${leaf('b')} accept`, `${leaf('c')} accept`, `${leaf('new')} reject`]);
    expect(await judged()).toEqual(await judged('empty'));
  });
});

it('says how a clone of one branch gets the other', async () => {
  const folder = await taxonomy();
  const clone = join(await folderWith({}), 'clone');
  await run('git', ['clone', '--quiet', '--single-branch', '--branch', 'work', `file://${folder}`, clone], { env });
  const failure = await changedFiles(clone, 'origin/main').catch((error: Error & { remedy?: string }) => error.remedy);
  const [, advice = ''] = /: (git .+)$/.exec(String(failure)) ?? [];
  expect(advice).toBe('git remote set-branches --add origin main && git fetch origin main');
  // What it says to do works.
  await run('sh', ['-c', advice], { cwd: clone, env });
  expect(await changedFiles(clone, 'origin/main')).toBeInstanceOf(Array);
});
