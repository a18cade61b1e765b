import { mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

it('makes what is missing, and takes what is there', async () => {
  const root = mkdtempSync(`${tmpdir()}/sdg-folder-`);
  await Promise.all([makeFolder(`${root}/a/b/c`), makeFolder(`${root}/a/b/c`), makeFolder(`${root}/a/b/`)]);
  await makeFolder(root);
  expect(statSync(`${root}/a/b/c`).isDirectory()).toBe(true);
  writeFileSync(`${root}/file`, '');
  symlinkSync(`${root}/nowhere`, `${root}/link`);
  await expect(makeFolder(`${root}/file`)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(`${root}/file/below`)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder(`${root}/link/below`)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder('')).rejects.toMatchObject({ code: 'ENOENT' });
});

it.skipIf(process.platform !== 'linux')('comes back where nothing can be made', async () => {
  await expect(makeFolder('/proc/sdg/run')).rejects.toMatchObject({ code: 'ENOENT' });
});
