import { cacheFolder, type Environment, specOf, type TeacherSpec } from '@sdg/session';
import { diagnoseTeacher } from './diagnose-teacher.js';
import { bad, type Diagnosis, doubtful, good } from './diagnosis.js';
import type { DoctorInvocation } from '../commands/doctor.js';
import { randomUUID } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryCacheDir } from '@sdg/documents';
import { makeFolder } from '@sdg/values';

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
    makeFolder(folder);
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
async function diagnoseMachine(spec: TeacherSpec, env: Environment): Promise<readonly Diagnosis[]> {
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

const MARKS = { good: 'ok  ', doubtful: 'hm  ', bad: 'bad ' } as const;

/** The work of `sdg doctor`: findings to stdout. Exit 2 where the machine or the settings will not do, 3 where the teacher will not. */
export async function runDoctor({ flags, env, stdout, say, interrupted }: DoctorInvocation): Promise<number> {
  const spec = specOf(flags);
  const tell = ({ what, state, found, remedy }: Diagnosis): void => {
    const line = `${MARKS[state]}${what.padEnd(16)}${found}${remedy === undefined ? '' : `; ${remedy}`}`;
    stdout.write(`${flags.json ? JSON.stringify({ what, state, found, ...(remedy !== undefined && { remedy }) }) : line}\n`);
  };
  const machine = await diagnoseMachine(spec, env);
  machine.forEach(tell);
  const teacher = await diagnoseTeacher(spec, env, interrupted, flags['no-call'] !== true);
  teacher.forEach(tell);
  if (interrupted.aborted) return 130;
  const isBad = ({ state }: Diagnosis): boolean => state === 'bad';
  const doubts = [...machine, ...teacher].filter(({ state }) => state !== 'good').length;
  say(doubts === 0 ? 'all is well' : `${doubts} of ${machine.length + teacher.length} ${doubts === 1 ? 'wants' : 'want'} a look`);
  return machine.some(isBad) ? 2 : teacher.some(isBad) ? 3 : 0;
}
