import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const demo = fileURLToPath(new URL('../tools/demo/demo.js', import.meta.url));

it("runs the README's first command to its end, without the build", async () => {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-demo-`);
  const { code, stdout, stderr } = await shell(`node ${demo} out`, { cwd, env: cleanEnvironment(cwd) });
  expect([code, stderr.includes('demo:')]).toEqual([0, false]);
  const trained = [...stdout.matchAll(/sdg-mix > (out\/\S+)/g)].map(([, file]) => readFileSync(`${cwd}/${file!}`, 'utf8'));
  expect(trained.length).toBeGreaterThan(0);
  for (const rows of trained) expect(rows.split('\n').length).toBeGreaterThan(100);
});
