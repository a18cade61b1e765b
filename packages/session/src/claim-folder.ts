import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileError, makeFolder, SdgError } from '@sdg/core';
import { PRIVATE } from './run-lock.js';

/** Who writes a run folder. */
interface Claim {
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the words of its system: a process of that number may be another by now. */
  readonly began: string | undefined;
}

const CLAIM_FILE = 'running.json';
/** Folders that runs of this process write. */
const claimed = new Set<string>();

/** When a process began, by `/proc/PID/stat`; undefined where that is not known. */
async function beginningOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether whoever left the claim is still at work. Of other machines nobody can tell: what was killed there may go on here. */
async function isAtWork({ host, pid, began }: Claim): Promise<boolean> {
  return host === hostname() && pid !== process.pid && exists(pid) && began === (await beginningOf(pid));
}

/** The claim on record; null where it was cut off as it was written, undefined where there is none. */
async function readClaim(path: string): Promise<Claim | null | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { host, pid, began } = JSON.parse(text) as Claim;
    return Number.isSafeInteger(pid) && pid > 0 ? { host, pid, began } : null;
  } catch {
    return null;
  }
}

const inUse = (folder: string, by: string): SdgError =>
  new SdgError('usage', `another run is writing ${folder} (${by})`, { remedy: 'wait for it, or name another folder' });

/** Puts a claim on record. Of several that come at once one does; where all found one of a run that was killed, the last. */
async function record(claim: Claim, folder: string): Promise<void> {
  const path = join(folder, CLAIM_FILE);
  const other = await readClaim(path);
  if (other && (await isAtWork(other))) throw inUse(folder, `process ${other.pid}`);
  if (other !== undefined) await rm(path, { force: true });
  try {
    await writeFile(path, `${JSON.stringify(claim)}\n`, { flag: 'wx', mode: PRIVATE });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? inUse(folder, 'begun at the same moment') : error;
  }
}

/**
 * Claims a run folder, which is made where it is not there: two runs that write the same files leave a record of neither.
 * A run that was killed leaves its claim, and holds up nobody. Gives what lets go of the folder.
 *
 * @throws SdgError `usage` where another run of this machine writes it, or it cannot be written
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const claim: Claim = { host: hostname(), pid: process.pid, began: await beginningOf(process.pid) };
  let real: string | undefined;
  try {
    makeFolder(folder);
    const place = await realpath(folder);
    if (claimed.has(place)) throw inUse(folder, 'of this program');
    claimed.add((real = place));
    await record(claim, folder);
  } catch (error) {
    if (real !== undefined) claimed.delete(real);
    throw fileError('write', folder, error);
  }
  const path = join(real, CLAIM_FILE);
  return async () => {
    claimed.delete(real);
    const found = await readClaim(path).catch(() => undefined);
    if (found?.pid === claim.pid && found.host === claim.host) await rm(path, { force: true }).catch(() => undefined);
  };
}
