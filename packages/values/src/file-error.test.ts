import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileError } from './file-error.js';

const failed = (code: string): Error => Object.assign(new Error(`${code}: as the system says it, open 'x'`), { code });

describe('fileError', () => {
  it.each([
    ['write', 'ENOSPC', 'output', 'cannot write x: the disk is full; make room, or write elsewhere'],
    ['write', 'EFBIG', 'output', "cannot write x: EFBIG: as the system says it, open 'x'"],
    ['write', 'EIO', 'output', "cannot write x: EIO: as the system says it, open 'x'"],
    ['write', 'EROFS', 'usage', 'cannot write x: nothing can be written there; write elsewhere'],
    ['write', 'ENAMETOOLONG', 'usage', 'cannot write x: the name is too long; choose a shorter one'],
    ['read', 'ENOENT', 'bad-input', 'cannot read x: there is no such file; check the path'],
  ] as const)('%s, %s: %s', (verb, code, kind, message) => {
    expect(fileError(verb, 'x', failed(code))).toMatchObject({ code: kind, message });
  });
  it('blames who names a file that cannot be read', () => {
    const message = '--config: cannot read x: permission denied; check the permissions';
    expect(fileError('read', 'x', failed('EACCES'), '--config')).toMatchObject({ code: 'usage', message });
  });

  it('hands on what is none of the file system, and a closed pipe', () => {
    for (const error of [new Error('other'), failed('EPIPE')]) expect(fileError('write', 'x', error)).toBe(error);
  });

  it('names the folder that is missing, or the file that is in its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sdg-file-error-'));
    writeFileSync(join(folder, 'file'), '');
    const why = async (verb: 'read' | 'write', path: string): Promise<string> => {
      const error = await open(path, verb === 'read' ? 'r' : 'w').then(
        () => undefined,
        (failure: unknown) => failure,
      );
      return fileError(verb, path, error).message;
    };
    const [missing, below] = [join(folder, 'no/such/x'), join(folder, 'file/a/x')];
    expect(await why('write', missing)).toBe(
      `cannot write ${missing}: there is no such folder as ${join(folder, 'no/such')}; make it first, or write elsewhere`,
    );
    symlinkSync(missing, join(folder, 'link'));
    expect(await why('write', join(folder, 'link'))).toBe(
      `cannot write ${join(folder, 'link')}: nothing can be written there; write elsewhere`,
    );
    expect(await why('write', below)).toBe(`cannot write ${below}: ${join(folder, 'file')} is not a folder; check the path`);
    expect(await why('read', below)).toBe(`cannot read ${below}: ${join(folder, 'file')} is not a folder; check the path`);
    expect(await why('read', missing)).toBe(`cannot read ${missing}: there is no such file; check the path`);
  });
});
