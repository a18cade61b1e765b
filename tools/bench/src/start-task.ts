import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeOptions } from './bins.js';
import type { Usage } from './usage-hook.js';

/** What a task gave and what its process used. */
export interface TaskResult<Output> {
  readonly output: Output;
  readonly usage: Usage;
}

const runner = fileURLToPath(new URL('tasks/run-task.js', import.meta.url));

/**
 * Runs a task in a fresh process of Node, with the options that the commands have too: input as JSON on stdin, output as the one line of
 * stdout.
 */
export async function startTask<Output>(name: string, input: unknown, nodeArgs: readonly string[]): Promise<TaskResult<Output>> {
  const child = spawn(process.execPath, [...nodeOptions(), ...nodeArgs, runner, name], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(JSON.stringify(input));
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) throw new Error(`task ${name} ended with ${code}`);
  return JSON.parse(text) as TaskResult<Output>;
}
