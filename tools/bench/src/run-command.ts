import { spawn, type ChildProcess } from 'node:child_process';
import { createReadStream, createWriteStream, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { attempt } from '@sdg/core';
import type { Usage } from './usage-hook.js';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** File to feed to stdin. Default: nothing. */
  readonly stdin?: string;
  /** File that takes stdout. Default: kept in the result; `null`: thrown away. */
  readonly stdout?: string | null;
  /** Exit codes that are no failure. Default 0. */
  readonly allow?: readonly number[];
  /** Milliseconds after which it is killed. Default ten minutes. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly wallMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of commands that run in Node. */
  readonly usage?: Usage;
}

const hook = new URL('usage-hook.js', import.meta.url).href;
let serial = 0;

/** The search path with the Node that runs this first: scripts that ask for `node` get it. */
export const nodeFirst = (): string => `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;

/** What a program in Node left in its file; undefined where it is none, or was killed. */
function takeUsage(file: string): Usage | undefined {
  return attempt(() => {
    const usage = JSON.parse(readFileSync(file, 'utf8')) as Usage;
    rmSync(file);
    return usage;
  });
}

const start = (
  file: string,
  args: readonly string[],
  { cwd, stdin, stdout, timeoutMs = 600_000 }: CommandOptions,
  env: NodeJS.ProcessEnv,
) =>
  spawn(file, args, {
    ...(cwd !== undefined && { cwd }),
    env,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', stdout === null ? 'ignore' : 'pipe', 'pipe'],
    timeout: timeoutMs,
  });

/** Characters of stderr that are kept: an hour of progress lines. */
const LONGEST = 200_000;

/** Joins a program to the files that it reads and writes; gives what it says otherwise, of stderr the end. */
function connect(child: ChildProcess, { stdin, stdout }: CommandOptions): { text: string; errors: string } {
  const said = { text: '', errors: '' };
  if (stdin !== undefined && child.stdin) {
    child.stdin.on('error', () => undefined);
    createReadStream(stdin).pipe(child.stdin);
  }
  if (typeof stdout === 'string') child.stdout?.pipe(createWriteStream(stdout));
  else child.stdout?.setEncoding('utf8').on('data', (part: string) => (said.text += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (said.errors = (said.errors + part).slice(-LONGEST)));
  return said;
}

/**
 * Runs a program to its end and measures it. Programs that run in Node also report what they used. Fails if the exit
 * code is not allowed, with the end of stderr.
 */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { env = {}, allow = [0] } = options;
  const usageFile = join(tmpdir(), `sdg-bench-usage-${process.pid}-${serial++}.json`);
  const hooked = { NODE_OPTIONS: `--import=${hook}`, SDG_BENCH_USAGE: usageFile };
  const began = performance.now();
  const child = start(file, args, options, { ...process.env, PATH: nodeFirst(), ...hooked, ...env });
  const said = connect(child, options);
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  const wallMs = performance.now() - began;
  const usage = takeUsage(usageFile);
  if (typeof code !== 'number' || !allow.includes(code)) {
    const end = said.errors.trim().split('\n').slice(-3).join(' / ');
    throw new Error(`${file} ${args.slice(0, 3).join(' ')} ended with ${code}: ${end}`);
  }
  return { wallMs, stdout: said.text, stderr: said.errors, ...(usage && { usage }) };
}
