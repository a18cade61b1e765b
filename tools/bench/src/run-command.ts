import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
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

/**
 * Runs a program to its end and measures it. Programs that run in Node also report what they used. Fails if the exit
 * code is not allowed, with the end of stderr.
 */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { cwd, env = {}, stdin, stdout, allow = [0], timeoutMs = 600_000 } = options;
  const usageFile = join(tmpdir(), `sdg-bench-usage-${process.pid}-${serial++}.json`);
  const hooked = { NODE_OPTIONS: `--import=${hook}`, SDG_BENCH_USAGE: usageFile };
  const began = performance.now();
  const child = spawn(file, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, PATH: nodeFirst(), ...hooked, ...env },
    stdio: [stdin === undefined ? 'ignore' : 'pipe', stdout === null ? 'ignore' : 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  if (stdin !== undefined && child.stdin) {
    child.stdin.on('error', () => undefined);
    createReadStream(stdin).pipe(child.stdin);
  }
  let text = '';
  let errors = '';
  if (typeof stdout === 'string') child.stdout?.pipe(createWriteStream(stdout));
  else child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(-4000)));
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  const wallMs = performance.now() - began;
  let usage: Usage | undefined;
  try {
    usage = JSON.parse(readFileSync(usageFile, 'utf8')) as Usage;
    rmSync(usageFile);
  } catch {
    // Not a Node program, or one that was killed.
  }
  if (typeof code !== 'number' || !allow.includes(code)) {
    throw new Error(`${file} ${args.slice(0, 3).join(' ')} ended with ${code}: ${errors.trim().split('\n').slice(-3).join(' / ')}`);
  }
  return { wallMs, stdout: text, stderr: errors, ...(usage && { usage }) };
}
