import { mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

it('makes what is missing, and takes what is there', () => {
  const root = mkdtempSync(`${tmpdir()}/sdg-folder-`);
  makeFolder(`${root}/a/b/c`, 0o700);
  makeFolder(`${root}/a/b/`);
  makeFolder(root);
  expect([statSync(`${root}/a/b/c`).isDirectory(), statSync(`${root}/a`).mode & 0o777]).toEqual([true, 0o700]);
  writeFileSync(`${root}/file`, '');
  symlinkSync(`${root}/nowhere`, `${root}/link`);
  expect(() => makeFolder(`${root}/file`)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => makeFolder(`${root}/file/below`)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(() => makeFolder(`${root}/link/below`)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(() => makeFolder('')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

it.skipIf(process.platform !== 'linux')('comes back where nothing can be made', () => {
  expect(() => makeFolder('/proc/sdg/run')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
