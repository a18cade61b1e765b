import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { claimFolder } from './claim-folder.js';

const folder = (): string => mkdtempSync(`${tmpdir()}/sdg-claim-`);
const claim = (path: string): { host: string; pid: number; began?: string } =>
  JSON.parse(readFileSync(`${path}/running.json`, 'utf8')) as never;

/** A process that does nothing, and when it began. */
async function another(): Promise<{ pid: number; began: string | undefined; kill: () => Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  const kill = (): Promise<unknown> => (child.kill('SIGKILL'), once(child, 'exit'));
  const text = process.platform === 'linux' ? readFileSync(`/proc/${child.pid}/stat`, 'utf8') : undefined;
  return { pid: child.pid!, began: text?.slice(text.lastIndexOf(')') + 2).split(' ')[19], kill };
}

it('turns a second run of the same program away until the first lets go, by whatever name', async () => {
  const path = folder();
  const release = await claimFolder(path);
  await expect(claimFolder(`${path}/.`)).rejects.toThrow(
    /^another run is writing .* \(of this program\); wait for it, or name another folder/,
  );
  await release();
  expect(readdirSync(path)).toEqual([]);
  await (
    await claimFolder(path)
  )();
});

it('lets one in of several that come at once', async () => {
  const path = `${folder()}/not/there`;
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => claimFolder(path)));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('turns a run away while another process writes, and not when that was killed', async () => {
  const path = folder();
  const { kill, ...other } = await another();
  const text = JSON.stringify({ host: hostname(), ...other });
  writeFileSync(`${path}/running.json`, text);
  await expect(claimFolder(path)).rejects.toThrow(`another run is writing ${path} (process ${other.pid})`);
  expect(readFileSync(`${path}/running.json`, 'utf8')).toBe(text);
  await kill();
  const release = await claimFolder(path);
  expect(claim(path)).toMatchObject({ host: hostname(), pid: process.pid });
  await release();
});

it.each([
  ['a process of that number that began later', { began: '1' }],
  ['this process, by its number', { pid: process.pid }],
  ['another machine', { host: 'elsewhere' }],
])('is not held up by what %s has left', async (_who, less) => {
  const path = folder();
  const { pid, began } = await another();
  if (process.platform !== 'linux' && 'began' in less) return;
  writeFileSync(`${path}/running.json`, JSON.stringify({ host: hostname(), pid, began, ...less }));
  await (
    await claimFolder(path)
  )();
  expect(readdirSync(path)).toEqual([]);
});

it.each(['', '{"pid":', '{"pid":"1"}', '[]', 'null'])('is not held up by %j', async (text) => {
  const path = folder();
  writeFileSync(`${path}/running.json`, text);
  await (
    await claimFolder(path)
  )();
  expect(readdirSync(path)).toEqual([]);
});

it('says that it cannot write, and can be asked again', async () => {
  const file = `${folder()}/file`;
  writeFileSync(file, '');
  for (let i = 0; i < 2; i++)
    {await expect(claimFolder(file)).rejects.toThrow(/^cannot write .*: a file of that name is there already; name another$/);}
});
