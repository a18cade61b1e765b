// The tests of the package in whose folder it is used, of sources in which every mutant waits behind a switch.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { mergeConfig } from 'vitest/config';

const { default: project } = await import(pathToFileURL(`${process.cwd()}/vitest.config.mjs`).href);
const { sources } = JSON.parse(readFileSync(`${process.env.SDG_MUTATE}/plan.json`, 'utf8'));

const merged = mergeConfig(project, {
  plugins: [{ name: 'mutants', enforce: 'pre', load: (id) => sources[id.split('?')[0]] }],
  test: {
    runner: new URL('mutant-runner.js', import.meta.url).pathname,
    pool: 'forks',
    maxWorkers: Number(process.env.SDG_MUTATE_JOBS),
    fileParallelism: process.env.SDG_MUTATE_JOBS !== '1',
    testTimeout: 0,
    hookTimeout: 0,
    // What hangs is left behind when all has been tried.
    teardownTimeout: 1000,
  },
});
merged.test.reporters = ['dot'];
// What needs millions of steps takes hours here.
merged.test.exclude = ['**/*.large.test.ts', ...JSON.parse(process.env.SDG_MUTATE_DONE)];
export default merged;
