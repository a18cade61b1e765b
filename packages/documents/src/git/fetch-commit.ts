import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { groupDigits, SdgError } from '@sdg/values';
import { GitError, gitText, runGit, withoutSecrets } from './run-git.js';

export interface FetchOptions {
  /** Folder that keeps what was fetched, by repository and commit. */
  readonly cacheDir: string;
  /** Most bytes that one fetch may bring. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Most milliseconds that one fetch may take. Default 10 minutes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told when something is about to be fetched, which may take a while. */
  readonly onFetch?: (url: string) => void;
}

/** Where fetched repositories are kept: `sdg/repositories` under the XDG cache folder. */
export const repositoryCacheDir = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sdg', 'repositories');

/** Where the commit that was asked for is kept in the cached repository. */
export const COMMIT_REF = 'refs/sdg/commit';
const GIB = 1 << 30;

/** What git allows in the name of a branch or tag, but for a plus sign at the beginning, which means something in a refspec. */
const nameOfCommit = /^(?![-/+.])(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[./]$))[^\x00-\x20\x7f~^:?*[\\]+$/u;
const isHash = (commit: string): boolean => /^[0-9a-f]{4,64}$/i.test(commit);

/** Fails with `bad-input` for what is no name of a commit: nothing that git takes for an option, a range or a refspec. */
export function checkCommitName(commit: string): void {
  if (nameOfCommit.test(commit) && commit !== '@') return;
  throw new SdgError('bad-input', `${JSON.stringify(commit)} is not the name of a commit`, { remedy: 'write its hash, a tag or a branch' });
}

/** Whether the commit that is kept is the one of this hash, and not of a tag or branch whose name looks like one. */
async function isKeptByHash(repository: string, commit: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (!isHash(commit)) return false;
  const kept = await gitText(['rev-parse', '--verify', '--quiet', `${COMMIT_REF}^{commit}`], { cwd: repository, signal }).catch(() => '');
  return kept.startsWith(commit.toLowerCase());
}

/** The repository was fetched, and has no such commit. */
export class NoSuchCommit extends SdgError {}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) {
      sum += await stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      );
    }
  }
  return sum;
}

const megabytes = (bytes: number): string => `${groupDigits(Math.ceil(bytes / 1_000_000))} MB`;

/** Runs `work`, and aborts it when the folder it fills outgrows its limit, or its time is up. */
async function guarded<T>(folder: string, options: FetchOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { maxBytes = GIB, timeoutMs = 600_000, signal } = options;
  const controller = new AbortController();
  const tooLarge = new SdgError('bad-input', `the repository is larger than ${megabytes(maxBytes)}`, {
    remedy: 'name a smaller one, or allow more with --max-repo-size',
  });
  const tooSlow = new SdgError('bad-input', `the repository was not fetched within ${Math.ceil(timeoutMs / 1000)} seconds`, {
    remedy: 'try again, or fetch it yourself and name the folder',
  });
  const watch = setInterval(() => void sizeOf(folder).then((size) => size > maxBytes && controller.abort(tooLarge)), 200);
  const timer = setTimeout(() => controller.abort(tooSlow), timeoutMs);
  try {
    const result = await work(signal ? AbortSignal.any([signal, controller.signal]) : controller.signal);
    // A fast disk brings it all between two looks.
    if ((await sizeOf(folder)) > maxBytes) throw tooLarge;
    return result;
  } finally {
    clearInterval(watch);
    clearTimeout(timer);
  }
}

/** Fetches the one commit where the server gives single commits, else everything; then names it. */
async function fetchInto(folder: string, url: string, commit: string, protocols: readonly string[], signal: AbortSignal): Promise<void> {
  const git = (...args: string[]): Promise<Buffer> => runGit(args, { cwd: folder, protocols, signal });
  const quiet = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  try {
    await git(...quiet, '--depth=1', '--', url, `+${commit}:${COMMIT_REF}`);
    return;
  } catch (error) {
    if (!(error instanceof GitError) || signal.aborted) throw error;
  }
  await git(...quiet, '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
  const found = await gitText(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`], {
    cwd: folder,
    signal,
  }).catch(() => undefined);
  if (found === undefined) {
    throw new NoSuchCommit('bad-input', `the repository has no commit ${commit}`, {
      remedy: 'copy the commit from its history, in quotes',
    });
  }
  await git('update-ref', COMMIT_REF, found);
}

/**
 * Gives a bare repository that has the commit under {@link COMMIT_REF}: from the cache, or fetched now, as little of it
 * as the server allows. What is not a hash may have moved and is fetched anew; if that fails the cached one serves.
 * Several processes may do this at once. Fails with `bad-input`: no such repository or commit, too large, too slow.
 */
export async function fetchCommit(url: string, commit: string, protocols: readonly string[], options: FetchOptions): Promise<string> {
  checkCommitName(commit);
  const key = createHash('sha256').update(url).update('\0').update(commit).digest('hex').slice(0, 40);
  const cached = join(options.cacheDir, `${key}.git`);
  const isCached = await stat(cached).then(
    () => true,
    () => false,
  );
  if (isCached && (await isKeptByHash(cached, commit, options.signal))) return cached;

  await mkdir(options.cacheDir, { recursive: true });
  const fresh = await mkdtemp(join(options.cacheDir, 'fetching-'));
  try {
    options.onFetch?.(withoutSecrets(url));
    await runGit(['init', '--quiet', '--bare', '--', fresh], { signal: options.signal });
    await guarded(fresh, options, (signal) => fetchInto(fresh, url, commit, protocols, signal));
    if (isCached) await rm(cached, { recursive: true, force: true });
    // Another process may have been faster: what it made is the same.
    await rename(fresh, cached).catch(async () => stat(cached));
    return cached;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (isCached && error instanceof GitError) return cached;
    if (!(error instanceof GitError)) throw error;
    throw new SdgError('bad-input', `cannot fetch ${withoutSecrets(url)}: ${error.message}`, {
      remedy: 'check the address, the commit and your access to it',
      cause: error,
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
