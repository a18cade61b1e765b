import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../test-support/git-repository.js';
import { makeZip } from '../test-support/make-zip.js';
import { folderFiles } from './folder-files.js';
import { namedDocuments } from './named-documents.js';
import { tarEntries } from './tar-entries.js';

const files = {
  'docs/b.md': 'B',
  'docs/a/c.html': 'C',
  'docs/.hidden/x.md': 'X',
  'docs/node_modules/y.md': 'Y',
  'docs/pic.png': 'P',
  'docs/old.doc': 'D',
};

async function found(...paths: string[]): Promise<{ texts: string[]; others: string[]; errors: string[] }> {
  const [others, errors]: string[][] = [[], []];
  const texts: string[] = [];
  const options = {
    onOther: (file: string, remedy: string | undefined) => void others!.push(`${file.split('/').at(-1)}${remedy ? `: ${remedy}` : ''}`),
    onError: (_file: string, message: string) => void errors!.push(message),
  };
  for await (const { path, read } of namedDocuments(paths, options)) texts.push(`${path}=${(await read()).toString()}`);
  return { texts, others: others!, errors: errors! };
}

it('finds documents in folders, by patterns and by name, in order; what is none is told', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  const all = { texts: ['a/c.html=C', 'b.md=B'], others: ['old.doc: save it as .docx', 'pic.png'], errors: [] };
  expect(await found(join(folder, 'docs'))).toEqual(all);
  expect((await found(`${folder}/**/*.md`)).texts).toEqual(['docs/b.md=B']);
  expect((await found(join(folder, 'docs/b.md'), join(folder, 'docs/pic.png'))).texts).toEqual(['b.md=B', 'pic.png=P']);
  expect((await found(join(folder, 'nowhere'))).errors).toEqual(['there is no such file or folder']);
});

it('reads each file once, however it is named, and tells of links that lead nowhere or out', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'docs/z.md': 'Z',
    'docs/a.md': { link: 'z.md' },
    'docs/gone.md': { link: 'nowhere' },
    'docs/out.md': { link: '../b.md' },
    'docs/up': { link: '..' },
    'docs/loop': { link: '.' },
    'docs/out.bin': { link: '../b.md' },
    'b.md': 'B',
  });
  const docs = join(folder, 'docs');
  await link(join(docs, 'z.md'), join(docs, 'zz.md'));
  const { texts, others, errors } = await found(
    docs,
    join(docs, 'zz.md'),
    join(docs, 'z.md'),
    `${folder}/docs/*.md`,
    join(folder, 'b.md'),
    `${folder}/*.txt`,
  );
  expect(texts).toEqual(['z.md=Z', 'b.md=B']);
  const remedy = 'name what it leads to, or put a copy there';
  expect(others.filter((other) => !other.includes('gone')).sort()).toEqual([`out.md: ${remedy}`, `out.md: ${remedy}`, `up: ${remedy}`]);
  expect(errors).toEqual(['no file matches it']);
});

it('reads what has a name that is no UTF-8, and goes on where something cannot be read', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'docs/good.md': 'G', 'docs/locked/x.md': 'X' });
  await mkdir(Buffer.concat([Buffer.from(`${folder}/docs/`), Buffer.of(0xd6)]));
  await writeFile(Buffer.concat([Buffer.from(`${folder}/docs/`), Buffer.of(0xd6, 0x2f, 0xff), Buffer.from('.md')]), 'B');
  await chmod(join(folder, 'docs/locked'), 0o000);
  const { texts, errors } = await found(join(folder, 'docs'));
  await chmod(join(folder, 'docs/locked'), 0o755);
  // The administrator may read everything.
  const isAdministrator = process.getuid?.() === 0;
  expect(texts).toEqual(['%d6/%ff.md=B', 'good.md=G', ...(isAdministrator ? ['locked/x.md=X'] : [])]);
  expect(errors).toEqual(isAdministrator ? [] : ['it cannot be read (EACCES)']);
});

it('follows links to what has a name that is no UTF-8, and to no folder that holds the link', async () => {
  const folder = await temporaryFolder();
  const named = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${folder}/docs/`), Buffer.of(...bytes)]);
  await writeFiles(folder, { 'docs/good.md': 'G' });
  for (const byte of [0xd6, 0xd7]) {
    await mkdir(named(byte));
    await writeFile(Buffer.concat([named(byte, 0x2f, 0xff), Buffer.from('.md')]), `B${byte}`);
  }
  await symlink(Buffer.concat([named(0xd6, 0x2f, 0xff), Buffer.from('.md')]), join(folder, 'docs/link.md'));
  await symlink(named(0xd7), named(0xd6, 0x2f, 0x6c));
  await symlink(named(0xd6), named(0xd6, 0x2f, 0x75));
  const links: string[] = [];
  const all = await folderFiles(join(folder, 'docs'), { onLink: (path) => void links.push(path) });
  const texts = await Promise.all(all.map(async ({ path, read }) => `${path}=${(await read()).toString()}`));
  expect(texts.sort()).toEqual(['%d6/%ff.md=B214', '%d6/l/%ff.md=B215', '%d7/%ff.md=B215', 'good.md=G', 'link.md=B214']);
  expect(links).toEqual([]);
});

it('finds documents in archives of every kind', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { ...files, [`docs/${'deep/'.repeat(40)}long.md`]: 'L' });
  for (const [name, flags] of [
    ['x.tar', '-cf'],
    ['x.tgz', '-czf'],
  ] as const) {
    execFileSync('tar', [flags, join(folder, name), 'docs'], { cwd: folder });
    const { texts, others } = await found(join(folder, name));
    expect(texts.sort()).toEqual(['docs/a/c.html=C', 'docs/b.md=B', `docs/${'deep/'.repeat(40)}long.md=L`]);
    expect(others.sort()).toEqual(['old.doc: save it as .docx', 'pic.png']);
  }
  await writeFile(join(folder, 'x.zip'), makeZip({ 'docs/b.md': 'B', 'docs/a/c.html': 'C', '__MACOSX/b.md': '' }));
  expect((await found(join(folder, 'x.zip'))).texts).toEqual(['docs/a/c.html=C', 'docs/b.md=B']);
  await writeFile(join(folder, 'windows.zip'), makeZip({ 'docs\\b.md': 'B', '.git\\c.md': 'C' }));
  expect((await found(join(folder, 'windows.zip'))).texts).toEqual(['docs/b.md=B']);
  for (const name of ['bad.zip', 'bad.tar', 'bad.tgz']) await writeFile(join(folder, name), 'no archive at all'.repeat(100));
  await writeFile(join(folder, 'cut.tar'), (await readFile(join(folder, 'x.tar'))).subarray(0, 1800));
  expect((await found(join(folder, 'cut.tar'))).errors).toEqual(['the archive cannot be read (it ends in the middle of a file)']);
  for (const name of ['bad.zip', 'bad.tar', 'bad.tgz']) expect((await found(join(folder, name))).errors).toHaveLength(1);
});

it('opens archives in folders, not those within archives', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'docs/a.md': 'A', 'docs/z/b.md': 'B' });
  await writeFile(join(folder, 'docs/m.zip'), makeZip({ 'p/c.md': 'C', 'inner.zip': 'PK', 'pic.png': '' }));
  execFileSync('tar', ['-czf', 'docs/z/t.tgz', 'docs/a.md'], { cwd: folder });
  const { texts, others } = await found(join(folder, 'docs'));
  expect(texts).toEqual(['a.md=A', 'm.zip/p/c.md=C', 'z/b.md=B', 'z/t.tgz/docs/a.md=A']);
  expect(others).toEqual(['inner.zip: unpack it: archives within archives are not opened', 'pic.png']);
  expect((await found(`${folder}/**/*.zip`)).texts).toEqual(['docs/m.zip/p/c.md=C']);
  const files: string[] = [];
  for await (const { file, root } of namedDocuments([folder])) files.push(file.replace(root, ''));
  expect(files).toContain('/docs/m.zip/p/c.md');
});

it('says which files of an archive it leaves out for their names or a password', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'x.zip'),
    makeZip({ '../up.md': 'U', '/etc/a.md': 'E', 'C:\\b.md': 'B', 'docs/../../c.md': 'C', 'd..md': 'D' }),
  );
  expect(await found(join(folder, 'x.zip'))).toEqual({
    texts: ['d..md=D'],
    others: [],
    errors: Array(4).fill('its name leads out of the archive, so it is left out'),
  });
  const locked = makeZip({ 'a.md': 'A' });
  locked.writeUInt16LE(1, locked.indexOf(Buffer.from('PK\x01\x02')) + 8);
  await writeFile(join(folder, 'locked.zip'), locked);
  expect(await found(join(folder, 'locked.zip'))).toEqual({ texts: [], others: [], errors: ['it is encrypted'] });
  execFileSync('tar', ['-cPf', 'up.tar', '../' + folder.split('/').at(-1) + '/x.zip'], { cwd: folder });
  expect((await found(join(folder, 'up.tar'))).errors).toEqual(['its name leads out of the archive, so it is left out']);
});

it('passes over what is not wanted of a tar archive without keeping it', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.md': 'A', 'b.bin': 'x'.repeat(100_000) });
  execFileSync('tar', ['-cf', 'x.tar', 'a.md', 'b.bin'], { cwd: folder });
  const bytes = await readFile(join(folder, 'x.tar'));
  async function* inPieces(): AsyncGenerator<Buffer> {
    for (let i = 0; i < bytes.length; i += 777) yield bytes.subarray(i, i + 777);
  }
  const names: string[] = [];
  for await (const { name } of tarEntries(inPieces(), (path) => path.endsWith('.md'))) names.push(name);
  expect(names).toEqual(['a.md']);
});
