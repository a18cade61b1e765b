import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { SdgError } from '@sdg/values';
import picomatch from 'picomatch';
import { withoutSecrets } from './run-git.js';

/** Where a repository is, once it is known that it may be read. */
type RepositoryAddress =
  /** A folder that is read as it is. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Something to fetch from, and the transports that this needs. */
  | { readonly kind: 'git'; readonly url: string; readonly protocols: readonly string[] };

export interface AddressOptions {
  /** Folder that relative paths start from: that of the qna.yaml. */
  readonly base: string;
  /** Folder within which local paths need no permission: the taxonomy. */
  readonly root: string;
  /** Globs of addresses and paths that the user allows beyond that. */
  readonly allow?: readonly string[];
}

/** Transports that may always be used, by the scheme of the address. */
const open: Readonly<Record<string, string>> = { https: 'https', ssh: 'ssh', 'git+ssh': 'ssh', 'ssh+git': 'ssh', git: 'git' };
/** Transports that may be used where the user allows the address. */
const permitted: Readonly<Record<string, string>> = { http: 'http', file: 'file' };

const refused = (why: string, remedy: string): SdgError => new SdgError('bad-input', why, { remedy });

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether a folder is a repository of its own, with a work tree or bare. */
const isRepository = async (path: string): Promise<boolean> =>
  (await exists(join(path, '.git'))) ||
  ((await exists(join(path, 'HEAD'))) && (await exists(join(path, 'objects'))) && (await exists(join(path, 'refs'))));

async function localAddress(
  repo: string,
  { base, root }: AddressOptions,
  isAllowed: (address: string) => boolean,
): Promise<RepositoryAddress> {
  const named = resolve(base, repo.replace(/^~(?=\/|$)/, homedir()));
  const path = await realpath(named).catch(() => {
    throw refused(`there is no folder ${repo}`, 'write the address of a repository, or a folder relative to the qna.yaml');
  });
  if (!isWithin(path, await realpath(root)) && !isAllowed(repo) && !isAllowed(named) && !isAllowed(path)) {
    throw refused(`the folder ${repo} is outside the taxonomy`, `allow it with --allow-repo ${JSON.stringify(path)}`);
  }
  if (!(await stat(path)).isDirectory()) throw refused(`${repo} is not a folder`, 'write the folder, and the file under patterns');
  return (await isRepository(path)) ? { kind: 'git', url: path, protocols: ['file'] } : { kind: 'folder', path };
}

/**
 * Says where a `document.repo` is, and whether it may be read at all: https, ssh and git; a local path within the
 * taxonomy; http, `file:` and other paths where the user allows them. Fails with `bad-input` otherwise, and for what
 * git would take for an option or a program to run.
 */
export async function repositoryAddress(repo: string, options: AddressOptions): Promise<RepositoryAddress> {
  const shown = withoutSecrets(repo);
  if (repo.startsWith('-') || /[\p{Cc}]/u.test(repo)) {
    throw refused(`${JSON.stringify(shown)} is no address of a repository`, 'write one that begins with https://');
  }
  const matchers = (options.allow ?? []).map((pattern) => picomatch(pattern, { dot: true, bash: true }));
  const isAllowed = (address: string): boolean => (options.allow ?? []).includes(address) || matchers.some((matches) => matches(address));
  const [, helper] = /^([a-z0-9][a-z0-9+.-]*)::/i.exec(repo) ?? [];
  if (helper !== undefined) {
    throw refused(`the transport ${helper}:: runs a program and is never used`, 'write an address that begins with https://');
  }
  const [, written] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(repo) ?? [];
  if (written !== undefined) {
    const scheme = written.toLowerCase();
    const protocol = open[scheme] ?? (isAllowed(repo) ? permitted[scheme] : undefined);
    if (protocol) return { kind: 'git', url: repo, protocols: [protocol] };
    throw scheme in permitted
      ? refused(`${scheme}: addresses are not read unless you allow it`, `use https, or pass --allow-repo ${JSON.stringify(shown)}`)
      : refused(`the transport ${scheme}: is not known`, 'write an address that begins with https://');
  }
  // host:path, as ssh writes it; a path has a slash before any colon.
  if (/^[^/\\:]+:/.test(repo) && !(await exists(resolve(options.base, repo)))) {
    if (!/^[\w.-]+(?:@[\w.-]+)?:(?!-)/.test(repo)) {
      throw refused(`${JSON.stringify(shown)} is no address of a repository`, 'write one that begins with https://');
    }
    return { kind: 'git', url: repo, protocols: ['ssh'] };
  }
  return localAddress(repo, options, isAllowed);
}
