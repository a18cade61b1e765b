import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDocuments, type DocumentQuery, type FindDocumentsOptions } from './find-documents.js';
import { git, repositoryWith, temporaryFolder, writeFiles } from '../test-support/git-repository.js';

/** Searches as for a qna.yaml at the top of `base`; repositories anywhere under /tmp are allowed. */
async function find(query: DocumentQuery, base: string, options: Partial<FindDocumentsOptions> = {}): Promise<Record<string, string>> {
  const cacheDir = options.cacheDir ?? (await temporaryFolder());
  const found = await findDocuments(query, { base, root: base, cacheDir, allow: [`${query.repo}`], ...options });
  return Object.fromEntries(await Promise.all(found.map(async ({ path, read }) => [path, (await read()).toString()] as const)));
}

const rejected = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'was not rejected',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

describe('findDocuments in a git repository', () => {
  it('finds files of a commit by hash, short hash, branch and tag', async () => {
    const { folder, commit } = await repositoryWith({ 'a.md': 'A', 'docs/b.md': 'B', 'docs/deep/c.md': 'C', 'd.exe': 'D' });
    await git(folder, 'tag', 'v1');
    await writeFile(join(folder, 'a.md'), 'changed');
    await git(folder, 'commit', '--quiet', '--all', '--message=second');
    const base = await temporaryFolder();
    for (const name of [commit, commit.slice(0, 8), 'v1']) {
      expect(await find({ repo: folder, commit: name, patterns: ['**/*.md'] }, base)).toEqual({
        'a.md': 'A',
        'docs/b.md': 'B',
        'docs/deep/c.md': 'C',
      });
    }
    expect(await find({ repo: folder, commit: 'main', patterns: ['a.md'] }, base)).toEqual({ 'a.md': 'changed' });
  });

  it('fetches a hash once, a branch anew, and serves what it has when the repository is gone', async () => {
    const { folder, commit } = await repositoryWith({ 'a.md': 'A' });
    const base = await temporaryFolder();
    const cacheDir = await temporaryFolder();
    const fetched: string[] = [];
    const options = { cacheDir, onFetch: (url: string): void => void fetched.push(url) };
    await find({ repo: folder, commit, patterns: ['*.md'] }, base, options);
    await find({ repo: folder, commit, patterns: ['*.md'] }, base, options);
    expect(fetched).toHaveLength(1);
    await find({ repo: folder, commit: 'main', patterns: ['*.md'] }, base, options);
    await writeFile(join(folder, 'a.md'), 'B');
    await git(folder, 'commit', '--quiet', '--all', '--message=second');
    expect(await find({ repo: folder, commit: 'main', patterns: ['*.md'] }, base, options)).toEqual({ 'a.md': 'B' });
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('fetching-'))).toEqual([]);
    await rm(join(folder, '.git', 'HEAD'));
    expect(await find({ repo: folder, commit: 'main', patterns: ['*.md'] }, base, options)).toEqual({ 'a.md': 'B' });
  });

  it('says what is missing: repository, commit, files', async () => {
    const { folder } = await repositoryWith({ 'a.md': 'A', 'b.exe': 'B' });
    const base = await temporaryFolder();
    expect(await rejected(find({ repo: './nowhere', commit: 'main', patterns: ['*'] }, base))).toContain('there is no folder ./nowhere');
    expect(await rejected(find({ repo: folder, commit: 'deadbeef00', patterns: ['*'] }, base))).toContain('has no commit deadbeef00');
    expect(await rejected(find({ repo: folder, commit: 'main', patterns: ['*.pdf'] }, base))).toContain('no file matches "*.pdf"');
    expect(await rejected(find({ repo: folder, commit: 'main', patterns: ['*.exe'] }, base))).toContain(
      'none of the files that match is a document',
    );
  });

  it('fetches from a shallow server one commit deep', async () => {
    const { folder, commit } = await repositoryWith({ 'a.md': 'A' });
    await writeFile(join(folder, 'big.md'), 'x'.repeat(1000));
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '--message=second');
    const cacheDir = await temporaryFolder();
    await find({ repo: folder, commit, patterns: ['*.md'] }, await temporaryFolder(), { cacheDir });
    const [cached = ''] = await readdir(cacheDir);
    expect(await git(join(cacheDir, cached), 'rev-list', '--count', 'refs/sdg/commit')).toBe('1');
  });
});

describe('findDocuments by name of a commit', () => {
  it.each(['v1.0+rc1', 'feature/#12', 'größe', 'a@b', '20241101', 'deadbeef', 'x{y}'])('takes the tag or branch %s', async (name) => {
    const { folder } = await repositoryWith({ 'a.md': 'A' });
    await git(folder, 'tag', name);
    const base = await temporaryFolder();
    const cacheDir = await temporaryFolder();
    const query = { repo: folder, commit: name, patterns: ['*.md'] };
    expect(await find(query, base, { cacheDir })).toEqual({ 'a.md': 'A' });
    // A name that looks like a hash is none: it may move.
    await writeFile(join(folder, 'a.md'), 'moved');
    await git(folder, 'commit', '--quiet', '--all', '--message=second');
    await git(folder, 'tag', '--force', name);
    expect(await find(query, base, { cacheDir })).toEqual({ 'a.md': 'moved' });
  });

  it('says at which field something is wrong', async () => {
    const { folder } = await repositoryWith({ 'a.md': 'A' });
    const base = await temporaryFolder();
    const fieldOf = async (query: DocumentQuery): Promise<string | undefined> => {
      let field: string | undefined;
      await findDocuments(
        query,
        { base, root: base, cacheDir: await temporaryFolder(), allow: [query.repo] },
        (next) => (field = next),
      ).catch(() => undefined);
      return field;
    };
    expect(await fieldOf({ repo: folder, commit: 'a..b', patterns: ['*'] })).toBe('commit');
    expect(await fieldOf({ repo: folder, commit: 'nowhere', patterns: ['*'] })).toBe('commit');
    expect(await fieldOf({ repo: './none', commit: 'main', patterns: ['*'] })).toBe('repo');
    expect(await fieldOf({ repo: folder, commit: 'main', patterns: ['*.pdf'] })).toBe('patterns');
  });

  it('reads a work tree in place, committed or not, where it is told to', async () => {
    const { folder } = await repositoryWith({ 'a.md': 'A' });
    await writeFile(join(folder, 'b.md'), 'B');
    expect(await find({ repo: folder, commit: 'in-place', patterns: ['*.md'] }, await temporaryFolder())).toEqual({
      'a.md': 'A',
      'b.md': 'B',
    });
  });

  it('follows links within the repository, to files and folders, and not in circles', async () => {
    const files = {
      'docs/a.md': 'A',
      'docs/deep/b.md': 'B',
      'link.md': { link: 'docs/a.md' },
      linked: { link: 'docs/deep' },
      again: { link: 'linked' },
      'docs/up': { link: '..' },
      'out.md': { link: '../../x.md' },
    };
    const expected = { 'docs/a.md': 'A', 'docs/deep/b.md': 'B', 'link.md': 'A', 'linked/b.md': 'B', 'again/b.md': 'B' };
    const { folder, commit } = await repositoryWith(files);
    expect(await find({ repo: folder, commit, patterns: ['**/*.md'] }, await temporaryFolder())).toEqual(expected);
    expect(await find({ repo: folder, commit: 'in-place', patterns: ['**/*.md'] }, await temporaryFolder())).toEqual(expected);
  });
});

describe('findDocuments in a folder', () => {
  it('reads a folder beside the qna.yaml without git or permission', async () => {
    const base = await temporaryFolder();
    await writeFiles(base, { 'docs/a.md': 'A', 'docs/.hidden.md': 'H', 'docs/sub/b.txt': 'B' });
    expect(await find({ repo: './docs', commit: 'x', patterns: ['**/*'] }, base, { allow: [] })).toEqual({ 'a.md': 'A', 'sub/b.txt': 'B' });
  });

  it('reads a folder elsewhere only if it is allowed', async () => {
    const base = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'a.md': 'A' });
    const query = { repo: outside, commit: 'x', patterns: ['*.md'] };
    expect(await rejected(find(query, base, { allow: [] }))).toContain(`--allow-repo`);
    expect(await find(query, base, { allow: [`${outside}`] })).toEqual({ 'a.md': 'A' });
    expect(await find(query, base, { allow: ['/tmp/**', '/var/**', '/private/**'] })).toEqual({ 'a.md': 'A' });
  });
});

describe('findDocuments refuses', () => {
  it.each(['../secret.md', 'docs/../../secret.md', '/etc/passwd', '~/x.md', 'C:\\x.md', '..\\x.md'])(
    'the pattern %s, which leads out',
    async (pattern) => {
      const base = await temporaryFolder();
      await writeFiles(base, { 'docs/a.md': 'A', 'secret.md': 'S' });
      expect(await rejected(find({ repo: './docs', commit: 'x', patterns: [pattern] }, base))).toContain('leads out of the repository');
    },
  );

  it('to follow links out of a folder', async () => {
    const base = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'secret.md': 'S', 'sub/secret.md': 'S' });
    await writeFiles(base, {
      'docs/a.md': 'A',
      'docs/file.md': { link: join(outside, 'secret.md') },
      'docs/folder': { link: outside },
      'docs/inside.md': { link: 'a.md' },
      'docs/broken.md': { link: 'nowhere.md' },
    });
    expect(await find({ repo: './docs', commit: 'x', patterns: ['**/*.md'] }, base)).toEqual({ 'a.md': 'A', 'inside.md': 'A' });
  });

  it('a folder that is itself a link out of the taxonomy', async () => {
    const base = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'secret.md': 'S' });
    await writeFiles(base, { docs: { link: outside } });
    expect(await rejected(find({ repo: './docs', commit: 'x', patterns: ['*.md'] }, base, { allow: [] }))).toContain(
      'outside the taxonomy',
    );
  });

  it('to follow links that a repository holds', async () => {
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'secret.md': 'S' });
    const { folder, commit } = await repositoryWith({
      'a.md': 'A',
      'link.md': { link: join(outside, 'secret.md') },
      folder: { link: outside },
    });
    expect(await find({ repo: folder, commit, patterns: ['**/*.md'] }, await temporaryFolder())).toEqual({ 'a.md': 'A' });
  });

  it.each([
    '--upload-pack=touch /tmp/owned',
    '-oProxyCommand=touch',
    'ext::sh -c touch',
    'fd::17',
    'git@-oProxyCommand=x:y',
    'foo://x/y',
    'https\n://x',
  ])('the repository %j', async (repo) => {
    expect(await rejected(find({ repo, commit: 'main', patterns: ['*.md'] }, await temporaryFolder()))).toMatch(/^bad-input: /);
  });

  it.each(['file:///tmp', 'http://example.com/x.git'])('the repository %s, unless it is allowed', async (repo) => {
    expect(await rejected(find({ repo, commit: 'main', patterns: ['*.md'] }, await temporaryFolder(), { allow: [] }))).toContain(
      '--allow-repo',
    );
  });

  it('reads a file: address that is allowed', async () => {
    const { folder, commit } = await repositoryWith({ 'a.md': 'A' });
    expect(await find({ repo: `file://${folder}`, commit, patterns: ['*.md'] }, await temporaryFolder())).toEqual({ 'a.md': 'A' });
  });

  it.each(['--upload-pack=touch owned', '-q', 'main:refs/heads/x', '+main', 'a..b', 'HEAD^{/x}', 'main ', '', '@{-1}'])(
    'the commit %j',
    async (commit) => {
      const { folder } = await repositoryWith({ 'a.md': 'A' });
      expect(await rejected(find({ repo: folder, commit, patterns: ['*.md'] }, await temporaryFolder()))).toContain(
        'is not the name of a commit',
      );
      expect(existsSync(join(folder, 'owned'))).toBe(false);
    },
  );

  it('a repository that is too large, and leaves nothing behind', async () => {
    // Text that does not shrink when it is packed.
    const noise = Array.from({ length: 200_000 }, (_, i) => ((i * 2654435761) >>> 0).toString(36)).join('');
    const { folder, commit } = await repositoryWith({ 'a.md': noise });
    const cacheDir = await temporaryFolder();
    expect(
      await rejected(find({ repo: folder, commit, patterns: ['*.md'] }, await temporaryFolder(), { cacheDir, maxBytes: 50_000 })),
    ).toContain('larger than 1 MB');
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
