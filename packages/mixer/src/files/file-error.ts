import { SdgError } from '@sdg/core/values';

const REASONS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['there is no such file', 'check the path'],
  EACCES: ['permission denied', 'check the permissions'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOTDIR: ['a part of its path is not a folder', 'check the path'],
  EEXIST: ['a file of that name is there already', 'name another'],
  ENOSPC: ['the disk is full', 'make room, or write elsewhere; nothing was left half-written'],
  EDQUOT: ['the quota is used up', 'make room, or write elsewhere; nothing was left half-written'],
};

/** An error of the file system as one line that says which file and what to do. Others pass as they are. */
export function fileError(verb: 'read' | 'write', file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SdgError || code === undefined || code === 'EPIPE') return error as Error;
  const [what, remedy] = REASONS[code] ?? [(error as Error).message, undefined];
  return new SdgError('bad-input', `cannot ${verb} ${file}: ${what}`, { ...(remedy !== undefined && { remedy }), cause: error });
}
