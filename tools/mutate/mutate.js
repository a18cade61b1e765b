// Mutation testing, outside the tests that every change must pass: npm run mutate -- [--sample N] [PACKAGE[/PATH] …]
// See the README beside this file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { install, instrumented } from './mutants.js';

/** Share of the mutants that tests must notice, in percent. */
const LEAST = 85;
const DEFAULTS = ['values', 'core', 'pipeline', 'similarity', 'teacher/pool'];
/** Milliseconds of tests in one pass after the other: quick tests first. */
const PASSES = [100, 1000, 1e9];

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = `${root}.cache/mutate`;

const { values, positionals: targets } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ help: { type: 'boolean' }, sample: { type: 'string', default: '1' } },
    ...{ jobs: { type: 'string', default: '2' }, tests: { type: 'string', multiple: true, default: [] } },
  },
});
if (values.help) {
  console.log(`npm run mutate -- [--sample N] [--jobs N] [--tests PATH]… [PACKAGE[/PATH] …]   default: ${DEFAULTS.join(' ')}`);
  console.log('PATH: a folder or file below src. --sample N: one mutant in N, the same ones in each run. --jobs N: processes, 2.');
  console.log('--tests PATH: those tests alone, not all of the package');
  process.exit(0);
}

const eventsOf = (folder) =>
  readFileSync(`${folder}/events.jsonl`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** Runs the tests that a pass has left, up to the end or to a mutant that ends its process; whether all was tried. */
function runPass(cwd, folder, slow) {
  const finished = eventsOf(folder).filter((event) => event.finished && (event.left === 0 || event.slow === slow));
  const env = {
    ...process.env,
    SDG_MUTATE: folder,
    SDG_MUTATE_SLOW: String(slow),
    SDG_MUTATE_JOBS: values.jobs,
    SDG_MUTATE_DONE: JSON.stringify(finished.map((event) => event.finished)),
  };
  const args = ['vitest', 'run', '--config', fileURLToPath(new URL('vitest.config.mjs', import.meta.url)), ...values.tests];
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 30 });
  writeFileSync(`${folder}/vitest.log`, stdout + stderr);
  return status === 0;
}

/** Runs the tests until each has met all mutants that were left to it. */
function run(cwd, folder, mutants) {
  const known = () => eventsOf(folder).filter(({ killed, doubted, done }) => killed ?? doubted ?? done).length;
  for (const slow of PASSES) {
    const killed = new Set(eventsOf(folder).map((event) => event.killed));
    if (mutants.every(({ id }) => killed.has(id))) return;
    let before = known();
    while (!runPass(cwd, folder, slow)) {
      if (known() === before) throw new Error(`the tests do not pass without a mutant: see ${folder}/vitest.log`);
      before = known();
    }
  }
}

/** Mutates what a target names, and gives what became of each mutant. */
async function mutate(target) {
  const [name, ...path] = target.split('/');
  const cwd = `${root}packages/${name}`;
  const folder = `${home}/${target.replaceAll('/', '-')}`;
  const plan = await instrumented(install(home), cwd, ['src', ...path].join('/'), Number(values.sample));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/plan.json`, JSON.stringify(plan));
  writeFileSync(`${folder}/events.jsonl`, '');
  run(cwd, folder, plan.mutants);
  const events = eventsOf(folder);
  const killed = new Set(events.flatMap((event) => event.killed ?? []));
  const covered = new Set(events.flatMap((event) => event.covered ?? []));
  const fixed = new Set(events.flatMap((event) => event.static ?? []));
  // What only runs as modules are loaded is there once for all mutants.
  const mutants = plan.mutants.filter(({ id }) => covered.has(id) || !fixed.has(id));
  const ends = mutants.map((mutant) => ({ ...mutant, isKilled: killed.has(mutant.id), isCovered: covered.has(mutant.id) }));
  return { target, ends };
}

const share = (ends) => (100 * ends.filter(({ isKilled }) => isKilled).length) / Math.max(1, ends.length);
const row = (name, ends) => `| ${name} | ${ends.length} | ${ends.filter(({ isKilled }) => isKilled).length} | ${share(ends).toFixed(1)} |`;
const short = (text) => text.replace(/\s+/g, ' ').slice(0, 90);

/** A table of files, and what nobody noticed. */
function report({ target, ends }) {
  const files = [...new Set(ends.map(({ file }) => file))];
  const table = files.map((file) =>
    row(
      `${target.split('/')[0]}/${file}`,
      ends.filter((end) => end.file === file),
    ),
  );
  console.log(['| file | mutants | killed | % |', '| --- | ---: | ---: | ---: |', ...table, row(target, ends)].join('\n'));
  for (const { file, line, column, mutator, original, replacement, isCovered } of ends.filter(({ isKilled }) => !isKilled)) {
    console.log(`${file}:${line}:${column + 1} ${mutator}${isCovered ? '' : ' (no test)'}: ${short(original)} → ${short(replacement)}`);
  }
}

try {
  if (!(Number(values.sample) >= 1)) throw new Error(`--sample ${values.sample}: say a whole number from 1 on`);
  for (const target of targets.length > 0 ? targets : DEFAULTS) {
    const result = await mutate(target);
    report(result);
    if (share(result.ends) < LEAST) process.exitCode = 1;
  }
} catch (error) {
  console.error(`mutate: ${error.message}`);
  process.exitCode = 2;
}
