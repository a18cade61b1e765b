import { randomUUID } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, type Environment, type TeacherSpec } from '@sdg/session';
import { repositoryCacheDir } from '@sdg/documents';
import { bad, doubtful, good, type Diagnosis } from './diagnosis.js';

const LEAST_NODE = [20, 19] as const;
const GIGABYTE = 1_000_000_000;

/** Whether this Node will do. `version`: `20.19.1`. */
function diagnoseNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  const remedy = `sdg needs ${LEAST_NODE.join('.')} or later: install a current one`;
  return isOld ? bad('node', version, remedy) : good('node', version);
}

/** Whether a folder can be written to, and has room. */
async function diagnoseFolder(what: string, folder: string): Promise<Diagnosis> {
  const trial = join(folder, `.doctor-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(trial, '');
    const { bavail, bsize } = await statfs(folder);
    const free = (bavail * bsize) / GIGABYTE;
    const found = `${folder}, ${free.toFixed(1)} GB free`;
    return free < 1 ? doubtful(what, found, 'make room, or name another folder') : good(what, found);
  } catch (error) {
    return bad(what, `${folder} cannot be written: ${(error as Error).message.split(',')[0]}`, 'make it writable, or name another folder');
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

/** What goes between this machine and others: proxies, as the HTTP client reads them. */
function diagnoseProxies(env: Environment): Diagnosis {
  const set = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].filter((name) => env[name] || env[name.toLowerCase()]);
  return good('network', set.length > 0 ? `proxies by ${set.join(', ')}` : 'no proxy');
}

/** Node, caches and the way to the network. */
export async function diagnoseMachine(spec: TeacherSpec, env: Environment): Promise<readonly Diagnosis[]> {
  const calls = spec.noCache
    ? doubtful('call cache', 'off', 'leave --no-cache out, or a run that was stopped pays for its calls again')
    : await diagnoseFolder('call cache', cacheFolder(spec, env));
  return [
    diagnoseNode(process.versions.node),
    calls,
    await diagnoseFolder('document cache', repositoryCacheDir(env)),
    diagnoseProxies(env),
  ];
}
