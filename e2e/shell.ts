import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';

const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));

/** Folder names as a fresh account has them: no data, config or cache of the person who runs the tests. */
export function cleanEnvironment(home = mkdtempSync(`${tmpdir()}/sdg-e2e-`)): Record<string, string> {
  return {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: home,
    XDG_DATA_HOME: `${home}/share`,
    XDG_DATA_DIRS: `${home}/none`,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_CONFIG_HOME: `${home}/config`,
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
  };
}

/** What a command printed, whole, and how it ended. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | undefined;
}

/** Runs a line of bash (pipes fail as a whole where any part fails) with the real commands on the path. */
export async function shell(line: string, { env, ...options }: Options & { env?: Record<string, string> } = {}): Promise<Printed> {
  const { stdout, stderr, exitCode } = await execa('bash', ['-o', 'pipefail', '-c', line], {
    reject: false,
    stripFinalNewline: false,
    timeout: 120_000,
    stdin: 'ignore',
    extendEnv: false,
    env: { ...cleanEnvironment(), ...env },
    ...options,
  });
  return { stdout: String(stdout), stderr: String(stderr), code: exitCode };
}
