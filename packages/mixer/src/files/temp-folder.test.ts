import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { TempFolder } from './temp-folder.js';

afterEach(() => vi.unstubAllEnvs());

it('leaves nothing behind', async () => {
  const temp = new TempFolder();
  const path = await temp.file();
  await writeFile(path, 'x');
  await temp.remove();
  expect(existsSync(dirname(path))).toBe(false);
});

it('says what to do where the folder for temporary files takes none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temp-'));
  const file = join(folder, 'file');
  await writeFile(file, '');
  vi.stubEnv('TMPDIR', file);
  const temp = new TempFolder();
  await expect(temp.file()).rejects.toMatchObject({
    code: 'output',
    message: `rows cannot be put aside: cannot write ${file}: a part of its path is not a folder; set TMPDIR to a folder with room`,
  });
  await temp.remove();
  await rm(folder, { recursive: true });
});
