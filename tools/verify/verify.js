// Everything that must hold before a change lands: types, lint, build, every test, and the end-to-end tests on the real
// commands. Ends with a line that counts the tests.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fetchChromium } from '../fetch/chromium.js';
import { fetchLlama } from '../fetch/llama.js';
import { fetchMiniLm } from '../fetch/minilm.js';
import { fetchNatsServer } from '../fetch/nats-server.js';
import { fetchPackages } from '../fetch/packages.js';
import { fetchOtel } from '../fetch/otel.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['packages', 'tools'].flatMap((parent) => readdirSync(`${root}/${parent}`).map((name) => `${parent}/${name}`));
const results = () => [...folders, 'e2e'].map((folder) => `${root}/${folder}/test-results/results.json`).filter((file) => existsSync(file));

for (const file of results()) rmSync(file);

// What tests need and npm does not bring; each says in a line how to get what cannot be had.
if (
  ![
    fetchNatsServer(),
    fetchLlama(),
    fetchMiniLm(),
    fetchChromium(),
    fetchOtel(),
    ...['editor', 'mcp', 'publish', 'terminal', 'vitepress'].map(fetchPackages),
  ].every(Boolean)
) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** Whether a command ended well; it prints where this one does. */
const succeeds = (command, ...args) =>
  new Promise((resolve) => {
    spawn('npx', ['--no', '--', command, ...args], { cwd: root, stdio: 'inherit' }).on('close', (code) => resolve(code === 0));
  });

// Lint knows by the graph of projects what may import what, and passes over imports while there is none: in a fresh clone, say.
const isKnown = await succeeds('nx', 'show', 'projects');
// One process for each of the two: both know every file but once.
const isSound = (await Promise.all([isKnown, succeeds('eslint', 'packages', 'tools', 'e2e'), succeeds('tsc', '--build')])).every(Boolean);
const isTested = await succeeds('nx', 'run-many', '-t', 'build', 'test', '--outputStyle=static', '--nxBail=false');

let passed = 0;
let failed = 0;
for (const file of results()) {
  const { numPassedTests, numFailedTests, testResults, success } = JSON.parse(readFileSync(file, 'utf8'));
  passed += numPassedTests;
  // A file that does not load has no tests to count, and must not pass for it.
  failed += numFailedTests || (success ? 0 : testResults.filter((result) => result.status === 'failed').length || 1);
}
if (!(isSound && isTested) && failed === 0) console.log('types, lint or build failed: see above');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = isSound && isTested && failed === 0 && passed > 0 ? 0 : 1;
