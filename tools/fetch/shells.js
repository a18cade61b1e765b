// Fetches zsh and fish, in which the completion is tried, into .cache: from Debian's packages, unpacked and not installed.
// Does nothing where they are on the PATH, or were fetched before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../.cache/shells', import.meta.url));
const LISTS = ['zsh', 'zsh-common', 'fish', 'fish-common', 'libpcre2-32-0'];
const libraries = () => `${folder}/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

/** How to start what was unpacked: its modules and functions are not where it was built for. */
const unpacked = {
  zsh: () => {
    const modules = `${libraries()}/zsh`;
    const [version] = existsSync(modules) ? readdirSync(modules) : [];
    return {
      program: `${folder}/bin/zsh`,
      setup: `module_path=(${modules}/${version}); fpath=(${folder}/usr/share/zsh/functions/**/*(/N) ${folder}/usr/share/zsh/functions)`,
    };
  },
  fish: () => ({ program: `${folder}/usr/bin/fish`, setup: '' }),
};

const runs = (program, env) => spawnSync(program, ['-c', 'exit 0'], { env, stdio: 'ignore' }).status === 0;

function unpack() {
  const into = mkdtempSync(join(tmpdir(), 'sdg-fetch-'));
  try {
    const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { cwd: into, stdio: 'ignore', timeout: 120_000 }).status === 0;
    // Without lists of packages nothing is known to it.
    if (!apt('download', ...LISTS) && !(apt('update') && apt('download', ...LISTS))) return false;
    for (const file of readdirSync(into).filter((name) => name.endsWith('.deb'))) {
      if (spawnSync('dpkg', ['-x', file, 'files'], { cwd: into, stdio: 'ignore' }).status !== 0) return false;
    }
    // fish looks for its functions beside itself where its settings are there, too.
    symlinkSync('../etc', join(into, 'files/usr/etc'));
    mkdirSync(join(folder, '..'), { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    if (spawnSync('cp', ['-r', join(into, 'files'), folder]).status !== 0) return false;
    return true;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/**
 * How to start a shell: the program, the environment that it needs, and what it must be told first; undefined where there
 * is none. One line has said then how to get it.
 */
function fetchShell(name) {
  if (runs(name, process.env)) return { program: name, env: {}, setup: '' };
  const env = { LD_LIBRARY_PATH: libraries() };
  const there = () => existsSync(unpacked[name]().program) && runs(unpacked[name]().program, { ...process.env, ...env });
  if (there() || (unpack() && there())) return { ...unpacked[name](), env };
  console.error(`no ${name}, in which the completion is tried: apt-get install ${name}`);
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = fetchShell(process.argv[2]);
  if (found) console.log(JSON.stringify(found));
  else process.exitCode = 1;
}
