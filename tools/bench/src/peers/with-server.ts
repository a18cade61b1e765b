import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { peerScript } from './peer-script.js';

/** llama.cpp's own server, of PyPI. */
export const LLAMA_SERVER = 'xllamacpp==2026.10.11549';
const START_MS = 330_000;

/** Starts a program of `peers/` that serves, gives its base URL to `use`, and ends it. */
export async function withServer<T>(
  python: string,
  [script, ...args]: readonly [string, ...string[]],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const child = spawn(python, [peerScript(script), ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => child.kill(), START_MS);
  try {
    // Its library may print more than the address.
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('http')) continue;
      clearTimeout(timer);
      return await use(line.trim());
    }
    throw new Error('the server did not start');
  } finally {
    clearTimeout(timer);
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  }
}
