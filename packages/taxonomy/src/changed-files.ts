import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SdgError } from '@sdg/values';
import { GitError, gitText, runGit } from '@sdg/documents';

/** The base that counts everything as changed, git or not. */
export const EMPTY_BASE = 'empty';

export interface ChangedFilesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what could not be known for want of history. */
  readonly onNote?: (note: string) => void;
}

/** Runs git in the taxonomy's folder. */
class Repository {
  constructor(
    private readonly folder: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  run(...args: string[]): Promise<Buffer> {
    return runGit(args, { cwd: this.folder, signal: this.signal });
  }

  /** Undefined where git fails. */
  async ask(...args: string[]): Promise<string | undefined> {
    try {
      return await gitText(args, { cwd: this.folder, signal: this.signal });
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** Fails with `usage` where there are no files of a repository, or git will not look at them. */
  async check(folder: string): Promise<void> {
    const remedy = `compare with --taxonomy-base ${EMPTY_BASE} to take everything as changed`;
    let isThere: boolean;
    try {
      isThere = (await this.run('rev-parse', '--is-inside-work-tree')).toString('utf8').trim() === 'true';
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      isThere = false;
      // Such as files of another user, which are common in containers.
      if (!/not a git repository/.test(error.message)) {
        throw new SdgError('usage', `git does not look at ${folder}: ${error.message}`, {
          remedy: `see what "git status" says there, or ${remedy}`,
          cause: error,
        });
      }
    }
    if (!isThere) throw new SdgError('usage', `${folder} is not in a git repository`, { remedy });
  }

  commitOf(name: string): Promise<string | undefined> {
    return this.ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  }

  async isShallow(): Promise<boolean> {
    return (await this.ask('rev-parse', '--is-shallow-repository')) === 'true';
  }

  async paths(...args: string[]): Promise<string[]> {
    return (await this.run(...args)).toString('utf8').split('\0').filter(Boolean);
  }
}

const deepen = 'fetch more of the history: git fetch --unshallow, or fetch-depth: 0 for actions/checkout';

/**
 * What to do where a remote branch is not there though the remote is: a clone of a single branch fetches that one alone, so
 * the branch has to be added to what is fetched, and "git fetch" by itself would bring nothing.
 */
async function missingBranch(repository: Repository, base: string): Promise<string | undefined> {
  const [remote = '', ...parts] = base.includes('/') ? base.split('/') : ['origin', base];
  const branch = parts.join('/');
  const fetched = await repository.ask('config', '--get-all', `remote.${remote}.fetch`);
  if (!fetched || branch === '' || /refs\/heads\/\*/.test(fetched)) return undefined;
  return (
    `this clone has one branch only; fetch the other, too: git remote set-branches --add ${remote} ${branch} && git fetch ${remote} ` +
    `${branch}`
  );
}

/** The commit that a base names: a remote branch where it has a slash, a local branch, or any revision. */
async function baseCommit(repository: Repository, base: string): Promise<string> {
  const isBranch = base.includes('/');
  const names = isBranch ? [`refs/remotes/${base}`, `refs/heads/${base}`, base] : [`refs/heads/${base}`, base];
  for (const name of names) {
    const commit = await repository.commitOf(name);
    if (commit !== undefined) return commit;
  }
  const kind = isBranch ? 'base branch' : 'git ref';
  const meant = isBranch ? undefined : await repository.commitOf(`refs/remotes/origin/${base}`);
  const shallow = (await repository.isShallow()) ? `this clone is shallow; ${deepen}` : undefined;
  const general = 'name a branch, a remote branch such as origin/main, a commit, or empty';
  const remedy = meant
    ? `did you mean "origin/${base}"?`
    : [shallow, await missingBranch(repository, base)].filter(Boolean).join('; ') || general;
  throw new SdgError('usage', `Couldn't find the taxonomy ${kind} "${base}" from the current HEAD`, { remedy });
}

/** Where the current work left the base; the base itself where that cannot be known. */
async function forkPoint(repository: Repository, base: string, onNote: (note: string) => void): Promise<string> {
  const commit = await baseCommit(repository, base);
  const fork = await repository.ask('merge-base', commit, 'HEAD');
  if (fork !== undefined) return fork;
  const why = (await repository.isShallow())
    ? `the history in this clone ends before the point where the current work left ${base}`
    : `${base} and the current work have no history in common`;
  onNote(`${why}; comparing with ${base} itself, which may name files that changed there; ${deepen}`);
  return commit;
}

/**
 * Paths, relative to `folder` and with `/`, of files below it that differ from `base`: committed since, staged, unstaged
 * or untracked; new names of renamed ones, no deleted ones; sorted. Ignored files do not count. Compares with the merge
 * base, so what changed on the base alone is left out. Fails with `usage` outside a repository or without such a base.
 */
export async function changedFiles(
  folder: string,
  base: string,
  { signal, onNote = () => undefined }: ChangedFilesOptions = {},
): Promise<string[]> {
  const repository = new Repository(await realpath(folder), signal);
  await repository.check(folder);
  const fork = await forkPoint(repository, base, onNote);
  const [changed, untracked] = await Promise.all([
    repository.paths(
      ...'diff --name-only -z --relative --no-ext-diff --no-textconv --ignore-submodules -M --diff-filter=d'.split(' '),
      fork,
      '--',
      '.',
    ),
    repository.paths('ls-files', '-z', '--others', '--exclude-standard', '--', '.'),
  ]);
  const found = [];
  for (const path of [...new Set([...changed, ...untracked])].sort()) {
    // What is there and cannot be looked at is for the reader to report.
    const isThere = await stat(join(folder, path)).then(
      (stats) => stats.isFile(),
      ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
    );
    if (isThere) found.push(path);
  }
  return found;
}
