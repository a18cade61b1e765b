// Fetches the OpenTelemetry SDK, which is optional to users (50 MB) and is tested with, into .cache. Does nothing where it was fetched.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['@opentelemetry/api@1.9.0', '@opentelemetry/sdk-node@0.223.0'];
/** The folder with the library in its node_modules. */
const folder = fileURLToPath(new URL('../../.cache/otel', import.meta.url));

/** Whether there is a library to test with. Where not, one line has said so. */
export function fetchOtel() {
  if (existsSync(join(folder, 'node_modules/@opentelemetry/sdk-node/package.json'))) return true;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...flags, ...VERSIONS], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  if (status === 0) return true;
  console.error(`no ${VERSIONS.join(' ')} to be had: the tests of telemetry do not run`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = fetchOtel() ? 0 : 1;
