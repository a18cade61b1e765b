// Mutation testing, outside the tests that every change must pass: npm run mutate -- [--sample N] [PACKAGE[/FOLDER] …]
//
// Stryker changes the sources in one small way after another, and runs the tests of the package: a change that no test
// notices is a survivor. It is installed into an ignored folder when it is first wanted, since nobody else needs it. It
// works in place and puts everything back, also when it is interrupted; so it starts only where git has nothing to lose.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const VERSION = '9.6.0';
/** Share of the mutants that tests must notice, in percent. */
const LEAST = 85;
const DEFAULTS = ['values', 'core', 'pipeline', 'similarity', 'teacher/pool'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = `${root}.cache/mutate`;

/** Runs a command in a folder; its output is the user's to see. */
const run = (command, args, cwd) =>
  spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, SDG_MUTATE: '1' } }).status ?? 1;

function fail(message) {
  console.error(`mutate: ${message}`);
  process.exit(2);
}

function install() {
  if (existsSync(`${home}/node_modules/@stryker-mutator/core`)) return;
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, '{"private":true}\n');
  const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  if (run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packages], home) !== 0) {
    fail('Stryker could not be installed by npm');
  }
}

/** One line in `sample` of all sources below a folder, the same ones in each run: what starts and ends on it is changed. */
function sampled(cwd, folder, sample) {
  const files = readdirSync(`${cwd}/${folder}`, { recursive: true }).filter((name) => /(?<!\.test|\/index|^index)\.ts$/.test(name));
  return files
    .filter((name) => !name.includes('test-support/'))
    .flatMap((name) =>
      readFileSync(`${cwd}/${folder}/${name}`, 'utf8')
        .split('\n')
        .map((line, i) => ({
          range: `${folder}/${name}:${i + 1}-${i + 1}`,
          hash: createHash('sha256')
            .update(name + i + line)
            .digest(),
        }))
        .filter(({ hash }) => hash.readUInt32BE() % sample === 0)
        .map(({ range }) => range),
    );
}

/** Mutates what a target names, and gives its score. */
function mutate(target) {
  const [name, ...folder] = target.split('/');
  const cwd = `${root}packages/${name}`;
  if (!existsSync(`${cwd}/src/${folder.join('/')}`)) fail(`there is no packages/${name}/src/${folder.join('/')}`);
  const source = ['src', ...folder, '**', '*.ts'].join('/');
  const report = `${home}/${target.replaceAll('/', '-')}.json`;
  const config = {
    testRunner: 'vitest',
    plugins: [`${home}/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js`],
    vitest: { configFile: 'vitest.config.mjs' },
    mutate:
      sample > 1
        ? sampled(cwd, ['src', ...folder].join('/'), sample)
        : [source, '!src/**/*.test.ts', '!src/**/test-support/**', '!src/**/index.ts'],
    // Texts of messages are held by the golden cases, which run the built commands.
    mutator: { excludedMutations: ['StringLiteral'] },
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    inPlace: true,
    concurrency: 1,
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 15,
    tempDirName: `${home}/tmp`,
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    jsonReporter: { fileName: report },
  };
  const file = `${home}/${target.replaceAll('/', '-')}.config.json`;
  writeFileSync(file, JSON.stringify(config));
  if (run('node', [`${home}/node_modules/@stryker-mutator/core/bin/stryker.js`, 'run', file], cwd) !== 0) {
    fail(`${target}: Stryker did not get to its end`);
  }
  const count = {};
  for (const { mutants } of Object.values(JSON.parse(readFileSync(report, 'utf8')).files)) {
    for (const { status } of mutants) count[status] = (count[status] ?? 0) + 1;
  }
  const noticed = (count.Killed ?? 0) + (count.Timeout ?? 0);
  const all = noticed + (count.Survived ?? 0) + (count.NoCoverage ?? 0);
  return { target, noticed, all, share: all === 0 ? 100 : (100 * noticed) / all };
}

const { values, positionals: targets } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, sample: { type: 'string', default: '1' } },
});
if (values.help) {
  console.log('npm run mutate -- [--sample N] [PACKAGE[/FOLDER] …]   default: ' + DEFAULTS.join(' '));
  console.log('--sample N: one line in N, the same ones in each run; all of them take hours');
  process.exit(0);
}
const sample = Number(values.sample);
if (!(Number.isInteger(sample) && sample >= 1)) fail(`--sample ${values.sample}: say a whole number from 1 on`);
if (spawnSync('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root, encoding: 'utf8' }).stdout !== '') {
  fail('commit or stash your changes first: sources are changed in place');
}
install();
const scores = (targets.length > 0 ? targets : DEFAULTS).map(mutate);
for (const { target, noticed, all, share } of scores) console.log(`${target}: ${noticed} of ${all} mutants noticed, ${share.toFixed(1)} %`);
process.exitCode = scores.every(({ share }) => share >= LEAST) ? 0 : 1;
