// The mutants of a package: what Stryker's instrumenter makes of its sources, every mutant behind a switch.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const VERSION = '9.6.0';

/** Installs the instrumenter into an ignored folder when it is first wanted, since nobody else needs it. */
export function install(home) {
  const installed = `${home}/node_modules/@stryker-mutator/instrumenter/dist/src/index.js`;
  if (existsSync(installed)) return pathToFileURL(installed).href;
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, '{"private":true}\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@stryker-mutator/instrumenter@${VERSION}`];
  const { status } = spawnSync('npm', args, { cwd: home, stdio: 'inherit' });
  if (status !== 0) throw new Error('the instrumenter could not be installed by npm');
  return pathToFileURL(installed).href;
}

/** Sources at or below a path, without tests and what serves them. */
function sourcesOf(path) {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((name) => resolve(path, name)) : [resolve(path)];
  return files.filter((name) => name.endsWith('.ts') && !/\.test\.ts$|\/index\.ts$|\/test-support\/|\.d\.ts$/.test(name)).sort();
}

/** One in so many, the same ones in each run, wherever their lines move. */
function isSampled({ file, mutator, replacement, text, column }, sample) {
  const hash = createHash('sha256').update([file, mutator, replacement, text, column].join('\n'));
  return hash.digest().readUInt32BE() % sample === 0;
}

/** Sources with all mutants behind switches, by path, and the mutants of the sample. */
export async function instrumented(instrumenter, cwd, path, sample) {
  const { Instrumenter } = await import(instrumenter);
  const quiet = { debug() {}, info() {}, warn: console.warn, isDebugEnabled: () => false };
  const files = sourcesOf(resolve(cwd, path)).map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  // Texts of messages are held by the golden cases, which run the built commands.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [], noHeader: false };
  const result = await new Instrumenter(quiet).instrument(files, options);
  const lines = new Map(files.map(({ name, content }) => [name, content.split('\n')]));
  const mutants = result.mutants.map(({ id, fileName, mutatorName, replacement, location: { start, end }, status }) => {
    const all = lines.get(fileName);
    const original = all.slice(start.line, end.line + 1);
    original[original.length - 1] = original.at(-1).slice(0, end.column);
    original[0] = original[0].slice(start.column);
    const file = relative(cwd, fileName);
    const place = { line: start.line + 1, column: start.column, text: all[start.line] };
    return { id, file, mutator: mutatorName, original: original.join('\n'), replacement, isIgnored: status === 'Ignored', ...place };
  });
  return {
    sources: Object.fromEntries(result.files.map(({ name, content }) => [name, content])),
    mutants: mutants.filter((mutant) => !mutant.isIgnored && isSampled(mutant, sample)),
  };
}
