// Finds the browser that the report's page is tested in; where there is none, installs Debian's, if that may be done here.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Path of a Chromium on the PATH, or the one that CHROME_PATH names; undefined where there is none. */
export function findChromium(env = process.env) {
  const folders = (env.PATH ?? '').split(delimiter);
  return [env.CHROME_PATH, ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))].find(
    (path) => path && existsSync(path),
  );
}

/** By apt, which only its owner may run, and only where there is one. */
function install() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  const options = { stdio: 'ignore', timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const apt = (...args) => spawnSync('apt-get', args, options).status === 0;
  const add = () => apt('install', '-y', '--no-install-recommends', 'chromium');
  // Lists that are there save the time of fetching them.
  if (!add() && apt('update')) add();
}

/** Whether there is a browser to test with. Where not, one line has said how to get one. */
export function fetchChromium() {
  if (!findChromium()) install();
  if (findChromium()) return true;
  console.error('no Chromium to test the report in: apt-get install chromium, or name one in CHROME_PATH');
  return false;
}

// By itself it prints the path.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (fetchChromium()) console.log(findChromium());
  else process.exitCode = 1;
}
