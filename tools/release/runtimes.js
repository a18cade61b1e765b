// Runs the examples of docs/library.md and one pipe of commands, from packed tarballs, on Node 20, 22 and 24, Bun and Deno.
// Programs that are not on the machine come from npm into .cache/runtimes. Usage: npm run runtimes [-- NAME…]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.cache/runtimes');
const { arch, platform } = process;
const bunArch = arch === 'arm64' ? 'aarch64' : arch;
const denoHost = platform === 'linux' ? `linux-${arch}-glibc` : `${platform}-${arch}`;

/** By name: the package with the program, where that is in it, and what stands before the file to run. */
const runtimes = {
  'Node 20': [`node-${platform}-${arch}@20.20.2`, 'bin/node', []],
  'Node 22': [`node-${platform}-${arch}@22.23.5`, 'bin/node', []],
  'Node 24': [`node-${platform}-${arch}@24.22.3`, 'bin/node', []],
  Bun: [`@oven/bun-${platform}-${bunArch}@1.4.5`, 'bin/bun', ['run']],
  Deno: [`@deno/${denoHost}@2.9.6`, 'deno', ['run', '--allow-all', '--no-config', '--node-modules-dir=manual']],
};

const run = (command, args, options = {}) => spawnSync(command, args, { encoding: 'utf8', timeout: 300_000, ...options });

/** The program of a runtime; undefined where npm does not have it for this machine. */
function programOf(spec, file) {
  const name = spec.slice(0, spec.lastIndexOf('@'));
  const folder = join(cache, spec.replaceAll('/', '+'));
  const program = join(folder, 'node_modules', name, file);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--loglevel=error'];
  run('npm', ['install', ...flags, spec], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return existsSync(program) ? program : undefined;
}

/** An empty folder with the packages installed from tarballs, and the examples beside them. */
function project() {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-runtimes-'));
  mkdirSync(join(folder, 'tarballs'));
  const packages = readdirSync(join(root, 'packages')).filter((name) => name !== 'testing' && name !== 'cluster');
  const paths = [...packages.map((name) => `./packages/${name}`), './pipelines', './recipes'];
  const packed = run('npm', ['pack', '--silent', '--pack-destination', join(folder, 'tarballs'), ...paths], { cwd: root });
  if (packed.status !== 0) throw new Error(packed.stderr);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarballs = readdirSync(join(folder, 'tarballs')).map((name) => `./tarballs/${name}`);
  // Theirs beside ours, as whoever writes operators has it.
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'));
  const installed = run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs, `rxjs@${devDependencies.rxjs}`], {
    cwd: folder,
  });
  if (installed.status !== 0) throw new Error(installed.stderr);
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const [blocks, session] = [...page.matchAll(/^```ts[^\n]*\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const asScript = (code) => ts.transpileModule(code, { compilerOptions: { target: 'es2022', module: 'esnext' } }).outputText;
  const tell = [
    "import { lastValueFrom, toArray } from 'rxjs';",
    'const made = await lastValueFrom(questions.pipe(toArray()));',
    "if (made.length !== 2 || !made.every(({ question }) => question.endsWith('?'))) throw new Error(JSON.stringify(made));",
    "console.log('blocks as operators');",
  ];
  writeFileSync(join(folder, 'blocks.mjs'), `${asScript(blocks)}\n${tell.join('\n')}\n`);
  const whole = [
    "const { rows, reason, exitCode } = await generate('seeds.jsonl', `run-${process.argv[2]}`);",
    'if (exitCode !== 0 || rows.length === 0) throw new Error(`${reason}: ${rows.length} rows`);',
    "console.log('a whole run');",
  ];
  writeFileSync(join(folder, 'session.mjs'), `${asScript(session)}\n${whole.join('\n')}\n`);
  const seeds = run(process.execPath, ['node_modules/@sdg/cli/bin/sdg-read.js', join(root, 'e2e/taxonomy/compositional_skills')], {
    cwd: folder,
  });
  writeFileSync(join(folder, 'seeds.jsonl'), seeds.stdout);
  return folder;
}

/** What a runtime does with a file; the reason where it fails. */
function tried(program, before, file, args, cwd, input) {
  const { status, stdout, stderr, error } = run(program, [...before, file, ...args], { cwd, input, maxBuffer: 2 ** 28 });
  if (status === 0 && stdout.length > 0) return { stdout };
  return { why: error?.message ?? (stderr.trim().split('\n').slice(0, 4).join(' | ') || `exit ${status}`) };
}

const asked = process.argv.slice(2);
const folder = project();
let failed = 0;
try {
  for (const [name, [spec, file, before]] of Object.entries(runtimes)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const program = programOf(spec, file);
    if (program === undefined) {
      console.log(`${name}: npm has no ${spec} for this machine`);
      failed++;
      continue;
    }
    const version = run(program, ['--version']).stdout.split('\n')[0];
    const command = (bin, args, input) => tried(program, before, `node_modules/@sdg/cli/bin/${bin}.js`, args, folder, input);
    const made = command('sdg-run', ['simple', '--quiet', 'seeds.jsonl']);
    const outcomes = {
      'blocks as operators': tried(program, before, 'blocks.mjs', [], folder),
      'a whole run': tried(program, before, 'session.mjs', [name.replace(' ', '-')], folder),
      'sdg-run | sdg-mix': made.why ? made : command('sdg-mix', ['--quiet'], made.stdout),
    };
    for (const [what, { why }] of Object.entries(outcomes)) {
      console.log(`${name} (${version}): ${what}: ${why ?? 'runs'}`);
      if (why !== undefined) failed++;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
