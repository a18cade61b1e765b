import { execFile } from 'node:child_process';
import { SdgError } from '@sdg/values';

export interface GitOptions {
  /** Folder to run in. */
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Transports that git may use. Default: none but the local disk. */
  readonly protocols?: readonly string[];
  /** Written to git's standard input. */
  readonly input?: string;
}

/** What git said when it failed. */
export class GitError extends Error {
  override readonly name = 'GitError';
  constructor(
    readonly stderr: string,
    readonly exitCode: number | undefined,
  ) {
    super(withoutSecrets(lastWords(stderr)) || `git failed${exitCode === undefined ? '' : ` with exit code ${exitCode}`}`);
  }
}

/** Addresses may carry a password or token. */
export const withoutSecrets = (text: string): string => text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, '$1***@');

/** The line of git's messages that says why: the last that is marked, else the last. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean);
  const marked = lines.filter((line) => /^(?:fatal|error|remote|ssh):/i.test(line));
  return (marked.at(-1) ?? lines.at(-1) ?? '').replace(/^(?:fatal|error): /i, '');
}

const MAX_OUTPUT = 1 << 30;

/** Settings of a user or a repository that would ask, run something, or wait for ever. */
const settings = (
  'core.hooksPath=/dev/null core.fsmonitor=false core.askPass=true credential.interactive=false gc.auto=0 maintenance.auto=false ' +
  'http.lowSpeedLimit=1000 http.lowSpeedTime=60 fetch.unpackLimit=1'
)
  .split(' ')
  .flatMap((setting) => ['-c', setting]);

/**
 * What git sets for the hooks of a repository, and what would turn it from the folder it is run in to that repository:
 * without this a fetch for the cache, run from a hook, would write over the branches of whoever runs it.
 */
const ofAnotherRepository =
  'GIT_DIR GIT_WORK_TREE GIT_IMPLICIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES ' +
  'GIT_PREFIX GIT_NAMESPACE GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_QUARANTINE_PATH';

/** What changes how git reads the paths it is given, and what it writes. */
const ofPaths = 'GIT_EXTERNAL_DIFF GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS';
const notInherited = new Set(`${ofAnotherRepository} ${ofPaths}`.split(' '));

const inherited = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !notInherited.has(name)));

/**
 * Runs the git binary with these arguments, without a shell, and gives its standard output. Never asks for a password
 * and uses no transport but `protocols`; works on the repository of `cwd` whatever the environment says. Fails with {@link GitError}, or
 * with `usage` where there is no git.
 */
export function runGit(args: readonly string[], { cwd, signal, protocols = ['file'], input }: GitOptions = {}): Promise<Buffer> {
  const ssh = process.env['GIT_SSH_COMMAND'] ?? 'ssh';
  const env = {
    ...inherited(),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: `${ssh} -oBatchMode=yes -oConnectTimeout=30`,
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...settings, ...args],
      { cwd, env, encoding: 'buffer', maxBuffer: MAX_OUTPUT, windowsHide: true, ...(signal && { signal }) },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') {
          return reject(
            new SdgError('usage', 'the program git was not found', {
              remedy: 'install git, or read plain folders with --base empty',
              cause: error,
            }),
          );
        }
        if (signal?.aborted) return reject(signal.reason instanceof Error ? signal.reason : error);
        reject(new GitError(stderr.toString('utf8') || error.message, typeof code === 'number' ? code : undefined));
      },
    );
    // Git may end before it has read what it was sent; its exit code says enough.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** The same, as text without the line break at its end. */
export async function gitText(args: readonly string[], options?: GitOptions): Promise<string> {
  return (await runGit(args, options)).toString('utf8').replace(/\n$/, '');
}
