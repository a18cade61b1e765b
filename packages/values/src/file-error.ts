import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SdgError } from './errors.js';

const REASONS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['there is no such file', 'check the path'],
  EACCES: ['permission denied', 'check the permissions'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOTDIR: ['a part of its path is not a folder', 'check the path'],
  EEXIST: ['a file of that name is there already', 'name another'],
  ENOSPC: ['the disk is full', 'make room, or write elsewhere'],
  EDQUOT: ['the quota is used up', 'make room, or write elsewhere'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter one'],
  EROFS: ['nothing can be written there', 'write elsewhere'],
};

/** Failures that come of the name given: the command line is wrong. Others (a full disk) come of the machine. */
const OF_THE_NAME: ReadonlySet<string> = new Set('ENOENT EACCES EPERM EISDIR ENOTDIR EEXIST EROFS ELOOP ENAMETOOLONG'.split(' '));

/** Whether there is a folder at `path`; undefined: nothing that can be seen. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path).isDirectory();
  } catch {
    return undefined;
  }
}

/** What is wrong, and what to do; of a path that fails because of another that one is named. */
function reasonOf(code: string, verb: 'read' | 'write', file: string): readonly [what: string, remedy: string] | undefined {
  const folder = dirname(file);
  if (code === 'ENOENT' && verb === 'write' && isFolder(folder) === undefined) {
    return [`there is no such folder as ${folder}`, 'make it first, or write elsewhere'];
  }
  // Node says so of a folder to be made on a disk that is for reading alone.
  if (code === 'ENOENT' && verb === 'write') return REASONS['EROFS'];
  if (code === 'ENOTDIR') {
    for (let part = folder; part !== dirname(part); part = dirname(part)) {
      if (isFolder(part) === false) return [`${part} is not a folder`, 'check the path'];
    }
  }
  return REASONS[code];
}

/**
 * An error of the file system as one line that says which file and what to do. Others pass as they are.
 * Reading fails with `bad-input`, or `usage` where a flag or variable names the file: `by`. Writing fails with `usage` where no file
 * of that name can be written, else with `output`.
 */
export function fileError(verb: 'read' | 'write', file: string, error: unknown, by?: string): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SdgError || code === undefined || code === 'EPIPE') return error as Error;
  const [what, remedy] = reasonOf(code, verb, file) ?? [(error as Error).message, undefined];
  const isNamed = verb === 'read' ? by !== undefined : OF_THE_NAME.has(code);
  const kind = isNamed ? 'usage' : verb === 'read' ? 'bad-input' : 'output';
  return new SdgError(kind, `${by === undefined ? '' : `${by}: `}cannot ${verb} ${file}: ${what}`, {
    ...(remedy !== undefined && { remedy }),
    cause: error,
  });
}
